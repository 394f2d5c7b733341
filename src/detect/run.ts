import type { Stamp } from "../kernel/clock.ts";

/** What a reading, or several, say of the target; an outcome `unknown` is no reading. */
export type Level = "up" | "degraded" | "down";

/** `down`: it does not work; `bad`: it does not work as the check asks, which includes down. */
export type Threshold = "down" | "bad";

/** Attempts in a row that say the same, by one threshold. */
export interface Streak {
  readonly failing: boolean;
  readonly length: number;
  /** the first attempt of the row */
  readonly since: Stamp;
}

/** How one vantage's readings of one check have gone lately, by both thresholds. */
export type Run = Readonly<Record<Threshold, Streak>>;

/** @param run null when the last reading is missing or too long ago to be part of a row */
export function step(run: Run | null, level: Level, at: Stamp): Run {
  return {
    down: extend(run?.down, level === "down", at),
    bad: extend(run?.bad, level !== "up", at),
  };
}

function extend(streak: Streak | undefined, failing: boolean, at: Stamp): Streak {
  if (streak === undefined || streak.failing !== failing) return { failing, length: 1, since: at };
  return { ...streak, length: streak.length + 1 };
}
