import { crc32 } from "node:zlib";

/** What arrived from one source, as it arrived: whole lines or whole messages, one or many. */
export interface SpoolRecord {
  /** `web1:/var/log/httpd/error_log`, `syslog:192.0.2.7` */
  readonly source: string;
  /** Unix epoch, UTC, when it reached the hub */
  readonly receivedAtMs: number;
  /** where its source stands after it, and how its body is to be read: JSON of whoever wrote it */
  readonly meta: unknown;
  readonly body: Buffer;
}

/** A record as it lies in the spool. Numbers count its bytes, from the first byte ever spooled. */
export interface StoredRecord extends SpoolRecord {
  readonly seq: number;
  /** the number of the body's first byte */
  readonly bodySeq: number;
  /** the number of the record that follows */
  readonly nextSeq: number;
}

/** length of all that follows it (u32), CRC-32 of what follows that (u32), received (f64), lengths of source (u16) and meta (u32) */
const headBytes = 22;
const mostSourceBytes = 4_096;
/** One record is one read of a file or socket: far below this; a larger length is a sign of damage. */
export const mostRecordBytes = 64 * 1024 * 1024;

export function encodeRecord({ source, receivedAtMs, meta, body }: SpoolRecord): readonly [head: Buffer, body: Buffer] {
  const sourceBytes = Buffer.from(source).subarray(0, mostSourceBytes);
  const metaBytes = Buffer.from(JSON.stringify(meta));
  const head = Buffer.allocUnsafe(headBytes + sourceBytes.length + metaBytes.length);
  head.writeUInt32LE(head.length + body.length - 4, 0);
  head.writeDoubleLE(receivedAtMs, 8);
  head.writeUInt16LE(sourceBytes.length, 16);
  head.writeUInt32LE(metaBytes.length, 18);
  sourceBytes.copy(head, headBytes);
  metaBytes.copy(head, headBytes + sourceBytes.length);
  head.writeUInt32LE(crc32(body, crc32(head.subarray(8))), 4);
  return [head, body];
}

/**
 * The record that begins at `at`.
 * @returns `short` when the bytes end before it does, `damaged` when it is not what was written
 */
export function decodeRecord(bytes: Buffer, at: number, firstSeq: number): StoredRecord | "short" | "damaged" {
  if (at + headBytes > bytes.length) return "short";
  const end = at + 4 + bytes.readUInt32LE(at);
  if (end - at > mostRecordBytes || end - at < headBytes) return "damaged";
  if (end > bytes.length) return "short";
  if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) return "damaged";
  const metaAt = at + headBytes + bytes.readUInt16LE(at + 16);
  const bodyAt = metaAt + bytes.readUInt32LE(at + 18);
  return {
    seq: firstSeq + at,
    bodySeq: firstSeq + bodyAt,
    nextSeq: firstSeq + end,
    source: bytes.toString("utf8", at + headBytes, metaAt),
    receivedAtMs: bytes.readDoubleLE(at + 8),
    meta: JSON.parse(bytes.toString("utf8", metaAt, bodyAt)),
    body: bytes.subarray(bodyAt, end),
  };
}
