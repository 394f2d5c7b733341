import type { AccessTally } from "./access-tally.ts";
import type { Block } from "./line-feeder.ts";

const newline = 10;
const space = 32;
const quote = 34;
const minus = 45;
const openBracket = 91;
const backslash = 92;
/** `[dd/Mon/yyyy:HH:MM:SS +zzzz] "`: from its bracket to the request */
const stampBytes = 30;
/** behind the request: `" 200 ` */
const statusBytes = 6;

/**
 * Counts lines of the minute last read, from `first` on: only time, status and size are looked at, which nearly all lines
 * of a log agree with.
 * @returns where the first line begins that is another minute's or not as plain as that; before `block.to` or that
 */
export function scanSameMinute(tally: AccessTally, block: Block, first: number): number {
  const { bytes, to } = block;
  const { statuses, stampA, stampB, minutePosition } = tally;
  const { values } = tally.minutes;
  let [start, lines, sentBytes] = [first, 0, 0];
  while (start < to) {
    const end = bytes.indexOf(newline, start);
    const at = requestAt(bytes, start, end);
    if (at < 0 || pairs(bytes, at - 29, 12) !== stampA || pairs(bytes, at - 25, 11) !== stampB) break;
    const status = statusAt(bytes, at, end);
    if (status < 0) break;
    const sent = sentAt(bytes, statusEnd, end);
    if (sent < 0) break;
    lines++;
    sentBytes += sent;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status >= 400) countFailed(values, minutePosition, status);
    start = end + 1;
  }
  tally.lines += lines;
  tally.sentBytes += sentBytes;
  values[minutePosition] = (values[minutePosition] ?? 0) + lines;
  values[minutePosition + 5] = (values[minutePosition + 5] ?? 0) + sentBytes;
  return start;
}

/** Where the request behind the time begins. @returns -1: not where it is in other lines */
function requestAt(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== space) at++;
  while (at < end && bytes[at] !== openBracket) at++;
  at += stampBytes;
  return at + statusBytes < end && bytes[at - 1] === quote && bytes[at - 4] !== space ? at : -1;
}

/** Two bytes and the two that stand `further` bytes behind them. */
function pairs(bytes: Buffer, at: number, further: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + further] ?? 0) << 8) |
    (bytes[at + further + 1] ?? 0)
  );
}

/** Where the status last read ends, and the space behind it. */
let statusEnd = 0;

/** @returns 100 to 999; -1: there is none */
function statusAt(bytes: Buffer, asked: number, end: number): number {
  let at = asked;
  while (at < end && (bytes[at] !== quote || bytes[at - 1] === backslash)) at++;
  statusEnd = at + statusBytes;
  if (statusEnd > end) return -1;
  const status = digitAt(bytes, at + 2) * 100 + digitAt(bytes, at + 3) * 10 + digitAt(bytes, at + 4);
  return status >= 100 ? status : -1;
}

/** Not a digit: so little that no status comes of it. */
function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1_000;
}

/** Bytes sent; 0 for `-`. @returns -1: no number stands there by itself */
function sentAt(bytes: Buffer, from: number, end: number): number {
  let [at, sent] = [bytes[from] === minus ? from + 1 : from, 0];
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    sent = sent * 10 + digit;
  }
  return at === end || bytes[at] === space ? (bytes[from] === minus ? 0 : sent) : -1;
}

function countFailed(values: Float64Array, position: number, status: number): void {
  const column = position + (status < 500 ? 1 : 2);
  values[column] = (values[column] ?? 0) + 1;
  // the client gave up (nginx), the request or the server behind did not come in time
  if (status === 499 || status === 408 || status === 504) values[position + 3] = (values[position + 3] ?? 0) + 1;
}
