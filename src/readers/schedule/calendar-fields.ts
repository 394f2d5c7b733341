import { err, ok, type Result } from "../../kernel/result.ts";
import type { ScheduleProblem } from "./crontab-fields.ts";
import { isZone } from "./zone.ts";

/** `from` alone, `from..to`, or every `step` from `from` on, up to `to` or the end. */
interface Span {
  readonly from: number;
  readonly to: number | null;
  readonly step: number | null;
}
/** null: any */
type Component = readonly Span[] | null;

/** A calendar event of systemd.time(7): which wall times it names. Seconds are kept in milliseconds. */
export interface CalendarFields {
  /** 0 is Sunday; null: any */
  readonly weekdays: ReadonlySet<number> | null;
  readonly years: Component;
  readonly months: Component;
  readonly days: Component;
  /** days are counted from the month's end: 1 is its last day */
  readonly fromEnd: boolean;
  readonly hours: Component;
  readonly minutes: Component;
  readonly secondsMs: Component;
  /** a zone of its own; null: the one it is read in */
  readonly timeZone: string | null;
}

const shorthands: Readonly<Record<string, string>> = {
  minutely: "*-*-* *:*:00",
  hourly: "*-*-* *:00:00",
  daily: "*-*-* 00:00:00",
  monthly: "*-*-01 00:00:00",
  weekly: "Mon *-*-* 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
  anually: "*-01-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
  "semi-annually": "*-01,07-01 00:00:00",
  biannually: "*-01,07-01 00:00:00",
  "bi-annually": "*-01,07-01 00:00:00",
};

type Read<T> = Result<T, ScheduleProblem>;

/** Reads `Mon..Fri *-*-* 09:00`, `*:0/15`, `*-02~03`, `daily Europe/Berlin`. Source: systemd.time(7), «Calendar events». */
export function readCalendarFields(text: string): Read<CalendarFields> {
  const zoned = takeZone(text.trim());
  if (!zoned.ok) return zoned;
  const { bare, timeZone } = zoned.value;
  const parts = (shorthands[bare.toLowerCase()] ?? bare).split(" ");
  const day = /^[A-Za-z]/.test(parts[0] ?? "") ? parts.shift() : undefined;
  const date = parts[0]?.includes(":") === false ? parts.shift() : undefined;
  const time = parts.shift();
  if (parts.length > 0 || bare === "") return err({ part: "calendar", written: bare });
  return readParts({ day, date, time }, timeZone);
}

/** What stands behind a calendar event, and what is left of it without. */
function takeZone(written: string): Read<{ bare: string; timeZone: string | null }> {
  const words = written.split(/\s+/);
  const last = words.at(-1) ?? "";
  const isNamed = words.length > 1 && /^[A-Za-z]/.test(last) && !isWeekdayWord(last);
  if (!isNamed) return ok({ bare: words.join(" "), timeZone: null });
  return isZone(last)
    ? ok({ bare: words.slice(0, -1).join(" "), timeZone: last })
    : err({ part: "zone", written: last });
}

type Part = string | undefined;

function readParts(
  { day, date, time }: { day: Part; date: Part; time: Part },
  timeZone: string | null,
): Read<CalendarFields> {
  const weekdays = day === undefined ? ok(null) : readWeekdays(day);
  if (!weekdays.ok) return weekdays;
  const dates = date === undefined ? ok(anyDay) : readDate(date);
  if (!dates.ok) return dates;
  const times = time === undefined ? ok(midnight) : readTime(time);
  return times.ok ? ok({ weekdays: weekdays.value, ...dates.value, ...times.value, timeZone }) : times;
}

const weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function weekdayNumber(text: string): number | null {
  const lower = text.toLowerCase();
  const found = weekdayNames.findIndex((name) => name === lower || name.slice(0, 3) === lower);
  return found < 0 ? null : found;
}

function isWeekdayWord(text: string): boolean {
  return weekdayNumber(text.split(/[.,-]/)[0] ?? "") !== null;
}

/** A week begins with Monday, and a range does not go beyond Sunday. */
function readWeekdays(text: string): Read<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const entry of text.replace(/,$/, "").split(",")) {
    const [first = "", last = first] = entry.split(/\.\.|-/);
    const [from, to] = [weekdayNumber(first), weekdayNumber(last)].map((day) => (day === 0 ? 7 : day));
    if (from === null || to === null || from === undefined || to === undefined || from > to)
      return err({ part: "weekday", written: entry });
    for (let day = from; day <= to; day++) found.add(day % 7);
  }
  return ok(found);
}

type DateFields = Pick<CalendarFields, "years" | "months" | "days" | "fromEnd">;
type TimeFields = Pick<CalendarFields, "hours" | "minutes" | "secondsMs">;
const anyDay: DateFields = { years: null, months: null, days: null, fromEnd: false };
const only = (value: number): Component => [{ from: value, to: null, step: null }];
const midnight: TimeFields = { hours: only(0), minutes: only(0), secondsMs: only(0) };

function readDate(text: string): Read<DateFields> {
  const match = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/.exec(text);
  if (match === null) return err({ part: "calendar", written: text });
  const [, year = "*", month = "", separator, day = ""] = match;
  const years = readComponent(year, { part: "year", low: 1970, high: 2199, read: readYear });
  const months = readComponent(month, { part: "month", low: 1, high: 12 });
  const days = readComponent(day, { part: "day", low: 1, high: 31 });
  if (!years.ok) return years;
  if (!months.ok) return months;
  if (!days.ok) return days;
  return ok({ years: years.value, months: months.value, days: days.value, fromEnd: separator === "~" });
}

/** Two digits mean 1970 to 2069. */
function readYear(text: string): number {
  const value = Number(text);
  if (text.length > 2) return value;
  return value < 70 ? value + 2_000 : value + 1_900;
}

function readTime(text: string): Read<TimeFields> {
  const [hour = "", minute = "", second = "0", ...more] = text.split(":");
  if (more.length > 0) return err({ part: "calendar", written: text });
  const hours = readComponent(hour, { part: "hour", low: 0, high: 23 });
  const minutes = readComponent(minute, { part: "minute", low: 0, high: 59 });
  const secondsMs = readComponent(second, { part: "second", low: 0, high: 59_999, read: readSecond });
  if (!hours.ok) return hours;
  if (!minutes.ok) return minutes;
  return secondsMs.ok ? ok({ hours: hours.value, minutes: minutes.value, secondsMs: secondsMs.value }) : secondsMs;
}

function readSecond(text: string): number {
  return Math.round(Number(text) * 1_000);
}

interface Limits {
  readonly part: ScheduleProblem["part"];
  readonly low: number;
  readonly high: number;
  readonly read?: (text: string) => number;
}

function readComponent(text: string, limits: Limits): Read<Component> {
  if (text === "*") return ok(null);
  const spans: Span[] = [];
  for (const entry of text.split(",")) {
    const span = readSpan(entry, limits);
    if (span === null) return err({ part: limits.part, written: entry });
    spans.push(span);
  }
  return ok(spans);
}

const plainSpan = /^(\d{1,4})(?:\.\.(\d{1,4}))?(?:\/(\d{1,4}))?$/;
const secondSpan = /^(\d{1,2}(?:\.\d{1,6})?)(?:\.\.(\d{1,2}(?:\.\d{1,6})?))?(?:\/(\d{1,2}(?:\.\d{1,6})?))?$/;

function readSpan(entry: string, { part, low, high, read = Number }: Limits): Span | null {
  const match = (part === "second" ? secondSpan : plainSpan).exec(entry);
  if (match === null) return null;
  const [, first = "", last, every] = match;
  const from = read(first);
  const to = last === undefined ? null : read(last);
  const stepOf = part === "second" ? readSecond : Number;
  const step = every === undefined ? null : stepOf(every);
  return isWithin({ from, to, step }, low, high) ? { from, to, step } : null;
}

function isWithin({ from, to, step }: Span, low: number, high: number): boolean {
  const isIn = (value: number): boolean => value >= low && value <= high;
  if (step !== null && (step <= 0 || !isIn(from + step))) return false;
  return isIn(from) && (to === null || (isIn(to) && to >= from));
}

/** Is this value one that the component names? */
export function names(component: Component, value: number): boolean {
  if (component === null) return true;
  return component.some(({ from, to, step }) => {
    if (value < from || (to !== null && value > to)) return false;
    if (step !== null) return (value - from) % step === 0;
    return to !== null || value === from;
  });
}

/** The same for days counted from the month's end: a step goes on towards the end. */
export function namesFromEnd(component: Component, counted: number): boolean {
  if (component === null) return true;
  return component.some(({ from, to, step }) => {
    if (step === null || to !== null) return names([{ from, to, step }], counted);
    return counted <= from && (from - counted) % step === 0;
  });
}

/** Every value below `end` that the component names, in order; `any` is what it stands for when it names none. */
export function valuesOf(component: Component, end: number, any = 1): readonly number[] {
  if (component === null) return Array.from({ length: Math.ceil(end / any) }, (_, index) => index * any);
  const found = new Set<number>();
  for (const { from, to, step } of component) {
    const last = to ?? (step === null ? from : end - 1);
    for (let value = from; value <= Math.min(last, end - 1); value += step ?? any) found.add(value);
  }
  return [...found].toSorted((a, b) => a - b);
}
