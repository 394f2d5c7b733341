import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import { nextAfter, readSchedule, type TimedSchedule } from "../../readers/schedule/schedule.ts";
import { jitterMs, periodMs, startDelayMs } from "./spread.ts";
import { everyMs, hasWork, retryMs, retryReadMs, type RecoveryWork } from "./work.ts";

export type WorkStamps = Readonly<Partial<Record<RecoveryWork, Stamp>>>;

/** Everything the next time of a plan's work follows from. */
export interface DueFacts {
  /** what the ledger knows: when each work last ended, or began if it has not ended */
  readonly last: WorkStamps;
  /** what this process itself began and ended, with or without a trace */
  readonly tried: WorkStamps;
  /** when koboshi first saw the plan */
  readonly firstSeen: Stamp;
  /** when this process began to look */
  readonly openedAt: Stamp;
  /** the plan's places changed since they were last proven */
  readonly isProofStale?: boolean;
}

/** A clock that is slewed may show a little less than the time at which a run began. */
const earlyMs = 30_000;

/** The written times of a plan; null: only by hand, or not readable (the configuration says so). */
export function scheduleOf({ at }: Pick<BackupPlan, "at">, timeZone: string): TimedSchedule | null {
  if (at === null) return null;
  const read = readSchedule(at, timeZone);
  return read.ok ? read.value : null;
}

/** When it was, by the wall clock as it was set then or as it is set now: whichever is earlier, so that no step hides a time. */
export function wallOf(stamp: Stamp, now: Stamp): number {
  return Math.min(stamp.atMs, now.atMs - elapsedMs(stamp, now));
}

/**
 * Milliseconds until the work is due, 0 or less when it is; null: never by itself. A step of the wall clock moves the runs
 * to come and never counts as time passed: at most one run too many follows from it, and none is left out.
 */
export function dueInMs(
  { plan, work, timeZone }: { readonly plan: BackupPlan; readonly work: RecoveryWork; readonly timeZone: string },
  facts: DueFacts,
  now: Stamp,
): number | null {
  if (!hasWork(plan, work)) return null;
  const inMs =
    work === "backup" ? backupInMs(plan, { facts, timeZone, now }) : intervalInMs(plan, work, { facts, now });
  if (inMs === null) return null;
  // what is overdue at the start does not all begin in the same second
  return Math.max(inMs, startDelayMs(plan.key) - elapsedMs(facts.openedAt, now));
}

function backupInMs(
  plan: BackupPlan,
  { facts, timeZone, now }: { facts: DueFacts; timeZone: string; now: Stamp },
): number | null {
  const schedule = scheduleOf(plan, timeZone);
  if (schedule === null) return null;
  const known = latest([facts.last.backup, facts.tried.backup], now);
  const fromMs = known === null ? wallOf(facts.firstSeen, now) : wallOf(known, now) + earlyMs;
  const slot = slotAfter(schedule, fromMs);
  return slot === null ? null : slot.atMs + jitterMs(plan.key, slot.periodMs) - now.atMs;
}

interface Slot {
  readonly atMs: number;
  readonly periodMs: number;
}

const slots = new Map<string, Slot | null>();
/** Plans of a site are few; more are computed anew. */
const mostSlots = 2_000;

/** The same question comes twice a minute until the time has come, and calendars are slow. */
function slotAfter(schedule: TimedSchedule, fromMs: number): Slot | null {
  const second = Math.floor(fromMs / 1_000) * 1_000;
  const key = `${schedule.kind} ${schedule.timeZone} ${schedule.expression} ${second}`;
  const known = slots.get(key);
  if (known !== undefined) return known;
  const atMs = nextAfter(schedule, second);
  const slot = atMs === null ? null : { atMs, periodMs: periodMs(schedule, atMs) };
  if (slots.size >= mostSlots) slots.clear();
  slots.set(key, slot);
  return slot;
}

function intervalInMs(
  plan: BackupPlan,
  work: Exclude<RecoveryWork, "backup">,
  { facts, now }: { facts: DueFacts; now: Stamp },
): number | null {
  const intervalMs = work === "drill" ? (plan.drill?.everyMs ?? null) : everyMs[work];
  if (intervalMs === null) return null;
  const start = startOf(work, facts);
  const dueMs = start === null ? 0 : intervalMs - elapsedMs(start, now);
  const tried = facts.tried[work];
  const pauseMs = Math.min(intervalMs, work === "read" ? retryReadMs : retryMs);
  return tried === undefined ? dueMs : Math.max(dueMs, pauseMs - elapsedMs(tried, now));
}

/** What the interval counts from; null: due at once. A first drill or pruning is due one interval after the plan came. */
function startOf(work: RecoveryWork, { last, firstSeen, isProofStale }: DueFacts): Stamp | null {
  if (work === "prove" && isProofStale === true) return null;
  return last[work] ?? (work === "drill" || work === "prune" ? firstSeen : null);
}

/** The one nearest to now. */
function latest(stamps: readonly (Stamp | undefined)[], now: Stamp): Stamp | null {
  const known = stamps.flatMap((stamp) => (stamp === undefined ? [] : [stamp]));
  return known.toSorted((a, b) => elapsedMs(a, now) - elapsedMs(b, now))[0] ?? null;
}
