import { dayNumber, dayOf, daysInMonth, offsetMs } from "../../schedule/zone.ts";
import type { LogContext } from "./format.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Offsets change at whole quarters of an hour. */
const quarterMs = 15 * minuteMs;
const keptOffsets = 4_096;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Abbreviations that mean one thing only; of the others the line's place decides. */
const zoneHours: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  JST: 9,
  KST: 9,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  EDT: -4,
  PDT: -7,
};

/** @param zone IANA name of the clocks that wrote the lines */
export function createLogContext({ nowMs, zone }: { nowMs: () => number; zone: string }): LogContext {
  const offsets = new Map<number, number>();
  function offsetAt(wallMs: number): number {
    const quarter = Math.floor(wallMs / quarterMs);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * quarterMs;
    const offset = offsetMs(start - offsetMs(start, zone), zone);
    if (offsets.size >= keptOffsets) offsets.clear();
    offsets.set(quarter, offset);
    return offset;
  }
  return { nowMs, utcOf: (wallMs) => wallMs - offsetAt(wallMs) };
}

/** 1 to 12, from `Jan` or `January`; null: not a month. */
export function monthNumber(text: string): number | null {
  const index = months.indexOf(text.slice(0, 3).toLowerCase());
  return index < 0 ? null : index + 1;
}

export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms?: number;
}

/** As if the zone were UTC; null: no such time. A leap second is the next second. */
export function wallOf({ year, month, day, hour, minute, second, ms = 0 }: WallTime): number | null {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 60) return null;
  return dayNumber({ year, month, day }) * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

/** `+09:00`, `+0900`, `Z`, `JST` …: milliseconds ahead of UTC; null: not a zone whose meaning is certain. */
export function zoneOffsetMs(text: string): number | null {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(text);
  if (match !== null) {
    const ms = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * minuteMs;
    return match[1] === "-" ? -ms : ms;
  }
  const hours = zoneHours[text];
  return hours === undefined ? null : hours * 60 * minuteMs;
}

export interface ReadTime {
  readonly atMs: number;
  /** characters it took from the start of the text */
  readonly length: number;
}

const iso =
  /^(\d{4})([-/.])(\d\d)\2(\d\d)[T _-]{1,2}(\d{1,2})[:.](\d\d)[:.](\d\d)(?:[.,](\d{1,9}))?(?:\s?(Z\b|[+-]\d\d:?\d\d\b|[+-]\d\d(?![\d-])|[A-Z]{3,4}(?=[\s:\]]|$)))?/;

/** A time with year, month and day in this order at the start of `text`. Source: RFC 3339, and what programs make of it. */
export function readIsoTime(text: string, context: LogContext): ReadTime | null {
  const match = iso.exec(text.slice(0, 48));
  if (match === null) return null;
  const [whole, year, , month, day, hour, minute, second, fraction = "0", zone] = match;
  const wallMs = wallOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: Math.floor(Number(`0.${fraction}`) * 1_000),
  });
  if (wallMs === null) return null;
  const offset = zone === undefined ? null : zoneOffsetMs(zone);
  const isWord = zone !== undefined && offset === null;
  // an upper-case word after the time is a level as often as a zone
  const length = isWord && !/T$|^UTC/.test(zone) ? whole.slice(0, -zone.length).trimEnd().length : whole.length;
  return { atMs: offset === null ? context.utcOf(wallMs) : wallMs - offset, length };
}

const yearless =
  /^(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:(?: (?:UTC|GMT))? (\d{4})(?=\D|$))?/;

/**
 * `Nov  3 09:23:38` at the start of `text`, with or without weekday, fraction and year. Without one, the year is the
 * newest that does not put the line more than a day into the future. Source: RFC 3164 §4.1.2.
 */
export function readMonthTime(text: string, context: LogContext): ReadTime | null {
  const match = yearless.exec(text.slice(0, 48));
  if (match === null) return null;
  const [whole, name = "", day, yearBefore, hour, minute, second, fraction = "0", yearAfter] = match;
  const month = monthNumber(name);
  if (month === null) return null;
  const rest = { month, day: Number(day), hour: Number(hour), minute: Number(minute), second: Number(second) };
  const ms = Math.floor(Number(`0.${fraction}`) * 1_000);
  const year = yearBefore ?? yearAfter;
  const atMs =
    year === undefined ? newestYear({ ...rest, ms }, context) : momentOf({ ...rest, ms, year: Number(year) }, context);
  return atMs === null ? null : { atMs, length: whole.length };
}

export function momentOf(wall: WallTime, context: LogContext): number | null {
  const wallMs = wallOf(wall);
  return wallMs === null ? null : context.utcOf(wallMs);
}

function newestYear(wall: Omit<WallTime, "year">, context: LogContext): number | null {
  const latestMs = context.nowMs() + dayMs;
  const { year } = dayOf(Math.floor(latestMs / dayMs) + 1);
  // 29 February is found up to eight years back
  for (let back = 0; back <= 8; back++) {
    const atMs = momentOf({ ...wall, year: year - back }, context);
    if (atMs !== null && atMs <= latestMs) return atMs;
  }
  return null;
}

const common = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([+-]\d{4}))?/;
/** A second of an access log: what stands before a fraction or a zone. */
const commonChars = 20;
/** Lines come in the order of their time: the second of the last one is mostly that of the next. */
const lastCommon = { text: "", wallMs: 0 };

/** `20/Jul/2009:22:59:26 +0000`: the time of access logs. */
export function readCommonLogTime(text: string, context: LogContext): ReadTime | null {
  const again = sameSecond(text);
  if (again !== null) return again;
  const match = common.exec(text.slice(0, 48));
  if (match === null) return null;
  const [whole, day, name = "", year, hour, minute, second, fraction, zone] = match;
  const wallMs = wallOf({
    year: Number(year),
    month: monthNumber(name) ?? 0,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000),
  });
  if (wallMs === null) return null;
  if (fraction === undefined) [lastCommon.text, lastCommon.wallMs] = [whole.slice(0, commonChars), wallMs];
  const offset = zone === undefined ? null : zoneOffsetMs(zone);
  return { atMs: offset === null ? context.utcOf(wallMs) : wallMs - offset, length: whole.length };
}

/** A time that differs from the last one read in its zone at most. */
function sameSecond(text: string): ReadTime | null {
  if (lastCommon.text === "" || text.charCodeAt(commonChars) !== 32 || !text.startsWith(lastCommon.text)) return null;
  const offset = plainOffset(text, commonChars + 1);
  return offset === null ? null : { atMs: lastCommon.wallMs - offset, length: commonChars + 6 };
}

/** `+0900` at `at`, with nothing behind it that could be part of it; null: written otherwise. */
function plainOffset(text: string, at: number): number | null {
  const sign = text.charCodeAt(at);
  if (sign !== 43 && sign !== 45) return null;
  let digits = 0;
  for (let nth = at + 1; nth <= at + 4; nth++) {
    const digit = text.charCodeAt(nth) - 48;
    if (!(digit >= 0 && digit <= 9)) return null;
    digits = digits * 10 + digit;
  }
  const ms = (Math.floor(digits / 100) * 60 + (digits % 100)) * minuteMs;
  return sign === 45 ? -ms : ms;
}

/** Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size; null: no time of this century. */
export function epochMs(value: number): number | null {
  for (const factor of [1_000, 1, 0.001, 0.000_001]) {
    const ms = Math.floor(value * factor);
    if (ms > 946_684_800_000 && ms < 4_102_444_800_000) return ms;
  }
  return null;
}
