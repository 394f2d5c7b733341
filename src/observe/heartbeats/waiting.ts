import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { Job } from "../../kernel/model/job.ts";
import { nextAfter, runsBetween, type TimedSchedule } from "../../readers/schedule/schedule.ts";

/**
 * The run that is waited for. A written time is a time of the wall clock and everything after it a duration: a step of the
 * clock moves runs that are still to come, and never those that are due already.
 */
export interface Wait {
  /** Unix epoch, UTC, by the wall clock as it is now */
  readonly expectedAtMs: number;
  /** by the monotonic clock: from then on it is missed; null: `graceMs` after the wall clock shows `expectedAtMs` */
  readonly lateMs: number | null;
}

type Waited = Pick<Job, "schedule" | "graceMs">;

/** A host's clock may be this much ahead: a run this early is today's, not one more of yesterday's. */
const earlyMs = 60_000;
/** Slewing moves a clock by half a millisecond a second at most; more between two looks is a step. */
export const stepMs = 5_000;

/**
 * What is waited for after the last end of a run.
 * @param from.lastEndAt null: never heard of, or not since it was resumed; then `since`, if any, counts
 * @param from.stepped the wall clock was stepped since: the run belongs to whichever time is nearest
 */
export function waitAfter(
  { schedule, graceMs }: Waited,
  from: { readonly lastEndAt: Stamp; readonly stepped: boolean },
  now: Stamp,
): Wait | null {
  if (schedule === null) return null;
  const endedMs = elapsedMs(from.lastEndAt, now);
  if (schedule.kind === "every") {
    const dueMs = now.monotonicMs - endedMs + schedule.everyMs;
    return { expectedAtMs: now.atMs + dueMs - now.monotonicMs, lateMs: dueMs + graceMs };
  }
  const endedAtMs = now.atMs - endedMs;
  const reached = from.stepped ? nearest(schedule, endedAtMs) : endedAtMs + earlyMs;
  const expectedAtMs = nextAfter(schedule, reached);
  return expectedAtMs === null ? null : { expectedAtMs, lateMs: null };
}

/** When the run counts as missed, by the monotonic clock. */
export function lateMsOf({ expectedAtMs, lateMs }: Wait, graceMs: number, now: Stamp): number {
  return lateMs ?? now.monotonicMs + (expectedAtMs - now.atMs) + graceMs;
}

export function isDue({ expectedAtMs, lateMs }: Wait, graceMs: number, now: Stamp): boolean {
  return lateMs === null ? expectedAtMs <= now.atMs : lateMs - graceMs <= now.monotonicMs;
}

/** koboshi began to wait only now: what was due before gets its whole grace once more. */
export function withGrace(wait: Wait | null, graceMs: number, now: Stamp): Wait | null {
  if (wait === null || wait.expectedAtMs > now.atMs) return wait;
  return { ...wait, lateMs: Math.max(lateMsOf(wait, graceMs, now), now.monotonicMs + graceMs) };
}

/** The wait after a step of the wall clock. @param before both clocks just before it */
export function waitAfterStep(
  job: Waited,
  { wait, lastEndAt, before }: { readonly wait: Wait | null; readonly lastEndAt: Stamp | null; readonly before: Stamp },
  now: Stamp,
): Wait | null {
  if (wait === null || lastEndAt === null || job.schedule === null) return wait;
  const { graceMs } = job;
  const anew = waitAfter(job, { lastEndAt, stepped: true }, now);
  if (job.schedule.kind === "every" || anew === null) return anew;
  const wasDue = isDue(wait, graceMs, before);
  if (anew.expectedAtMs > now.atMs && !(wasDue && anew.expectedAtMs === wait.expectedAtMs)) return anew;
  // due before the step, or skipped by it: by the clock no step can move, with its grace from now at least
  const lateMs = anew.expectedAtMs === wait.expectedAtMs ? lateMsOf(wait, graceMs, before) : 0;
  return { ...anew, lateMs: Math.max(lateMs, now.monotonicMs + graceMs) };
}

const dayMs = 86_400_000;
const lookBackMs = [3_600_000, dayMs, 8 * dayMs, 32 * dayMs, 367 * dayMs];

/** The scheduled time nearest to a moment. */
function nearest(schedule: TimedSchedule, atMs: number): number {
  const next = nextAfter(schedule, atMs) ?? Number.POSITIVE_INFINITY;
  for (const spanMs of lookBackMs) {
    const last = runsBetween(schedule, atMs - spanMs, atMs + 1).at(-1);
    if (last !== undefined) return next - atMs < atMs - last ? next : last;
  }
  return Number.isFinite(next) && next - atMs < dayMs ? next : atMs;
}
