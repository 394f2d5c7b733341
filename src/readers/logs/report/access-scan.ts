import { dayNumber } from "../../schedule/zone.ts";
import {
  agentBits,
  clientMarks,
  mostDurations,
  pathMarks,
  type AccessShape,
  type AccessTally,
} from "./access-tally.ts";
import { scanSameMinute } from "./brief-scan.ts";
import { countKey, keyText, markKey } from "./byte-table.ts";
import type { Block } from "./line-feeder.ts";
import { minuteAt } from "./minute-table.ts";
import { addPair } from "./pair-set.ts";
import { agentFlags, flagLogin, flagProbe, pathFlags } from "./suspicious.ts";

const newline = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const openBracket = 91;
const questionMark = 63;
/** Longer is slow to whoever waits. */
export const slowMs = 3_000;
/** `dd/Mon/yyyy:HH:MM:SS +zzzz` */
const stampBytes = 26;
const backslash = 92;

/** Counts the lines of `bytes` from `from` to before `to`, which ends behind a line end. */
export function scanAccess(tally: AccessTally, shape: AccessShape, block: Block): void {
  const { bytes, from, to } = block;
  tally.bytes = bytes;
  for (const table of [tally.clients, tally.paths, tally.referrers, tally.agents]) table.bytes = bytes;
  const isPlain = shape.isBrief && shape.timing === "none" && !shape.hasVhost;
  let start = from;
  while (start < to) {
    if (isPlain && tally.minutePosition >= 0) start = scanSameMinute(tally, block, start);
    const end = bytes.indexOf(newline, start);
    if (end < 0 || end >= to) break;
    if (end > start) {
      tally.lines++;
      tally.end = bytes[end - 1] === carriageReturn ? end - 1 : end;
      if (!countLine(tally, shape, start)) tally.unread++;
    }
    start = end + 1;
  }
}

/** @returns false when it is no request */
function countLine(tally: AccessTally, shape: AccessShape, start: number): boolean {
  const { bytes, end } = tally;
  const client = shape.hasVhost ? find(bytes, space, start) + 1 : start;
  const clientEnd = find(bytes, space, client);
  let at = clientEnd;
  while (at < end && bytes[at] !== openBracket) at++;
  if (at + stampBytes + 8 > end || !readMinute(tally, at + 1)) return false;
  const asked = at + stampBytes + 4;
  if (bytes[asked - 1] !== quote) return false;
  if (shape.isBrief) return countBrief(tally, shape, asked);
  const path = readPath(tally, asked);
  const pathEnd = tally.at;
  const status = readStatus(tally);
  if (status < 0) return false;
  countMinute(tally, status);
  const pathId = countKey(tally.paths, path, pathEnd);
  const clientId = countKey(tally.clients, client, clientEnd);
  countMarks(tally, status, { pathId, clientId, isPost: bytes[asked] === 80 && bytes[asked + 1] === 79 });
  countAgent(tally, shape, clientId);
  if (shape.timing !== "none") countTime(tally, shape, pathId);
  return true;
}

function countBrief(tally: AccessTally, shape: AccessShape, asked: number): boolean {
  tally.at = asked;
  const status = readStatus(tally);
  if (status < 0) return false;
  countMinute(tally, status);
  if (shape.timing !== "none") countTime(tally, shape, -1);
  return true;
}

/** To the next `byte`; the line end stops it at the latest. */
function find(bytes: Buffer, byte: number, from: number): number {
  let at = from;
  while (bytes[at] !== byte && bytes[at] !== newline) at++;
  return at;
}

/** Reads `METHOD path?query`. @returns where the path begins; `at` is where it ends */
function readPath(tally: AccessTally, asked: number): number {
  const { bytes, end } = tally;
  let at = asked;
  while (at < end && bytes[at] !== space && bytes[at] !== quote) at++;
  const path = bytes[at] === space ? at + 1 : asked;
  at = path;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === space || byte === questionMark || byte === quote) break;
  }
  tally.at = at;
  return path;
}

/** From within the request to its end and the two figures behind it. @returns -1: there is no status */
function readStatus(tally: AccessTally): number {
  const { bytes, end } = tally;
  let at = tally.at;
  while (at < end && (bytes[at] !== quote || bytes[at - 1] === backslash)) at++;
  const status = digitAt(bytes, at + 2) * 100 + digitAt(bytes, at + 3) * 10 + digitAt(bytes, at + 4);
  if (at + 6 > end || !(status >= 100 && status < 1_000)) return -1;
  at += 6;
  let sent = 0;
  for (; at < end && bytes[at] !== space; at++) sent = sent * 10 + digitAt(bytes, at);
  if (sent > 0) countSent(tally, sent);
  tally.at = at;
  return status;
}

/** Not a digit: out of the range of statuses. */
function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1_000;
}

function countSent(tally: AccessTally, sent: number): void {
  tally.sentBytes += sent;
  if (tally.minutePosition < 0) return;
  const at = tally.minutePosition + 5;
  tally.minutes.values[at] = (tally.minutes.values[at] ?? 0) + sent;
}

function countMinute(tally: AccessTally, status: number): void {
  tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
  const { values } = tally.minutes;
  const position = tally.minutePosition;
  if (position < 0) {
    tally.minutes.others++;
    return;
  }
  values[position] = (values[position] ?? 0) + 1;
  if (status < 400) return;
  const column = position + (status < 500 ? 1 : 2);
  values[column] = (values[column] ?? 0) + 1;
  // the client gave up (nginx), the request or the server behind did not come in time
  if (status === 499 || status === 408 || status === 504) values[position + 3] = (values[position + 3] ?? 0) + 1;
}

/** @returns false when no time stands there */
function readMinute(tally: AccessTally, at: number): boolean {
  const { bytes } = tally;
  const stampA = (pairAt(bytes, at) << 16) | pairAt(bytes, at + 12);
  const stampB = (pairAt(bytes, at + 4) << 16) | pairAt(bytes, at + 15);
  // the same day, hour and minute of another month with equal letters, or year, comes only after other minutes
  if (stampA === tally.stampA && stampB === tally.stampB && bytes[at + 25] !== space) return true;
  const minute = minuteOf(bytes, at);
  if (minute < 0) return false;
  tally.stampA = stampA;
  tally.stampB = stampB;
  tally.minute = minute;
  tally.minutePosition = minuteAt(tally.minutes, minute);
  return true;
}

function pairAt(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

const monthLetters = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Minutes since 1970, UTC. @returns -1: no time */
function minuteOf(bytes: Buffer, at: number): number {
  const text = bytes.toString("latin1", at, at + stampBytes);
  const match = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):\d\d ([+-])(\d\d)(\d\d)$/.exec(text);
  const month = monthLetters.indexOf(match?.[2] ?? "") + 1;
  if (match === null || month === 0) return -1;
  const [day, year, hour, minute] = [match[1], match[3], match[4], match[5]].map(Number);
  const days = dayNumber({ year: year ?? 0, month, day: day ?? 0 });
  const aheadMinutes = Number(match[7]) * 60 + Number(match[8]);
  return (days * 24 + (hour ?? 0)) * 60 + (minute ?? 0) - (match[6] === "-" ? -aheadMinutes : aheadMinutes);
}

interface Asked {
  readonly pathId: number;
  readonly clientId: number;
  readonly isPost: boolean;
}

function countMarks(tally: AccessTally, status: number, { pathId, clientId, isPost }: Asked): void {
  const flags = flagsOf(tally, pathId);
  if (status >= 400) {
    if (status === 404) {
      markKey(tally.paths, pathId, pathMarks.notFound);
      markKey(tally.clients, clientId, clientMarks.notFound);
    } else if (status === 401 || status === 403) markKey(tally.clients, clientId, clientMarks.denied);
    else if (status >= 500) markKey(tally.paths, pathId, pathMarks.serverErrors);
  }
  if (flags === 0) return;
  if ((flags & flagProbe) !== 0) markKey(tally.clients, clientId, clientMarks.probes);
  if ((flags & flagLogin) !== 0 && isPost) markKey(tally.clients, clientId, clientMarks.logins);
}

/** Looked up once for each path. */
function flagsOf(tally: AccessTally, pathId: number): number {
  if (pathId < 0) return 0;
  const known = tally.pathFlags[pathId] ?? 0;
  if (known !== 0) return known - 1;
  const flags = pathFlags(keyText(tally.paths, pathId));
  tally.pathFlags = setFlags(tally.pathFlags, pathId, flags);
  return flags;
}

function setFlags(all: Uint8Array, id: number, flags: number): Uint8Array {
  let kept = all;
  if (id >= all.length) {
    kept = new Uint8Array(Math.max(all.length * 2, id + 1));
    kept.set(all);
  }
  kept[id] = flags + 1;
  return kept;
}

/** Referrer and user agent, and with it the visitor. */
function countAgent(tally: AccessTally, shape: AccessShape, clientId: number): void {
  const { bytes, end } = tally;
  const referrer = tally.at + 2;
  if (referrer >= end || bytes[referrer - 1] !== quote) return;
  const referrerEnd = closingQuote(bytes, referrer, end);
  countKey(tally.referrers, referrer, referrerEnd);
  const agent = referrerEnd + 3;
  if (agent > end || bytes[agent - 1] !== quote) return;
  const agentEnd = shape.hasMore ? closingQuote(bytes, agent, end) : end - 1;
  const agentId = countKey(tally.agents, agent, agentEnd);
  tally.at = agentEnd + 1;
  if (agentId < 0 || clientId < 0) return;
  if (isScanner(tally, agentId)) markKey(tally.clients, clientId, clientMarks.probes);
  const day = Math.floor(tally.minute / 1_440) & 2_047;
  addPair(tally.visitors, clientId, agentId | (day << agentBits));
}

function closingQuote(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] !== quote || bytes[at - 1] === backslash)) at++;
  return at;
}

function isScanner(tally: AccessTally, agentId: number): boolean {
  const known = tally.agentFlags[agentId] ?? 0;
  if (known !== 0) return known > 1;
  const flags = agentFlags(keyText(tally.agents, agentId));
  tally.agentFlags = setFlags(tally.agentFlags, agentId, flags);
  return flags > 0;
}

/** The first number behind the user agent, by itself or as `name=number`. */
function countTime(tally: AccessTally, shape: AccessShape, pathId: number): void {
  const from = shape.isBrief ? lastQuote(tally) : tally.at;
  const ms = readMs(tally.bytes.toString("latin1", from + 1, Math.min(tally.end, from + 200)), shape.timing);
  if (ms === null) return;
  const step = ms < 1 ? 0 : Math.min(mostDurations - 1, 1 + Math.floor(2 * Math.log2(ms)));
  tally.durations[step] = (tally.durations[step] ?? 0) + 1;
  if (ms < slowMs) return;
  markKey(tally.paths, pathId, pathMarks.slow);
  const at = tally.minutePosition + 4;
  if (tally.minutePosition >= 0) tally.minutes.values[at] = (tally.minutes.values[at] ?? 0) + 1;
}

function lastQuote({ bytes, end, at }: AccessTally): number {
  let back = end - 1;
  while (back > at && bytes[back] !== quote) back--;
  return back;
}

function readMs(text: string, timing: AccessShape["timing"]): number | null {
  const match =
    timing === "seconds" ? /(?:^|[\s="])(\d+\.\d+)(?=[\s"]|$)/.exec(text) : /(?:^|[\s="])(\d+)(?=[\s"]|$)/.exec(text);
  if (match === null) return null;
  return timing === "seconds" ? Number(match[1]) * 1_000 : Number(match[1]) / 1_000;
}
