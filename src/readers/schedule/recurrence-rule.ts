import { err, ok, type Result } from "../../kernel/result.ts";
import { dayNumber, daysInMonth } from "./zone.ts";

const dayMs = 86_400_000;
const frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
export type Frequency = (typeof frequencies)[number];

/** A weekday, 0 is Sunday; `nth` of the month or year, -1 is the last, 0 every one. */
export interface NthDay {
  readonly nth: number;
  readonly weekday: number;
}

/** How something comes again. Source: RFC 5545 §3.3.10; the times within a day are those of its first time. */
export interface Recurrence {
  readonly frequency: Frequency;
  /** 1 and more */
  readonly interval: number;
  readonly byDay: readonly NthDay[];
  readonly byMonthDay: readonly number[];
  readonly byMonth: readonly number[];
  readonly bySetPos: readonly number[];
  /** how often in all; null: no such bound */
  readonly count: number | null;
  /** the last moment it may begin, as written; null: no such bound */
  readonly until: WrittenTime | null;
  /** the day a week begins with */
  readonly weekStart: number;
  readonly except: readonly WrittenTime[];
  readonly besides: readonly WrittenTime[];
}

/** A time of an RRULE: of UTC, of the zone it is meant in, or a whole day there. */
export interface WrittenTime {
  /** as if it were UTC */
  readonly wall: number;
  readonly form: "utc" | "local" | "day";
}

const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;

/**
 * Reads `FREQ=MONTHLY;BYDAY=2SU`, with `RRULE:` before it or not, and `EXDATE:` and `RDATE:` behind it, divided by blanks
 * or new lines.
 * @returns the part that is not understood
 */
export function readRecurrence(text: string): Result<Recurrence, string> {
  const lines = text.trim().split(/\s+/);
  const rules = lines.filter((line) => !/^(?:EXDATE|RDATE)[:;]/i.test(line));
  const [rule] = rules;
  if (rule === undefined || rules.length !== 1) return err(rules[1] ?? text);
  const [except, besides] = [datesOf(lines, "EXDATE"), datesOf(lines, "RDATE")];
  const wrong = [...except, ...besides].find((one) => readTime(one) === null);
  if (wrong !== undefined) return err(wrong);
  const read = readRule(rule.replace(/^RRULE:/i, ""));
  return read.ok ? ok({ ...read.value, except: timesOf(except), besides: timesOf(besides) }) : read;
}

function datesOf(lines: readonly string[], name: string): readonly string[] {
  const named = lines.filter((line) => new RegExp(`^${name}[:;]`, "i").test(line));
  return named.flatMap((line) => line.replace(/^[^:]*:?/, "").split(","));
}

function timesOf(written: readonly string[]): readonly WrittenTime[] {
  return written.flatMap((one) => readTime(one) ?? []);
}

type Rule = Omit<Recurrence, "except" | "besides">;
type Draft = { -readonly [Name in keyof Rule]?: Rule[Name] };

/** Each takes the value of one part; false: it is not understood. */
const parts: Readonly<Record<string, (rule: Draft, value: string) => boolean>> = {
  FREQ(rule, value) {
    const found = frequencies.find((name) => name === value);
    if (found !== undefined) rule.frequency = found;
    return found !== undefined;
  },
  INTERVAL: (rule, value) => whole(value, { least: 1, most: 1_000 }, (number) => (rule.interval = number)),
  COUNT: (rule, value) => whole(value, { least: 1, most: 10_000 }, (number) => (rule.count = number)),
  UNTIL(rule, value) {
    rule.until = readTime(value);
    return rule.until !== null;
  },
  WKST(rule, value) {
    rule.weekStart = weekdays.findIndex((name) => name === value);
    return rule.weekStart >= 0;
  },
  BYMONTH: (rule, value) => numbers(value, { least: 1, most: 12, isSigned: false }, (list) => (rule.byMonth = list)),
  BYMONTHDAY: (rule, value) =>
    numbers(value, { least: 1, most: 31, isSigned: true }, (list) => (rule.byMonthDay = list)),
  BYSETPOS: (rule, value) => numbers(value, { least: 1, most: 366, isSigned: true }, (list) => (rule.bySetPos = list)),
  BYDAY(rule, value) {
    const days = value.split(",").map(readDay);
    rule.byDay = days.flatMap((day) => day ?? []);
    return rule.byDay.length === days.length;
  },
};

function readRule(text: string): Result<Rule, string> {
  const rule: Draft = {};
  const seen = new Set<string>();
  for (const part of text.toUpperCase().split(";")) {
    const [name = "", value = "", ...rest] = part.split("=");
    const take = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (take === undefined || rest.length > 0 || seen.has(name) || !take(rule, value)) return err(part);
    seen.add(name);
  }
  const { frequency } = rule;
  if (frequency === undefined) return err("FREQ");
  const clash = clashOf(rule, frequency);
  if (clash !== null) return err(clash);
  const none = { byDay: [], byMonthDay: [], byMonth: [], bySetPos: [], count: null, until: null };
  return ok({ ...none, interval: 1, weekStart: 1, ...rule, frequency });
}

/**
 * Parts that make no sense together; null: none. An ordinal needs a month or a year, a day of the month no week, a position
 * something to choose from. Source: RFC 5545 §3.3.10.
 */
function clashOf({ count, until, byDay, byMonthDay, byMonth, bySetPos }: Draft, frequency: Frequency): string | null {
  if (count !== undefined && until !== undefined) return "COUNT;UNTIL";
  const isLong = frequency === "MONTHLY" || frequency === "YEARLY";
  if (!isLong && byDay?.some(({ nth }) => nth !== 0) === true) return "BYDAY";
  if (frequency === "WEEKLY" && byMonthDay !== undefined) return "BYMONTHDAY";
  const hasChoice = [byDay, byMonthDay, byMonth].some((list) => list !== undefined);
  return bySetPos !== undefined && !hasChoice ? "BYSETPOS" : null;
}

function whole(
  value: string,
  { least, most }: { least: number; most: number },
  take: (number: number) => void,
): boolean {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) return false;
  take(number);
  return true;
}

function numbers(
  value: string,
  { least, most, isSigned }: { least: number; most: number; isSigned: boolean },
  take: (list: readonly number[]) => void,
): boolean {
  const list = value.split(",").map((one) => (/^[+-]?\d+$/.test(one) ? Number(one) : 0));
  const fits = (one: number): boolean => Math.abs(one) >= least && Math.abs(one) <= most && (isSigned || one > 0);
  if (!list.every(fits)) return false;
  take(list);
  return true;
}

function readDay(text: string): NthDay | null {
  const [, nth, name] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  const weekday = weekdays.findIndex((one) => one === name);
  const number = nth === undefined ? 0 : Number(nth);
  const isNth = nth === undefined || (number !== 0 && Math.abs(number) <= 53);
  return weekday < 0 || !isNth ? null : { nth: number, weekday };
}

function readTime(text: string): WrittenTime | null {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/i.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const wall = dayNumber({ year, month, day }) * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000;
  if (match[4] === undefined) return { wall, form: "day" };
  return { wall, form: match[7] === undefined ? "local" : "utc" };
}

type Six = [number, number, number, number, number, number];
