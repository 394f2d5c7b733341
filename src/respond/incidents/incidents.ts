import type { IncidentVerbs } from "../../kernel/ports.ts";
import { createIncidentKeeper, type IncidentDeps, type IncidentKeeper } from "./keep.ts";
import { createOpening } from "./open.ts";
import { createIncidentVerbs } from "./verbs.ts";

/** Incidents from both sides: what the detection confirms (`take`) and what people do (`verbs`). */
export function createIncidents(deps: IncidentDeps): IncidentKeeper & { readonly verbs: IncidentVerbs } {
  const keeper = createIncidentKeeper(deps);
  const onOpen = createIncidentVerbs(deps);
  const open = createOpening({ ...deps, take: keeper.take, note: onOpen.note });
  return { ...keeper, verbs: { ...onOpen, open } };
}
