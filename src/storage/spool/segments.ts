import fs from "node:fs";
import path from "node:path";
import { decodeRecord, type StoredRecord } from "./record.ts";

/** One append-only file of records; its name is the number of its first byte. */
export interface Segment {
  readonly file: string;
  readonly firstSeq: number;
  /** whole records, as far as they were written */
  bytes: number;
}

const ending = ".spool";

export function segmentPath(folder: string, firstSeq: number): string {
  return path.join(folder, `${String(firstSeq).padStart(16, "0")}${ending}`);
}

export interface FoundSegments {
  readonly segments: Segment[];
  /** bytes in the middle of files that a bad disk has spoilt */
  readonly damagedBytes: number;
}

/**
 * Reads every segment of the folder once, oldest first. A kill may have left a piece of a record at the end of the newest: it
 * was never accepted, and is cut off. Each whole record is shown to `seen`.
 */
export function findSegments(folder: string, seen: (record: StoredRecord) => void): FoundSegments {
  const names = fs.readdirSync(folder).filter((name) => /^\d{16}\.spool$/.test(name));
  let damagedBytes = 0;
  const segments = names.sort().map((name, nth): Segment => {
    const file = path.join(folder, name);
    const firstSeq = Number.parseInt(name, 10);
    const bytes = fs.readFileSync(file);
    const whole = wholeBytes(bytes, firstSeq, seen);
    if (whole < bytes.length && nth === names.length - 1) fs.truncateSync(file, whole);
    else damagedBytes += bytes.length - whole;
    return { file, firstSeq, bytes: whole };
  });
  return { segments, damagedBytes };
}

function wholeBytes(bytes: Buffer, firstSeq: number, seen: (record: StoredRecord) => void): number {
  let at = 0;
  for (;;) {
    const record = decodeRecord(bytes, at, firstSeq);
    if (typeof record === "string") return at;
    seen(record);
    at = record.nextSeq - firstSeq;
  }
}

export function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, "r");
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
