import { findDay, momentOf, type DaySearch, type FoundDay } from "./calendar.ts";
import type { Point } from "./point.ts";
import type { Role } from "./roles.ts";
import type { Zone } from "./token.ts";

export interface Setting {
  /** the receipt; Unix epoch, UTC */
  readonly nowMs: number;
  readonly search: DaySearch;
  readonly zone: Zone;
  /** a zone the text names for all of it */
  readonly textZone: Zone | null;
}

/** What a date continues from: carried from one range to the next. */
export interface Context {
  /** days that stand before, oldest first, with no time of their own */
  days: readonly FoundDay[];
  /** from-to days, whose times follow */
  between: readonly [FoundDay, FoundDay] | null;
  /** 各日, いずれも: the times that follow are of each of those days */
  each: boolean;
  last: FoundDay | null;
  /** the days above were used by a time already: the next day begins anew */
  used: boolean;
  line: number;
  /** the one day of the whole text, wherever it stands; null when there are several or none */
  readonly only: FoundDay | null;
}

/** Roles whose days say nothing of the times that follow. */
export const notOfWork: ReadonlySet<Role | null> = new Set(["publish", "other", "reserve"]);

export interface Around {
  readonly setting: Setting;
  readonly context: Context;
}
export function enterDay(point: Point, around: Around): void {
  if (point.role === "old" || notOfWork.has(point.role)) return;
  const day = dayOfPoint(point, around);
  if (day === null) return;
  const { context } = around;
  const goesOn = !context.used && context.days.length > 0 && point.line === context.line;
  context.days = goesOn ? [...context.days, day] : [day];
  context.between = null;
  context.used = false;
  context.last = day;
  context.line = point.line;
}

export function dayOfPoint(point: Point, { setting, context }: Around): FoundDay | null {
  if (point.date === null) return null;
  const alone = point.date.month === null || point.date.relative !== null;
  const near =
    context.last === null || (!alone && point.date.year === null && !point.linked) ? null : context.last.number;
  return findDay(point.date, { ...setting.search, near });
}

export function remember(day: FoundDay, context: Context): void {
  context.last = day;
  context.days = [day];
  context.between = null;
  context.used = true;
}

/** The days a time without its own belongs to; at the latest the day of the receipt. */
export function daysFor(point: Point, around: Around): readonly FoundDay[] {
  const { context, setting } = around;
  const own = dayOfPoint(point, around);
  if (own !== null) {
    const days = point.listed && !context.used ? [...context.days, own] : [own];
    remember(own, context);
    return days;
  }
  if (context.between !== null) {
    const [from, to] = context.between;
    const count = Math.min(to.number - from.number + 1, mostDays);
    context.used = true;
    if (count > 0) return Array.from({ length: count }, (_, step) => ({ ...from, number: from.number + step }));
  }
  if (context.days.length > 0) {
    context.used = true;
    return context.days;
  }
  if (context.only !== null) return [context.only];
  return [dayOfReceipt(point, setting)];
}

/** No day is written: what is told of as it happens was on the day of the receipt, or late the day before. */
function dayOfReceipt(point: Point, setting: Setting): FoundDay {
  const { today, past } = setting.search;
  // work to come has to say its day
  if (!past) return { number: today, assumed: ["date-of-receipt"], doubt: "no-window", others: [] };
  const isEnd = point.until || point.linked || point.role === "end";
  const isToCome = !isEnd && startOf(point, { day: today, setting }) > setting.nowMs + clockSlackMs;
  return { number: isToCome ? today - 1 : today, assumed: ["date-of-receipt"], doubt: null, others: [] };
}

/** A notice is written a little before or after what it tells. */
const clockSlackMs = 600_000;

function startOf(point: Point, { day, setting }: { day: number; setting: Setting }): number {
  return momentOf(day, point.time?.minutes ?? 0, point.zone ?? setting.textZone ?? setting.zone);
}

/** Longer series of nights are not one piece of work. */
const mostDays = 62;
