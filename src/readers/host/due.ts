import type { HostJob } from "../../kernel/model/host-reading.ts";
import { nextAfter, runsBetween, type TimedSchedule } from "../schedule/schedule.ts";

const hourMs = 3_600_000;
/** Looked back in steps, so that a job of every minute does not list a year of runs. */
const lookBacksMs = [hourMs, 24 * hourMs, 8 * 24 * hourMs, 35 * 24 * hourMs, 400 * 24 * hourMs];
/** A busy machine starts its jobs late, and a log is written a little before or after. */
const graceMs = 10 * 60_000;
const earlyMs = 60_000;

/** The last run that was due before a moment; null when none was within 400 days. */
export function lastBefore(schedule: TimedSchedule, beforeMs: number): number | null {
  for (const backMs of lookBacksMs) {
    const last = runsBetween(schedule, beforeMs - backMs, beforeMs).at(-1);
    if (last !== undefined) return last;
  }
  return null;
}

export interface DueFacts {
  readonly schedules: readonly TimedSchedule[];
  /** the machine's own clock */
  readonly nowMs: number;
  readonly lastRunAtMs: number | null;
  /** before this nobody had asked for it; null: not known */
  readonly wantedSinceMs: number | null;
  /** later starts that are as planned: a timer's random delay */
  readonly delayMs: number;
  /** a run at this moment would have been seen */
  covers(atMs: number): boolean;
}

/** When it was due, when it is next, and whether the last run whose grace is over is proven. */
export function judgeDue(facts: DueFacts): Pick<HostJob, "lastDueAtMs" | "nextDueAtMs" | "verdict"> {
  const { schedules, nowMs } = facts;
  const lastDueAtMs = latest(schedules.map((schedule) => lastBefore(schedule, nowMs + 1)));
  const nexts = schedules.flatMap((schedule) => nextAfter(schedule, nowMs) ?? []);
  return {
    lastDueAtMs,
    nextDueAtMs: nexts.length === 0 ? null : Math.min(...nexts),
    verdict: lastDueAtMs === null ? "not-due" : verdictOf(facts),
  };
}

function latest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((atMs) => atMs !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function verdictOf({ schedules, nowMs, lastRunAtMs, wantedSinceMs, delayMs, covers }: DueFacts): HostJob["verdict"] {
  const judgedMs = latest(schedules.map((schedule) => lastBefore(schedule, nowMs - delayMs - graceMs)));
  if (lastRunAtMs !== null && (judgedMs === null || lastRunAtMs >= judgedMs - earlyMs)) return "ran";
  if (judgedMs === null || (wantedSinceMs !== null && wantedSinceMs > judgedMs)) return "not-due";
  return covers(judgedMs) && covers(judgedMs + delayMs + earlyMs) ? "missed" : "unproven";
}
