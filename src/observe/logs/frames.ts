/** A longer message is cut into pieces. Source: RFC 5425 §4.3.1 wants 8,192 at least; nothing real is longer than this. */
export const longestFrameBytes = 1_048_576;

/**
 * How many bytes of a stream of messages are whole ones: counted (`LENGTH SP MESSAGE`) and ended by a line end, mixed as
 * they come. Source: RFC 6587 §3.4.1 and §3.4.2.
 * @param bytes begins where a message begins
 */
export function wholeFrames(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const end = frameEnd(bytes, at);
    if (end < 0) break;
    at = end;
  }
  return at;
}

/** Each message of whole frames, from its first byte to before its end. What a body ends with, unfinished, counts as one. */
export function eachFrame(bytes: Buffer, seen: (start: number, end: number) => void): void {
  let at = 0;
  while (at < bytes.length) {
    const start = countedStart(bytes, at) ?? at;
    const whole = frameEnd(bytes, at);
    const next = whole < 0 ? bytes.length : whole;
    let end = next;
    while (end > start && isEnd(bytes[end - 1])) end -= 1;
    if (end > start) seen(start, end);
    at = next;
  }
}

/** @returns where the frame that begins at `at` ends; -1 while it is not whole */
function frameEnd(bytes: Buffer, at: number): number {
  const start = countedStart(bytes, at);
  if (start !== null) {
    const end = start + countAt(bytes, at);
    return end <= bytes.length ? end : -1;
  }
  const lineEnd = bytes.indexOf(10, at);
  if (lineEnd >= 0 && lineEnd - at < longestFrameBytes) return lineEnd + 1;
  return bytes.length - at >= longestFrameBytes ? at + longestFrameBytes : -1;
}

/** Where the message of a counted frame begins; null when none begins here, or its count is beyond reason. */
function countedStart(bytes: Buffer, at: number): number | null {
  const first = bytes[at] ?? 0;
  if (first < 49 || first > 57) return null;
  let end = at + 1;
  while (end - at < 8 && isDigit(bytes[end])) end += 1;
  if (bytes[end] !== 32 || bytes[end + 1] !== 60) return null; // a priority must follow: other text begins with digits, too
  return countAt(bytes, at) <= longestFrameBytes ? end + 1 : null;
}

function countAt(bytes: Buffer, at: number): number {
  let count = 0;
  for (let nth = at; isDigit(bytes[nth]); nth++) count = count * 10 + (bytes[nth] ?? 0) - 48;
  return count;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

/** Senders end messages by LF, CR LF, or NUL. */
function isEnd(byte: number | undefined): boolean {
  return byte === 10 || byte === 13 || byte === 0;
}
