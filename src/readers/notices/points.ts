import type { PlacedToken } from "./lines.ts";
import type { Role } from "./roles.ts";
import type { DateToken, TimeToken, Zone } from "./token.ts";

/** A moment as far as it is written: a day, a time, or both. */
export interface Point {
  readonly date: DateToken | null;
  readonly time: TimeToken | null;
  zone: Zone | null;
  /** the end is not known, and the text says so */
  readonly open: boolean;
  /** minutes, when it is no moment but a length */
  readonly duration: { readonly minutes: number; readonly most: boolean } | null;
  role: Role | null;
  readonly line: number;
  readonly block: number;
  /** in the normal text */
  readonly start: number;
  end: number;
  /** a range word stands between the point before and this one */
  linked: boolean;
  /** the range word or まで right after it */
  until: boolean;
  /** から, より or 以降 right after it */
  since: boolean;
  each: boolean;
}

/** Words between a day and its time, or around a range. */
const nearDate = 6;
const nearRange = 16;

interface RangeWord {
  readonly end: number;
  readonly word: string;
}

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
  } else if (last !== undefined && gap(text, last.end, one.token.start) <= 3) {
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
  if (linked && fromTo.has(range.word) && point.date !== null && isReplaced(text, point)) {
    point.linked = false;
    last.role = "old";
  }
  if (startVerb.test(text.slice(Math.max(0, point.start - 24), point.start))) point.since = true;
  points.push(point);
  return taken;
}

function takeAhead({ ahead }: Reading, point: Point): void {
  if (ahead === null || ahead.left === 0 || ahead.line !== point.line || point.time === null) return;
  point.zone ??= ahead.zone;
  ahead.left -= 1;
}

const fromTo: ReadonlySet<string> = new Set(["から", "より", "を"]);
const startVerb = /(?:starts?|begins?|starting|beginning|commenc\w+)\s+(?:at\s+)?$/i;

/** `(UTC 12/2 17:00`: a zone that stands before what it is for. */
function leadsOn(
  text: string,
  { last, zone, next }: { last: Point | undefined; zone: PlacedToken; next: PlacedToken | undefined },
): boolean {
  if (next === undefined || next.line !== zone.line || gap(text, zone.token.end, next.token.start) > 1) return false;
  if (next.token.type !== "date" && next.token.type !== "time") return false;
  return last === undefined || /[(\n/、,=。:]/.test(text.slice(last.end, zone.token.start));
}

/** 「3日から10日に変更」 is no range. */
function isReplaced(text: string, { end }: Point): boolean {
  return /^[\s)]*(?:に|へ)(?:日程を|日時を)?(?:変更|延期|順延|振り?替|繰り)/.test(text.slice(end, end + 20));
}

/** The distance in characters that are neither spaces nor brackets; far when a sentence ends between. */
function gap(text: string, from: number, to: number): number {
  const between = text.slice(from, to);
  if (/[。!?]|\n\s*\n/.test(between)) return Infinity;
  return between.replaceAll(/[\s()[\]「」、,]/g, "").length;
}

interface RangeAt {
  readonly token: PlacedToken["token"] & { readonly type: "range" };
  readonly last: Point | undefined;
  readonly range: RangeWord | null;
}

/** Words that end what is linked, and words that link whatever stands before them. */
const unlinking: ReadonlySet<string> = new Set(["from", "between"]);
const linking: ReadonlySet<string> = new Set(["until", "till", "by", "にかけて"]);

/** @returns the range word in force after this one */
function rangeWord(text: string, { token, last, range }: RangeAt): RangeWord | null {
  const { word, start, end } = token;
  const far = last === undefined ? Infinity : gap(text, last.end, start);
  if (last !== undefined && far <= 4) markBeside(last, word);
  if (unlinking.has(word) || word === "まで") return null;
  if (linking.has(word)) return { end, word };
  if (far > nearRange || (word === "and" && !isBetween(text, last?.start ?? 0))) return range;
  return { end, word };
}

function markBeside(last: Point, word: string): void {
  if (word === "まで" || word === "にかけて") last.until = true;
  if (word === "から" || word === "より") last.since = true;
}

/** "between 2:00 and 5:00": only then is "and" a range. */
function isBetween(text: string, start: number): boolean {
  return /between/i.test(text.slice(Math.max(0, start - 30), start));
}

function isLinked(text: string, last: Point, { token, line }: PlacedToken): boolean {
  const far = gap(text, last.end, token.start);
  if (line === last.line) return far <= nearRange + 6;
  const between = text.slice(last.end, token.start);
  return (
    line - last.line === 1 && /^[\s(]*(?:頃)?[~-]\s*$|^[\s)]*(?:から|より)?\s*\n\s*[~-]?\s*$/.test(between) && far <= 4
  );
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
  if (found?.token.type !== "date" || found.line !== one.line || found.token.relative?.to === "before") return null;
  const between = text.slice(placed[at - 1]?.token.end ?? 0, found.token.start);
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
