import { createHash } from "node:crypto";
import { nextAfter, type TimedSchedule } from "../../readers/schedule/schedule.ts";

/** A tenth of an hour at most: a time written in the file is kept closely enough to be recognised. Our judgement. */
const mostJitterMs = 6 * 60_000;
const jitterPerPeriod = 1 / 20;
/** Everything that is overdue when the hub starts begins within this. */
const startSpreadMs = 2 * 60_000;

/** A number from 0 to 1 that is always the same for the same name and evenly spread over many names. */
export function spreadRatio(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32;
}

/** How much later than written a plan begins, the same every time. */
export function jitterMs(plan: string, everyMs: number): number {
  return Math.floor(spreadRatio(`run ${plan}`) * Math.min(mostJitterMs, everyMs * jitterPerPeriod));
}

/** How long a plan's overdue work waits after the start of the hub. */
export function startDelayMs(plan: string): number {
  return Math.floor(spreadRatio(`start ${plan}`) * startSpreadMs);
}

/** The distance of the two runs that follow `atMs`; a day where there are no two. */
export function periodMs(schedule: TimedSchedule, atMs: number): number {
  const first = nextAfter(schedule, atMs);
  const second = first === null ? null : nextAfter(schedule, first);
  return first === null || second === null ? 24 * 3_600_000 : second - first;
}
