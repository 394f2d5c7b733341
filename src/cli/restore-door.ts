import { sleep, type Clock } from "../kernel/clock.ts";
import type { Site } from "../kernel/model/site.ts";
import type { KnownLook, RestoreDoor } from "../kernel/ports-restore.ts";
import { instantMs } from "../readers/hardware/instant.ts";
import { createRestoreDoor } from "../recover/index.ts";
import { restoreWords } from "../words/recovery-restore.ts";
import { levelOf, type BackupDetailAnswer } from "./backup-text.ts";
import type { Context } from "./command.ts";

/** A hub that is down or far away does not hold a restore up for longer. */
const patienceMs = 3_000;

export interface DoorDeps {
  readonly clock: Clock;
  readonly site: Site | null;
  looksAt?(plan: string): Promise<readonly KnownLook[]>;
}

/** Restoring from this machine: nothing of it is kept but in the target's own marks. */
export function openRestoreDoor(deps: DoorDeps): Promise<RestoreDoor> {
  return Promise.resolve(createRestoreDoor(deps));
}

/** What the hub knows against a plan's copies. Restoring works without a hub: then a person is told that nobody was asked. */
export async function looksOfHub(
  { hub, hint, lang, clock }: Pick<Context, "hub" | "hint" | "lang" | "clock">,
  plan: string,
): Promise<readonly KnownLook[]> {
  const waiting = new AbortController();
  const path = `/api/v1/backups/${encodeURIComponent(plan)}`;
  const asked = Promise.resolve()
    .then(() => hub().get<Pick<BackupDetailAnswer, "verifications">>(path))
    .catch(() => null);
  const answer = await Promise.race([asked, sleep(clock, patienceMs, waiting.signal).then(() => null)]);
  waiting.abort();
  if (answer === null) hint(restoreWords(lang).hubNotAsked);
  return (answer?.verifications ?? []).map(({ place, level, set, findings, facts, at }) => {
    return { place, level: levelOf(level), set, findings, facts, at: { atMs: instantMs(at) ?? 0 } };
  });
}
