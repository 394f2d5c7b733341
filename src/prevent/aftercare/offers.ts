import type { AftercareFinding, Repair } from "../../kernel/model/aftercare.ts";
import type { Log } from "../../kernel/log.ts";
import type { RepairDesk, RepairRun } from "../../kernel/ports-prevent.ts";

/** As many of a window's repairs as are looked through for one that was decided. */
const mostRuns = 1_000;

export interface OfferDeps {
  readonly repairs: Pick<RepairDesk, "offer" | "repairs" | "withdraw">;
  readonly log: Log;
}

/** Newest first. */
export async function repairsOf({ repairs }: OfferDeps, windowId: number): Promise<readonly RepairRun[]> {
  return repairs.repairs({ windowId, limit: mostRuns });
}

/** Jobs that a person had run on a host, with the moment. */
export function jobsRun(runs: readonly RepairRun[], host: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { repair, state, host: on, approvedAt } of runs) {
    if (on !== host || state !== "done" || approvedAt === null || !repair.id.startsWith("run-now/")) continue;
    found.set(repair.id.slice("run-now/".length), approvedAt.atMs);
  }
  return found;
}

/** Puts what would mend the findings before whoever may approve it. */
export async function offerRepairs(
  deps: OfferDeps,
  findings: readonly AftercareFinding[],
  runs: readonly RepairRun[],
): Promise<void> {
  for (const { windowId, host, repairs } of findings) {
    for (const repair of repairs.filter((each) => isOpen(each, newestOf(runs, host, each.id)))) {
      const offered = await deps.repairs.offer({ windowId, host, repair });
      if (!offered.ok) deps.log.warn("repair not offered", { host, repair: repair.id, code: offered.error.code });
    }
  }
}

/** What was offered and is not called for any more, or not before something else is mended, can be approved by nobody. */
export async function withdrawOthers(
  deps: OfferDeps,
  host: string,
  { findings, runs }: { readonly findings: readonly AftercareFinding[]; readonly runs: readonly RepairRun[] },
): Promise<void> {
  const called = new Set(findings.flatMap(({ repairs }) => repairs.map(({ id }) => id)));
  const stale = runs.filter((run) => run.host === host && run.state === "offered" && !called.has(run.repair.id));
  for (const { id, repair } of stale) {
    const withdrawn = await deps.repairs.withdraw({ id });
    if (!withdrawn.ok) deps.log.warn("repair not withdrawn", { host, repair: repair.id, code: withdrawn.error.code });
  }
}

function newestOf(runs: readonly RepairRun[], host: string, id: string): RepairRun | null {
  return runs.find((run) => run.host === host && run.repair.id === id) ?? null;
}

/** Refused once is refused, unless it is other now; of what may have run already, only what may run again. */
function isOpen(repair: Repair, last: RepairRun | null): boolean {
  if (last?.state === "refused") return commands(repair) !== commands(last.repair);
  return last?.state !== "unknown" || repair.isSafeTwice === true;
}

function commands({ steps }: Repair): string {
  return JSON.stringify(steps.map(({ command }) => command));
}
