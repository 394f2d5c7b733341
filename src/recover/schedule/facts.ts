import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { BackupRun, CopyState, RestoreRun } from "../../kernel/model/recovery.ts";
import type { WorkStamps } from "./due.ts";

/** What the ledger keeps of one plan, as far as its times follow from it. */
export interface KeptOfPlan {
  readonly runs: readonly BackupRun[];
  /** of every repository of the plan, also one never read */
  readonly copies: readonly CopyState[];
  readonly restores: readonly RestoreRun[];
  /** when copies were last tidied away, and when the space was given back */
  readonly tidied?: { readonly retention?: Stamp; readonly prune?: Stamp };
}

/** When each work was last done; of work that every place needs, the place that waits longest counts. */
export function lastWork({ runs, copies, restores, tidied }: KeptOfPlan, now: Stamp): WorkStamps {
  const newest = (stamps: readonly Stamp[]): Stamp | undefined =>
    stamps.toSorted((a, b) => elapsedMs(a, now) - elapsedMs(b, now))[0];
  const everywhere = (of: (copy: CopyState) => Stamp | undefined): Stamp | undefined => {
    const stamps = copies.flatMap((copy) => of(copy) ?? []);
    return stamps.length < copies.length
      ? undefined
      : stamps.toSorted((a, b) => elapsedMs(b, now) - elapsedMs(a, now))[0];
  };
  // one that was cut off has shown nothing: its turn is still to come
  const drills = restores.filter(({ kind, state }) => kind === "drill" && (state === "done" || state === "failed"));
  return {
    ...tidied,
    ...stampOf("backup", newest(runs.map(({ startedAt, endedAt }) => endedAt ?? startedAt))),
    ...stampOf(
      "read",
      everywhere(({ readAt }) => readAt ?? undefined),
    ),
    ...stampOf(
      "verify",
      everywhere(({ verified }) => newest(verified.flatMap(({ level, at }) => (level === 3 ? [at] : [])))),
    ),
    ...stampOf(
      "prove",
      everywhere(({ proof }) => proof?.at),
    ),
    ...stampOf("drill", newest(drills.map(({ startedAt, endedAt }) => endedAt ?? startedAt))),
  };
}

function stampOf(work: keyof WorkStamps, stamp: Stamp | undefined): WorkStamps {
  return stamp === undefined ? {} : { [work]: stamp };
}
