import { dayNumber, dayOf, daysInMonth, offsetMs, wallMs, weekdayOf, zonedDay } from "../schedule/zone.ts";
import type { DateToken, Zone } from "./token.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** A day of the calendar, how it was found, and what is doubtful about it. */
export interface FoundDay {
  /** days since 1970-01-01 */
  readonly number: number;
  readonly assumed: readonly string[];
  readonly doubt: "weekday-mismatch" | "day-month-order" | "no-window" | null;
  /** the other meanings of the words, as day numbers */
  readonly others: readonly number[];
}

export interface DaySearch {
  /** day of the receipt, by the notice's zone */
  readonly today: number;
  /** what has happened already rather than what is to come */
  readonly past: boolean;
  /** the day a token without month or year continues from; null without one */
  readonly near: number | null;
  /** the text is Japanese: month before day, always */
  readonly monthFirst: boolean;
}

/** @returns null when there is no such day */
export function findDay(token: DateToken, search: DaySearch): FoundDay | null {
  const { relative, rule, day, month } = token;
  if (relative !== null) {
    const isToday = relative.to === "today";
    const from = isToday ? search.today : (search.near ?? search.today);
    return plain(from + relative.days, isToday ? ["date-of-receipt"] : []);
  }
  if (rule !== null) return byRule(token, rule, search.today);
  if (day === null) return null;
  if (month === null) return dayAlone(day, token, search);
  const found = ofYear({ month, day }, token, search);
  const isPlain = !token.swappable || search.monthFirst || token.weekday !== null;
  return found === null || isPlain
    ? found
    : eitherWay(found, ofYear({ month: day, day: month }, token, search), search);
}

function ofYear(asked: { month: number; day: number }, token: DateToken, search: DaySearch): FoundDay | null {
  return token.year === null ? withoutYear(asked, token, search) : withYear({ ...asked, year: token.year }, token);
}

/** Day and month could be the other way round: the reading that is still to come first, where work is announced. */
function eitherWay(found: FoundDay, other: FoundDay | null, { past, today }: DaySearch): FoundDay {
  if (other === null) return found;
  const isLater = !past && found.number < today && other.number >= today;
  const [first, second] = isLater ? [other, found] : [found, other];
  return { ...first, doubt: "day-month-order", others: [second.number] };
}

/** 「来月第3水曜」, 「来週の火曜」, 「来月16日」: weeks begin on Monday. */
function byRule(token: DateToken, rule: Rule, today: number): FoundDay | null {
  const { unit, step } = rule;
  if (unit === "week") {
    if (token.weekday === null) return null;
    const monday = today - ((weekdayOf(today) + 6) % 7);
    return plain(monday + (step ?? 0) * 7 + ((token.weekday + 6) % 7), ["date-of-receipt"]);
  }
  if (step !== null) return inMonth(token, rule, monthAfter(token, today, step));
  const found = inMonth(token, rule, monthAfter(token, today, 0));
  return found !== null && found.number >= today ? found : inMonth(token, rule, monthAfter(token, today, 1));
}

type Rule = NonNullable<DateToken["rule"]>;

/** A named month counts on by years, none by months. */
function monthAfter(token: DateToken, today: number, step: number): { year: number; month: number } {
  const now = dayOf(today);
  const index = now.year * 12 + (token.month === null ? now.month - 1 + step : token.month - 1 + 12 * step);
  return { year: Math.floor(index / 12), month: (index % 12) + 1 };
}

function inMonth({ day, weekday }: DateToken, { nth }: Rule, of: { year: number; month: number }): FoundDay | null {
  if (nth === 0) {
    const isThere = day !== null && exists(of.year, of.month, day);
    return isThere ? plain(dayNumber({ ...of, day }), ["date-of-receipt"]) : null;
  }
  const first = dayNumber({ ...of, day: 1 });
  const number = first + (((weekday ?? 0) - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
  return dayOf(number).month === of.month ? plain(number, ["date-of-receipt"]) : null;
}

function plain(number: number, assumed: readonly string[] = []): FoundDay {
  return { number, assumed, doubt: null, others: [] };
}

function exists(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function withYear(
  { year, month, day }: { year: number; month: number; day: number },
  { weekday }: DateToken,
): FoundDay | null {
  if (!exists(year, month, day)) return null;
  const number = dayNumber({ year, month, day });
  if (weekday === null || weekdayOf(number) === weekday) return plain(number);
  return { number, assumed: [], doubt: "weekday-mismatch", others: nearestOf(number, weekday) };
}

/** The days of that weekday around: what may have been meant. */
function nearestOf(number: number, weekday: number): readonly number[] {
  const ahead = (weekday - weekdayOf(number) + 7) % 7;
  return [number + ahead, number + ahead - 7];
}

/** Work is announced at most a month late and a year early; what has happened lies behind us. */
function withoutYear(
  { month, day }: { month: number; day: number },
  { weekday }: DateToken,
  { today, past, near }: DaySearch,
): FoundDay | null {
  const { year: now } = dayOf(today);
  const all = [now - 1, now, now + 1, now + 2]
    .filter((year) => exists(year, month, day))
    .map((year) => dayNumber({ year, month, day }));
  const [from, to] = past ? [today - 364, today + 1] : [today - 30, today + 335];
  const inReach = all.filter((number) => number >= from && number <= to);
  const close = near === null ? [] : all.filter((number) => number >= near - 3 && number - near < 300);
  const first =
    close[0] ?? inReach.at(past ? -1 : 0) ?? all.toSorted((a, b) => Math.abs(a - today) - Math.abs(b - today))[0];
  if (first === undefined) return null;
  if (weekday === null || weekdayOf(first) === weekday) return plain(first, ["year"]);
  // what lies behind may be meant for next year; what is to come has a wrong weekday
  const next = all.find((number) => number > first && number - today <= 370 && weekdayOf(number) === weekday);
  if (!past && first < today && next !== undefined) return plain(next, ["year-by-weekday"]);
  return { number: first, assumed: ["year"], doubt: "weekday-mismatch", others: nearestOf(first, weekday) };
}

/** `26日`: of the month that comes next, or of the month it continues. */
function dayAlone(day: number, { weekday }: DateToken, { today, past, near }: DaySearch): FoundDay | null {
  const base = near ?? today;
  const { year, month } = dayOf(base);
  const months = [-1, 0, 1, 2].map((step) => {
    const index = year * 12 + (month - 1) + step;
    return { year: Math.floor(index / 12), month: (index % 12) + 1 };
  });
  const all = months.filter((one) => exists(one.year, one.month, day)).map((one) => dayNumber({ ...one, day }));
  const fits = (number: number): boolean => weekday === null || weekdayOf(number) === weekday;
  const wanted = all.filter((number) =>
    near === null ? (past ? number <= today : number >= today - 1) : number >= near,
  );
  const ordered = past && near === null ? wanted.toReversed() : wanted;
  const found = ordered.find(fits);
  if (found !== undefined) return plain(found, near === null ? ["month"] : []);
  const first = ordered[0];
  if (first === undefined) return null;
  return { number: first, assumed: ["month"], doubt: "weekday-mismatch", others: [] };
}

/** The moment at which the zone's clocks show `minutes` after the day's midnight; beyond 24 h it is the next day. */
export function momentOf(number: number, minutes: number, zone: Zone): number {
  const day = number + Math.floor(minutes / 1_440);
  const wall = number * dayMs + minutes * minuteMs;
  if ("offsetMinutes" in zone) return wall - zone.offsetMinutes * minuteMs;
  const lived = zonedDay(day, zone.name);
  return lived.moments(wall)[0] ?? lived.gap?.atMs ?? wall - offsetMs(wall, zone.name);
}

/** The day it is in the zone. */
export function dayAt(atMs: number, zone: Zone): number {
  const wall = "offsetMinutes" in zone ? atMs + zone.offsetMinutes * minuteMs : wallMs(atMs, zone.name);
  return Math.floor(wall / dayMs);
}
