import { daysOf, type Period } from "./recurrence-days.ts";
import type { Recurrence, WrittenTime } from "./recurrence-rule.ts";
import { momentAt } from "./wall.ts";
import { dayNumber, dayOf, isZone, wallMs, weekdayOf } from "./zone.ts";

const dayMs = 86_400_000;

export interface Recurring {
  /** wall time of the first, as if it were UTC */
  readonly startWall: number;
  readonly timeZone: string;
  /** only those that begin from here on … */
  readonly fromMs: number;
  /** … and before that */
  readonly toMs: number;
  readonly limit: number;
}

/** Work for one call ends here even when a rule names days that never come. */
const mostPeriods = 40_000;

/**
 * The wall times at which it begins, in order and each once. The first time counts only if the rule itself meets it. Nothing
 * here reads the zone of the process.
 */
export function recurrences(
  rule: Recurrence,
  { startWall, timeZone, fromMs, toMs, limit }: Recurring,
): readonly number[] {
  if (!isZone(timeZone)) return [];
  const timeOfDay = ((startWall % dayMs) + dayMs) % dayMs;
  const startMs = momentAt(startWall, timeZone);
  const wallOf = ({ wall, form }: WrittenTime): number =>
    form === "utc" ? wallMs(wall, timeZone) : form === "day" ? wall + timeOfDay : wall;
  const except = new Set(rule.except.map(wallOf));
  const found = new Set<number>();
  const offer = (wall: number): void => {
    const atMs = momentAt(wall, timeZone);
    if (atMs >= fromMs && atMs < toMs && !except.has(wall)) found.add(wall);
  };
  const isBefore = (wall: number): boolean => rule.until === null || !isAfter(rule.until, wall, timeZone);
  let made = 0;
  for (const days of periods(rule, { startWall, fromMs, toMs })) {
    for (const day of days) {
      const wall = day * dayMs + timeOfDay;
      if (wall < startWall) continue;
      if (!isBefore(wall) || (rule.count !== null && made >= rule.count)) return done();
      made += 1;
      offer(wall);
    }
    if (found.size >= limit) break;
  }
  return done();

  function done(): readonly number[] {
    for (const time of rule.besides) if (momentAt(wallOf(time), timeZone) >= startMs) offer(wallOf(time));
    return [...found].sort((a, b) => a - b).slice(0, limit);
  }
}

/** A whole day as the end still holds what begins on it. */
function isAfter({ wall, form }: WrittenTime, begins: number, timeZone: string): boolean {
  if (form === "utc") return momentAt(begins, timeZone) > wall;
  return form === "day" ? begins >= wall + dayMs : begins > wall;
}

/** The days of each period in order, until they are certainly too late. Without a count the past is passed over. */
function* periods(
  rule: Recurrence,
  { startWall, fromMs, toMs }: Pick<Recurring, "startWall" | "fromMs" | "toMs">,
): Generator<readonly number[]> {
  const first = Math.floor(startWall / dayMs);
  const from = Math.floor(fromMs / dayMs) - 2;
  const last = Math.floor(toMs / dayMs) + 2;
  const start: Period = { frequency: rule.frequency, ...dayOf(first), day: first };
  const skipped = rule.count === null && from > first ? skip(rule, { first, from }) : 0;
  for (let step = skipped; step < skipped + mostPeriods; step++) {
    const period = periodAt(rule, start, step);
    if (beginOf(period) > last) return;
    yield daysOf(rule, period, first);
  }
}

/** How many whole steps lie before `from`. */
function skip({ frequency, interval }: Recurrence, { first, from }: { first: number; from: number }): number {
  const longest = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }[frequency];
  return Math.max(0, Math.floor((from - first) / (longest * interval)) - 1);
}

/** The period `step` intervals after the first. */
function periodAt({ frequency, interval, weekStart }: Recurrence, start: Period, step: number): Period {
  const on = step * interval;
  if (frequency === "YEARLY") return { ...start, year: start.year + on };
  if (frequency === "MONTHLY") {
    const months = start.month - 1 + on;
    return { ...start, year: start.year + Math.floor(months / 12), month: (months % 12) + 1 };
  }
  if (frequency === "DAILY") return { ...start, ...dayOf(start.day + on), day: start.day + on };
  const back = (weekdayOf(start.day) - weekStart + 7) % 7;
  return { ...start, day: start.day - back + 7 * on };
}

function beginOf({ frequency, year, month, day }: Period): number {
  if (frequency === "YEARLY") return dayNumber({ year, month: 1, day: 1 });
  return frequency === "MONTHLY" ? dayNumber({ year, month, day: 1 }) : day;
}
