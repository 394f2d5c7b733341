import type { StoredSnapshot } from "../../storage/ledger/nouns/snapshots.ts";

const hourMs = 3_600_000;
/** Quick ones are for what happened lately. */
const quickKeptMs = 48 * hourMs;
const dayMs = 24 * hourMs;

/** Every part was asked for. */
export function isFull({ head }: StoredSnapshot): boolean {
  return !Object.values(head.unobserved).includes("not-asked");
}

export interface Keeping {
  readonly nowMs: number;
  readonly keptDays: number;
  /** starts of windows that are not over: what was there before them stays */
  readonly windowStartsMs: readonly number[];
}

/** Ids of the snapshots of one host that nobody needs any more. */
export function outlived(
  newestFirst: readonly StoredSnapshot[],
  { nowMs, keptDays, windowStartsMs }: Keeping,
): readonly number[] {
  const needed = new Set(
    [nowMs, ...windowStartsMs].flatMap((atMs) => {
      const before = newestFirst.filter(({ head }) => head.isComplete && head.takenAt.atMs <= atMs);
      return [before[0]?.id, before.find(isFull)?.id];
    }),
  );
  return newestFirst
    .filter((one) => {
      if (needed.has(one.id)) return false;
      const ageMs = nowMs - one.head.takenAt.atMs;
      return ageMs > (isFull(one) ? keptDays * dayMs : quickKeptMs);
    })
    .map(({ id }) => id);
}
