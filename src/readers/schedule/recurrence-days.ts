import type { Frequency, NthDay, Recurrence } from "./recurrence-rule.ts";
import { dayNumber, dayOf, daysInMonth, weekdayOf } from "./zone.ts";

/** A year, a month, a week or a day; `day` is the number of its day, of a week its first. */
export interface Period {
  readonly frequency: Frequency;
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The days of one period that a rule names, in order. @param first the day it all begins with; what a rule leaves open is taken from it */
export function daysOf(rule: Recurrence, period: Period, first: number): readonly number[] {
  const days = named(rule, period, first).sort((a, b) => a - b);
  if (rule.bySetPos.length === 0) return days;
  const chosen = rule.bySetPos.flatMap((at) => days[at > 0 ? at - 1 : days.length + at] ?? []);
  return [...new Set(chosen)].sort((a, b) => a - b);
}

function named(rule: Recurrence, period: Period, first: number): number[] {
  if (period.frequency === "DAILY") return [period.day].filter((day) => fits(rule, day));
  if (period.frequency === "WEEKLY") {
    const wanted = rule.byDay.length === 0 ? [weekdayOf(first)] : rule.byDay.map(({ weekday }) => weekday);
    const week = Array.from({ length: 7 }, (_, index) => period.day + index);
    return week.filter((day) => wanted.includes(weekdayOf(day)) && inMonths(rule, day));
  }
  return period.frequency === "MONTHLY" ? ofMonth(rule, period, first) : ofYear(rule, period, first);
}

function ofMonth(rule: Recurrence, { year, month }: Pick<Period, "year" | "month">, first: number): number[] {
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(month)) return [];
  const begin = dayNumber({ year, month, day: 1 });
  const whole = range(begin, daysInMonth(year, month));
  if (rule.byDay.length > 0) return weekdaysOf(rule.byDay, whole).filter((day) => onMonthDays(rule, day));
  if (rule.byMonthDay.length > 0) return whole.filter((day) => onMonthDays(rule, day));
  const { day } = dayOf(first);
  return day > whole.length ? [] : [begin + day - 1]; // a month without a 31st is passed over
}

function ofYear(rule: Recurrence, { year }: Period, first: number): number[] {
  const begins = dayOf(first);
  const months = rule.byMonth.length > 0 ? rule.byMonth : range(1, 12);
  const each = (one: Recurrence): number[] =>
    months.flatMap((month) => ofMonth({ ...one, byMonth: [] }, { year, month }, first));
  if (rule.byDay.length > 0 && rule.byMonth.length === 0) {
    // an ordinal counts within the year, unless months are named
    const begin = dayNumber({ year, month: 1, day: 1 });
    const whole = range(begin, dayNumber({ year: year + 1, month: 1, day: 1 }) - begin);
    return weekdaysOf(rule.byDay, whole).filter((day) => onMonthDays(rule, day));
  }
  if (rule.byMonthDay.length > 0 || rule.byDay.length > 0) return each(rule);
  return rule.byMonth.length > 0 ? each(rule) : ofMonth(rule, { year, month: begins.month }, first);
}

/** The wanted weekdays among these days; `2SU` is the second Sunday of them. */
function weekdaysOf(wanted: readonly NthDay[], days: readonly number[]): number[] {
  const found = wanted.flatMap(({ nth, weekday }) => {
    const all = days.filter((day) => weekdayOf(day) === weekday);
    if (nth === 0) return all;
    return all[nth > 0 ? nth - 1 : all.length + nth] ?? [];
  });
  return [...new Set(found)];
}

function fits(rule: Recurrence, day: number): boolean {
  const isWeekday = rule.byDay.length === 0 || rule.byDay.some(({ weekday }) => weekday === weekdayOf(day));
  return isWeekday && inMonths(rule, day) && onMonthDays(rule, day);
}

function inMonths({ byMonth }: Recurrence, day: number): boolean {
  return byMonth.length === 0 || byMonth.includes(dayOf(day).month);
}

/** -1 is the last day of the month. */
function onMonthDays({ byMonthDay }: Recurrence, number: number): boolean {
  if (byMonthDay.length === 0) return true;
  const { year, month, day } = dayOf(number);
  return byMonthDay.some((at) => (at > 0 ? at : daysInMonth(year, month) + at + 1) === day);
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, index) => from + index);
}
