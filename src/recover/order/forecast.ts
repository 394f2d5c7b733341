import type { RestoreJob } from "./job.ts";
import { oneLoad, scheduleOf, type Lanes } from "./schedule.ts";

/** What is still to come of one unit, in the order in which it will. */
export interface Remaining {
  readonly key: string;
  readonly fetchBytes: number;
  /** by drills, else by size; already running: what is left of it */
  readonly loadSeconds: number;
}

export interface Pace {
  /** bytes per second, 60-second median; null: not known yet */
  readonly median: number | null;
  readonly spread: { readonly p10: number; readonly p90: number } | null;
  /** true load time over expected load time; null: nothing was loaded yet */
  readonly loadRatio: { readonly p10: number; readonly p50: number; readonly p90: number } | null;
}

/** Seconds until the end. */
export interface Interval {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** A line below this carries nothing: then there is no end to foretell. */
const leastRate = 1;
const evenLoad = { p10: 1, p50: 1, p90: 1 };

/** Plays what is left through link and disks at today's pace. @returns null while no pace is known */
export function forecast(left: readonly Remaining[], pace: Pace, lanes: Lanes = oneLoad): Interval | null {
  const bytes = left.reduce((sum, { fetchBytes }) => sum + fetchBytes, 0);
  if (pace.median === null && bytes > 0) return null;
  const rate = pace.median ?? leastRate;
  if (rate < leastRate && bytes > 0) return null;
  const [slow, fast] = [
    Math.max(leastRate, Math.min(pace.spread?.p10 ?? rate, rate)),
    Math.max(pace.spread?.p90 ?? rate, rate),
  ];
  const load = pace.loadRatio ?? evenLoad;
  const end = (bytesPerSecond: number, ratio: number): number =>
    scheduleOf(
      left.map((unit) => jobOf(unit, bytesPerSecond, ratio)),
      lanes,
    ).reduce((last, { doneAt }) => Math.max(last, doneAt), 0);
  return { p10: end(fast, load.p10), p50: end(rate, load.p50), p90: end(slow, load.p90) };
}

function jobOf({ key, fetchBytes, loadSeconds }: Remaining, bytesPerSecond: number, ratio: number): RestoreJob {
  return { key, fetchSeconds: fetchBytes / bytesPerSecond, loadSeconds: loadSeconds * ratio, weight: 0, needs: [] };
}

/** Why the end moved away by more than a tenth. */
export type Setback =
  | { readonly why: "rate-fell"; readonly from: number; readonly to: number }
  | { readonly why: "load-slower"; readonly from: number; readonly to: number }
  | { readonly why: "unit-again" };

export interface Shown {
  readonly leftSeconds: number;
  /** to be said together with it; null: nothing moved back, or by little */
  readonly setback: Setback | null;
}

const calmRatio = 0.1;

/**
 * What people are shown. The end moves back by more than a tenth of what was left only together with a sentence; without a
 * reason it moves by that tenth at most. `unitAgain`: a unit had to begin again since the last call.
 */
export function createShownEnd(): (now: {
  readonly atMonotonicMs: number;
  readonly leftSeconds: number;
  readonly rate: number | null;
  readonly loadRatio: number | null;
  readonly unitAgain: boolean;
}) => Shown {
  let before: { atMs: number; leftSeconds: number; rate: number | null; loadRatio: number | null } | null = null;
  return ({ atMonotonicMs: atMs, leftSeconds, rate, loadRatio, unitAgain }) => {
    if (before === null) {
      before = { atMs, leftSeconds, rate, loadRatio };
      return { leftSeconds, setback: null };
    }
    const expected = Math.max(0, before.leftSeconds - (atMs - before.atMs) / 1_000);
    const calm = expected + Math.max(1, before.leftSeconds * calmRatio);
    if (leftSeconds <= calm) {
      // the pace that later ones are compared with is the best one since, so that many small steps add up to a reason
      before = { atMs, leftSeconds, rate: larger(rate, before.rate), loadRatio: before.loadRatio ?? loadRatio };
      return { leftSeconds, setback: null };
    }
    const setback = reasonOf(before, { rate, loadRatio, unitAgain });
    const shown = setback === null ? calm : leftSeconds;
    before = { atMs, leftSeconds: shown, rate: setback === null ? before.rate : rate, loadRatio };
    return { leftSeconds: shown, setback };
  };
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function reasonOf(
  before: { readonly rate: number | null; readonly loadRatio: number | null },
  now: { readonly rate: number | null; readonly loadRatio: number | null; readonly unitAgain: boolean },
): Setback | null {
  if (now.unitAgain) return { why: "unit-again" };
  if (before.rate !== null && now.rate !== null && now.rate < before.rate * (1 - calmRatio))
    return { why: "rate-fell", from: before.rate, to: now.rate };
  if (now.loadRatio !== null && now.loadRatio > (before.loadRatio ?? 1) * (1 + calmRatio))
    return { why: "load-slower", from: before.loadRatio ?? 1, to: now.loadRatio };
  return null;
}
