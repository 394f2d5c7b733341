import type { PlacedToken } from "./lines.ts";
import type { Point } from "./point.ts";
import { gap, isLinked, isReplaced, rangeWord, type RangeWord } from "./point-ranges.ts";
import type { DateToken, Zone } from "./token.ts";

/** Characters between a day and its time. */
const nearDate = 6;
/** What is carried from one token to the next. */
interface Reading {
  readonly text: string;
  readonly placed: readonly PlacedToken[];
  readonly points: Point[];
  range: RangeWord | null;
  /** a zone that stands before the two ends it is for */
  ahead: { readonly zone: Zone; readonly line: number; left: number } | null;
}

/** Puts days and times together, and says which belong to a range. */
export function pointsOf(text: string, placed: readonly PlacedToken[]): readonly Point[] {
  const reading: Reading = { text, placed, points: [], range: null, ahead: null };
  for (let nth = 0; nth < placed.length; nth++) {
    const { token } = placed[nth] as PlacedToken;
    const last = reading.points.at(-1);
    if (token.type === "range") reading.range = rangeWord(text, { token, last, range: reading.range });
    else if (token.type === "zone") takeZone(reading, nth);
    else if (token.type === "vague") reading.range = null;
    else if (token.type !== "each") nth = takePoint(reading, nth);
    else if (last !== undefined) last.each = true;
  }
  return reading.points;
}

function takeZone(reading: Reading, nth: number): void {
  const { text, placed, points } = reading;
  const one = placed[nth] as PlacedToken;
  const last = points.at(-1);
  if (one.token.type !== "zone") return;
  if (leadsOn(text, { last, zone: one, next: placed[nth + 1] })) {
    reading.ahead = { zone: one.token.zone, line: one.line, left: 2 };
  } else if (last?.line === one.line && last.zone === null && gap(text, last.end, one.token.start) <= 3) {
    last.zone = one.token.zone;
    last.end = one.token.end;
  }
}

/** @returns the last token it took */
function takePoint(reading: Reading, nth: number): number {
  const { text, placed, points, range } = reading;
  const last = points.at(-1);
  const linked = range !== null && last !== undefined && isLinked(text, last, placed[nth] as PlacedToken);
  reading.range = null;
  const { point, nth: taken } = mergedPoint(text, { placed, nth, linked });
  takeAhead(reading, point);
  if (linked) parted(text, { last, range, point });
  if (startVerb.test(text.slice(Math.max(0, point.start - 24), point.start))) point.since = true;
  point.listed = last !== undefined && isListed(text, last, point);
  points.push(point);
  return taken;
}

/** What one moment gives way to another for is no range: the first is old. */
function parted(text: string, { last, range, point }: { last: Point; range: RangeWord; point: Point }): void {
  const replaces = isReplaced(text, { last, range, point });
  if (replaces || range.word === "を") point.linked = false;
  if (!replaces) return;
  last.role = "old";
  // of one end only that end is new; of a day or a whole time all of it
  if (point.date === null && point.role !== "start" && point.role !== "end") point.role = null;
}

/** 「3日、10日 2:00」: the time is for the days before it too. */
function isListed(text: string, last: Point, { date, start }: Point): boolean {
  const areDays = [date, last.date].every((day) => day !== null && day.relative === null);
  if (!areDays || last.time !== null) return false;
  return start < last.end || /^\s*(?:[、,・と&/]|及び|および|,?\s*and(?![a-z]))\s*$/i.test(text.slice(last.end, start));
}

/** A zone written ahead of both ends of a range. */
function takeAhead({ ahead }: Reading, point: Point): void {
  if (ahead === null || ahead.left === 0 || ahead.line !== point.line || point.time === null) return;
  point.zone ??= ahead.zone;
  ahead.left -= 1;
}

const startVerb = /(?:starts?|begins?|starting|beginning|commenc\w+)\s+(?:at\s+)?$/i;

/** `(UTC 12/2 17:00`: a zone that stands before what it is for. */
function leadsOn(
  text: string,
  { last, zone, next }: { last: Point | undefined; zone: PlacedToken; next: PlacedToken | undefined },
): boolean {
  if (next === undefined || next.line !== zone.line || gap(text, zone.token.end, next.token.start) > 2) return false;
  if (next.token.type !== "date" && next.token.type !== "time") return false;
  return last === undefined || /[(\n/、,=。:]/.test(text.slice(last.end, zone.token.start));
}

function mergedPoint(
  text: string,
  { placed, nth, linked }: { placed: readonly PlacedToken[]; nth: number; linked: boolean },
): { point: Point; nth: number } {
  const one = placed[nth] as PlacedToken;
  const { token } = one;
  const next = placed[nth + 1];
  const base = {
    zone: null,
    role: one.role,
    line: one.line,
    block: one.block,
    start: token.start,
    end: token.end,
    linked,
    until: false,
    since: false,
    each: false,
    listed: false,
    open: token.type === "open",
    duration: token.type === "duration" ? { minutes: token.minutes, most: token.most } : null,
  };
  if (token.type === "date") {
    const follows =
      next?.token.type === "time" && next.line === one.line && gap(text, token.end, next.token.start) <= nearDate;
    if (follows && next.token.type === "time") {
      return {
        point: { ...base, date: token, time: next.token, end: next.token.end, role: next.role ?? one.role },
        nth: nth + 1,
      };
    }
    return { point: { ...base, date: token, time: null }, nth };
  }
  if (token.type !== "time") return { point: { ...base, date: null, time: null }, nth };
  const after = dateAfter(text, placed, nth);
  if (after === null) return { point: { ...base, date: null, time: token }, nth };
  return {
    point: { ...base, date: after.date, time: token, zone: after.zone, end: after.end },
    nth: after.nth,
  };
}

/** `2:00 AM PST on Nov 26`: a day after its time, unless that day has a time of its own. */
function dateAfter(
  text: string,
  placed: readonly PlacedToken[],
  nth: number,
): { date: DateToken; zone: Zone | null; end: number; nth: number } | null {
  const one = placed[nth] as PlacedToken;
  const zone = zoneAfter(text, one, placed[nth + 1]);
  const at = zone === null ? nth + 1 : nth + 2;
  const found = placed[at];
  if (found?.token.type !== "date" || found.line !== one.line) return null;
  const between = text.slice(placed[at - 1]?.token.end ?? 0, found.token.start);
  // 「5:00(翌日)」, and not 「23:00、翌日 5:00」
  if (found.token.relative?.to === "before" && !/\(\s*$/.test(between)) return null;
  if (!/^[\s,)]*(?:on|of)?\s*(?:the\s+)?(?:\(\s*)?$/i.test(between)) return null;
  if (hasOwnTime(text, found, placed[at + 1])) return null;
  return { date: found.token, zone, end: found.token.end, nth: at };
}

function zoneAfter(text: string, { token }: PlacedToken, next: PlacedToken | undefined): Zone | null {
  return next?.token.type === "zone" && gap(text, token.end, next.token.start) <= 3 ? next.token.zone : null;
}

function hasOwnTime(text: string, { token, line }: PlacedToken, next: PlacedToken | undefined): boolean {
  if (next?.token.type !== "time" || next.line !== line) return false;
  return /^\s*,?\s*(?:at|from)?\s*$/i.test(text.slice(token.end, next.token.start));
}
