import type { Clock } from "../kernel/clock.ts";
import type { Site } from "../kernel/model/site.ts";
import type { RestoreDoor } from "../kernel/ports-restore.ts";
import { createRestoreDoor } from "../recover/index.ts";

/** Restoring from this machine: no hub is asked, nothing of it is kept but in the target's own marks. */
export function openRestoreDoor(deps: { readonly clock: Clock; readonly site: Site | null }): Promise<RestoreDoor> {
  return Promise.resolve(createRestoreDoor(deps));
}
