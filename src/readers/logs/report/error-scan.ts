import type { LogContext } from "../formats/format.ts";
import { readIsoTime, readMonthTime } from "../formats/moment.ts";
import { countKey, createByteTable, mergeTable, type ByteTable } from "./byte-table.ts";
import type { Block } from "./line-feeder.ts";
import { createMinuteTable, mergeMinutes, minuteAt, type MinuteTable } from "./minute-table.ts";

/** What was counted of error logs of web servers; plain data, so that it can be handed from one thread to another. */
export interface ErrorTally {
  readonly kind: "error";
  bytes: Buffer;
  end: number;
  lines: number;
  /** lines without a time and level of their own */
  unread: number;
  readonly minutes: MinuteTable;
  /** `module:level` */
  readonly modules: ByteTable;
  /** `AH01102` */
  readonly codes: ByteTable;
  readonly clients: ByteTable;
  // the minute last seen, so that its digits are read once
  stampA: number;
  stampB: number;
  minutePosition: number;
  /** where the next code, or the next client, was found: lines before it hold none and need no search of their own */
  nextCode: number;
  nextClient: number;
}

export interface ErrorShape {
  readonly server: "apache" | "nginx";
  readonly context: LogContext;
}

const newline = 10;
const openBracket = 91;
const closeBracket = 93;
const colon = 58;
const comma = 44;
const letterA = 65;
const clientLabel = Buffer.from(", client: ");
/** A client or a code stands near the start of the text. */
const reachBytes = 320;
const codeBytes = 7;

export function createErrorTally(): ErrorTally {
  return {
    kind: "error",
    bytes: Buffer.alloc(0),
    end: 0,
    lines: 0,
    unread: 0,
    minutes: createMinuteTable(),
    modules: createByteTable(),
    codes: createByteTable(),
    clients: createByteTable(),
    stampA: 0,
    stampB: 0,
    minutePosition: -1,
    nextCode: -1,
    nextClient: -1,
  };
}

export function mergeErrors(into: ErrorTally, from: ErrorTally): void {
  into.lines += from.lines;
  into.unread += from.unread;
  mergeMinutes(into.minutes, from.minutes);
  mergeTable(into.modules, from.modules);
  mergeTable(into.codes, from.codes);
  mergeTable(into.clients, from.clients);
}

export function scanErrors(tally: ErrorTally, shape: ErrorShape, { bytes, from, to }: Block): void {
  tally.bytes = bytes;
  [tally.nextCode, tally.nextClient] = [-1, -1];
  for (const table of [tally.modules, tally.codes, tally.clients]) table.bytes = bytes;
  const count = shape.server === "apache" ? countApache : countNginx;
  let start = from;
  while (start < to) {
    const end = bytes.indexOf(newline, start);
    if (end < 0 || end >= to) break;
    if (end > start) {
      tally.lines++;
      tally.end = end;
      if (!count(tally, shape, start)) tally.unread++;
    }
    start = end + 1;
  }
}

/** `[Wed Oct 11 14:32:52.123456 2000] [module:level] [pid 1:tid 2] … [client 192.0.2.1:5] AH01102: …` */
function countApache(tally: ErrorTally, shape: ErrorShape, start: number): boolean {
  const { bytes, end } = tally;
  if (bytes[start] !== openBracket || !readMinute(tally, shape, start + 1)) return false;
  let at = start + 20;
  while (at < end && bytes[at] !== closeBracket) at++;
  const module = at + 3;
  at = module;
  while (at < end && bytes[at] !== closeBracket) at++;
  if (at >= end || bytes[module - 1] !== openBracket) return false;
  countKey(tally.modules, module, at);
  countLine(tally);
  // the process and thread ids hold neither a client nor a code
  if (bytes[at + 3] === 112) while (++at < end && bytes[at] !== closeBracket);
  countNamed(tally, at + 1);
  return true;
}

/** `2025/01/06 10:00:00 [error] 1#2: *3 …, client: 192.0.2.1, server: …` */
function countNginx(tally: ErrorTally, shape: ErrorShape, start: number): boolean {
  const { bytes, end } = tally;
  if (bytes[start + 4] !== 47 || bytes[start + 20] !== openBracket || !readMinute(tally, shape, start)) return false;
  let at = start + 21;
  while (at < end && bytes[at] !== closeBracket) at++;
  countKey(tally.modules, start + 21, at);
  countLine(tally);
  if (tally.nextClient < at) tally.nextClient = orEnd(bytes, bytes.indexOf(clientLabel, at));
  if (tally.nextClient >= end) return true;
  const from = tally.nextClient + clientLabel.length;
  at = from;
  while (at < end && bytes[at] !== comma) at++;
  countKey(tally.clients, from, at);
  return true;
}

function countLine({ minutes, minutePosition }: ErrorTally): void {
  if (minutePosition < 0) minutes.others++;
  else minutes.values[minutePosition] = (minutes.values[minutePosition] ?? 0) + 1;
}

/** The client, then the code of the message. */
function countNamed(tally: ErrorTally, from: number): void {
  const last = Math.min(tally.end - codeBytes, from + reachBytes);
  if (tally.nextCode < from) tally.nextCode = findCode(tally.bytes, from);
  const code = tally.nextCode;
  const hasCode = code <= last;
  countClient(tally, from, hasCode ? code : last);
  if (hasCode) countKey(tally.codes, code, code + codeBytes);
}

/** The next `AH01102`, in whichever line. @returns the end of the buffer when there is none */
function findCode(bytes: Buffer, from: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf(letterA, at);
    if (at < 0) return bytes.length;
    if (bytes[at + 1] === 72 && isCode(bytes, at + 2)) return at;
  }
}

function orEnd(bytes: Buffer, at: number): number {
  return at < 0 ? bytes.length : at;
}

function isCode(bytes: Buffer, from: number): boolean {
  for (let at = from; at < from + 5; at++) if ((bytes[at] ?? 0) < 48 || (bytes[at] ?? 0) > 57) return false;
  return true;
}

/** The first `[client address:port]` that begins before `last`. */
function countClient(tally: ErrorTally, from: number, last: number): void {
  const { bytes, end } = tally;
  let at = from;
  while (at < last && !(bytes[at] === openBracket && bytes[at + 1] === 99 && bytes[at + 2] === 108)) at++;
  if (at >= last || bytes[at + 6] !== 116) return;
  const address = at + 8;
  let port = -1;
  for (at = address; at < end && bytes[at] !== closeBracket; at++) if (bytes[at] === colon) port = at;
  // an IPv6 address without a port has colons too, but Apache 2.4 always writes the port
  countKey(tally.clients, address, port < 0 ? at : port);
}

/** Both servers write day, hour and minute at the same places. */
function readMinute(tally: ErrorTally, shape: ErrorShape, at: number): boolean {
  const { bytes } = tally;
  const stampA = (pairAt(bytes, at + 5) << 16) | pairAt(bytes, at + 8);
  const stampB = (pairAt(bytes, at + 11) << 16) | pairAt(bytes, at + 14);
  if (stampA === tally.stampA && stampB === tally.stampB && bytes[at + 13] === colon) return true;
  const text = bytes.toString("latin1", at, at + 40);
  const time = shape.server === "apache" ? readMonthTime(text, shape.context) : readIsoTime(text, shape.context);
  if (time === null) return false;
  tally.stampA = stampA;
  tally.stampB = stampB;
  tally.minutePosition = minuteAt(tally.minutes, Math.floor(time.atMs / 60_000));
  return true;
}

function pairAt(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
