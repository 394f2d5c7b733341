import { dayAt, findDay, momentOf } from "./calendar.ts";
import { rolesIn } from "./roles.ts";
import { tokensOf } from "./tokens.ts";
import type { DateToken, TimeToken, Zone } from "./token.ts";

/** One message of a notice that was added to over time. */
export interface Update {
  /** as its own heading says; null: not told */
  readonly atMs: number | null;
  readonly text: string;
  /** its heading alone: `【第2報】`, `Resolved - …` */
  readonly heading: string;
  /** in the normal text */
  readonly start: number;
}

const japaneseHead =
  /^[\s■□▼▽●◆★*※<【[《(〔-]*(?:追記|第\s*\d{1,2}\s*報|続報|最終報|速報|初報|更新|復旧報|[^\n]{0,30}(?:追記|更新|現在|時点|第\s*\d{1,2}\s*報)\s*[\])】》〕>:])[^\n]{0,60}$/;
const statuspageHead =
  /^\s*(?:resolved|monitoring|identified|investigating|update|completed|in\s+progress|verifying|scheduled|postmortem|cancell?ed)\s*(?:-|:|\n|$)/i;
const datedHead =
  /^[\s【[《(■▼●◆※-]*(?:20\d\d\s*[年/.-]\s*)?\d{1,2}\s*[月/.-]\s*\d{1,2}\s*日?(?:\s*\([^)]{1,4}\))?\s*(?:午前|午後)?\s*\d{1,2}\s*[:時]\s*\d{0,2}\s*分?\s*(?:頃|ごろ)?\s*(?:更新|追記|現在|時点|:|[^\n】\]》)]{0,8}[】\]》)]|$)/;
const englishDatedHead =
  /^\s*(?:\[)?[a-z]{3,9}\.?\s+\d{1,2}(?:,?\s+20\d\d)?,?\s+\d{1,2}:\d\d\s*(?:[ap]m)?\s*(?:[a-z]{2,4})?\s*(?:\])?\s*(?:-|:|$)/i;
const statuspageDate =
  /^\s*[a-z]{3,9}\.?\s+\d{1,2}(?:,?\s+20\d\d)?,?\s+(?:-\s*)?\d{1,2}:\d\d\s*(?:[ap]m\s*)?[a-z]{2,4}\s*$/i;

/** Splits a notice where an update begins, newest first: by the updates' own times, else as they stand (newest on top). */
export function updatesOf(text: string, { nowMs, zone }: { nowMs: number; zone: Zone }): readonly Update[] {
  const starts = headings(text);
  if (starts.length === 0) return [{ atMs: null, text, heading: "", start: 0 }];
  const cuts = (starts[0] ?? 0) > 0 ? [0, ...starts] : starts;
  const updates = cuts.map((start, nth) => {
    const body = text.slice(start, cuts[nth + 1] ?? text.length);
    const heading = start === 0 && starts[0] !== 0 ? "" : (body.split("\n", 1)[0] ?? "");
    return { atMs: heading === "" ? null : timeOf(body, heading, { nowMs, zone }), text: body, heading, start };
  });
  return inOrder(updates);
}

function headings(text: string): readonly number[] {
  const found: number[] = [];
  let at = 0;
  let before = "";
  for (const line of text.split("\n")) {
    const isHead =
      japaneseHead.test(line) ||
      statuspageHead.test(line) ||
      (datedHead.test(line) && !isLabel(before)) ||
      (englishDatedHead.test(line) && !statuspageDate.test(line));
    if (isHead && !isRange(line)) found.push(at);
    if (line.trim() !== "") before = line;
    at += line.length + 1;
  }
  return found;
}

/** 「■復旧日時」: the day and time below it are its value. */
function isLabel(line: string): boolean {
  return rolesIn(line).some(({ alone }) => alone);
}

/** A heading names one moment; two times are a window. */
function isRange(line: string): boolean {
  return tokensOf(line).filter(({ type }) => type === "time").length > 1;
}

function timeOf(body: string, heading: string, { nowMs, zone }: { nowMs: number; zone: Zone }): number | null {
  const lines = body.split("\n");
  const last = lines.findLast((line) => statuspageDate.test(line));
  const tokens = tokensOf(last ?? heading);
  const date = tokens.find((token): token is typeof token & DateToken => token.type === "date");
  const time = tokens.find((token): token is typeof token & TimeToken => token.type === "time");
  if (time === undefined) return null;
  const own = tokens.find((token) => token.type === "zone");
  const where = own?.type === "zone" ? own.zone : zone;
  const today = dayAt(nowMs, where);
  const day = date === undefined ? null : findDay(date, { today, past: true, near: null, monthFirst: true });
  return momentOf(day?.number ?? today, time.minutes, where);
}

/** Numbered reports (第2報 after 第1報) and 追記 say their order even without times. */
function inOrder(updates: readonly Update[]): readonly Update[] {
  const timed = updates.filter(({ atMs }) => atMs !== null);
  const numbered = updates.filter((one) => reportNumber(one) !== null);
  if (timed.length >= 2) {
    const newestFirst = (timed[0]?.atMs ?? 0) >= (timed.at(-1)?.atMs ?? 0);
    const key = (one: Update, nth: number): number => one.atMs ?? fallback(updates, nth, newestFirst);
    return updates
      .map((one, nth) => ({ one, key: key(one, nth), nth }))
      .toSorted((a, b) => b.key - a.key || (newestFirst ? a.nth - b.nth : b.nth - a.nth))
      .map(({ one }) => one);
  }
  if (numbered.length >= 2) {
    return updates.toSorted((a, b) => (reportNumber(b) ?? 0) - (reportNumber(a) ?? 0));
  }
  const [first] = updates;
  // what was added stands under the notice, unless the notice's own head says that it was put on top
  if (first !== undefined && first.heading === "") return [...updates.slice(1).toReversed(), first];
  return updates;
}

/** A part without a time is the original: older than all others. */
function fallback(updates: readonly Update[], nth: number, newestFirst: boolean): number {
  const neighbour = newestFirst ? updates[nth - 1] : updates[nth + 1];
  if (updates[nth]?.heading === "" && nth === 0) return -Infinity;
  return neighbour?.atMs ?? -Infinity;
}

function reportNumber({ heading }: Update): number | null {
  const written = /第\s*(\d{1,2})\s*報/.exec(heading)?.[1];
  if (/最終報/.test(heading)) return 99;
  return written === undefined ? null : Number(written);
}
