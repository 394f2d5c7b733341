import { readMoment } from "../../readers/schedule/moment.ts";
import type { Inventory, StoredSet } from "./inventory.ts";
import type { ListedSnapshot } from "./keeper.ts";
import { keepWithin, readWritten, type KeepRule, type Kept } from "./rules.ts";

/** Why nothing was removed; key of its words. Source: RECOVERY.md §2.9 (a) to (e), and what they presuppose. */
export const retentionReasons = [
  "too-many",
  "stale",
  "future",
  "out-of-order",
  "differs",
  "pinned",
  "unreadable",
] as const;
export type RetentionReason = (typeof retentionReasons)[number];

export interface Refusal {
  readonly reason: RetentionReason;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What would be done, before anything is. */
export interface RetentionPlan {
  readonly sets: readonly Kept<StoredSet>[];
  readonly going: readonly StoredSet[];
  /** snapshots nobody committed and nobody needs */
  readonly orphans: readonly string[];
}

const clockOffMs = 5 * 60_000;
/** §2.6: a run that was interrupted may still take up its parts until then. */
const orphanAfterMs = 48 * 3_600_000;
const mostTimesUsual = 3;

export function planRetention(inventory: Inventory, rules: readonly KeepRule[], nowMs: number): RetentionPlan {
  const sets = keepWithin(inventory.sets, rules, nowMs);
  const going = sets.flatMap(({ entry, units }) => (units.length === 0 ? [entry] : []));
  const needed = new Set(sets.flatMap(({ entry, units }) => (units.length > 0 ? entry.parts : [])));
  const orphans = inventory.orphans.filter(({ id, atMs }) => nowMs - atMs > orphanAfterMs && !needed.has(id));
  return { sets, going, orphans: orphans.map(({ id }) => id) };
}

export interface Grounds {
  readonly inventory: Inventory;
  readonly plan: RetentionPlan;
  /** everything in the repository, also what is not ours */
  readonly snapshots: readonly ListedSnapshot[];
  /** snapshots with commit records that restic itself would remove by the same rules */
  readonly dryRun: readonly string[];
  readonly loseAtMostMs: number | null;
  /** sets of a usual time as long as since the last one; null: nothing is known of what is usual */
  readonly usual: number | null;
  /** a person has seen how many go */
  readonly isConfirmed: boolean;
  readonly pinned: ReadonlySet<string>;
  readonly nowMs: number;
}

/** Everything that speaks against removing; empty: nothing does. */
export function refusalsOf(grounds: Grounds): readonly Refusal[] {
  const { going } = grounds.plan;
  return [
    ...tooMany(grounds),
    ...stale(grounds),
    ...future(grounds),
    ...outOfOrder(grounds),
    ...differing(grounds),
    ...pinnedOnes(going, grounds.pinned),
  ];
}

function tooMany({ plan: { going }, usual, isConfirmed }: Grounds): readonly Refusal[] {
  const most = Math.ceil((usual ?? 1) * mostTimesUsual);
  if (isConfirmed || going.length <= most) return [];
  return [{ reason: "too-many", facts: { count: going.length, most, known: usual === null ? 0 : 1 } }];
}

function stale({ inventory, loseAtMostMs, nowMs }: Grounds): readonly Refusal[] {
  const newestMs = Math.max(...inventory.sets.map(({ record }) => readMoment(record.snapshotAt, "UTC") ?? 0));
  if (inventory.sets.length === 0 || loseAtMostMs === null || nowMs - newestMs <= loseAtMostMs) return [];
  return [{ reason: "stale", facts: { newestAtMs: newestMs, loseAtMostMs } }];
}

/** Also of others: whoever can date one can date any. */
function future({ snapshots, nowMs }: Grounds): readonly Refusal[] {
  const times = snapshots.flatMap(({ time }) => readWritten(time)?.atMs ?? []);
  const ahead = times.filter((atMs) => atMs > nowMs + clockOffMs);
  if (ahead.length === 0) return [];
  return [{ reason: "future", facts: { count: ahead.length, furthestAtMs: Math.max(...ahead) } }];
}

/** The repository's own times, the times in the records, and the chain of the records must tell one story. */
function outOfOrder({ inventory: { sets } }: Grounds): readonly Refusal[] {
  const place = new Map(sets.map(({ set }, index) => [set, index]));
  const odd = sets.filter(({ record, time }, index) => {
    const finishedMs = readMoment(record.finishedAt, "UTC");
    const startedMs = readMoment(record.startedAt, "UTC");
    if (finishedMs === null || startedMs === null) return true;
    if (Math.abs(finishedMs - time.atMs) > clockOffMs || startedMs > finishedMs + clockOffMs) return true;
    const previous = record.previousSet === null ? undefined : place.get(record.previousSet);
    if (previous !== undefined && previous <= index) return true;
    const older = sets[index + 1];
    const olderEndMs = older === undefined ? null : readMoment(older.record.finishedAt, "UTC");
    // one plan runs once at a time: the next begins after the last has ended
    return olderEndMs !== null && startedMs + clockOffMs < olderEndMs;
  });
  return odd.length === 0 ? [] : [{ reason: "out-of-order", facts: { count: odd.length, set: odd[0]?.set ?? "" } }];
}

function differing({ inventory, plan, dryRun }: Grounds): readonly Refusal[] {
  const own = new Set(plan.going.flatMap(({ commits }) => commits));
  const theirs = new Set(dryRun);
  const [onlyOwn, onlyTheirs] = [[...own].filter((id) => !theirs.has(id)), dryRun.filter((id) => !own.has(id))];
  const strangers = inventory.strangers.length;
  if (onlyOwn.length + onlyTheirs.length + strangers === 0) return [];
  return [{ reason: "differs", facts: { onlyOwn: onlyOwn.length, onlyTheirs: onlyTheirs.length, strangers } }];
}

function pinnedOnes(going: readonly StoredSet[], pinned: ReadonlySet<string>): readonly Refusal[] {
  const held = going.filter(({ set }) => pinned.has(set));
  return held.length === 0 ? [] : [{ reason: "pinned", facts: { count: held.length } }];
}
