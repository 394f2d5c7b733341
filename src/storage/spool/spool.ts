import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { readMark, writeMark } from "./mark.ts";
import { decodeRecord, encodeRecord, type SpoolRecord, type StoredRecord } from "./record.ts";
import { findSegments, segmentPath, syncFolder, type Segment } from "./segments.ts";

export interface SpoolDeps {
  /** made when it is not there */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** no more than this waits; nothing that was accepted gives way */
  readonly mostBytes?: number;
  readonly segmentBytes?: number;
}

/**
 * What arrived and is not stored for good yet, in files. What `append` has resolved for survives a kill and a power cut;
 * records are given out in the order they were accepted until `drained` says that they are stored elsewhere.
 */
export interface Spool {
  /** Resolves when the record is on the disk. @throws SpoolFull when there is no room; otherwise what the disk says */
  append(record: SpoolRecord): Promise<void>;
  /** Whole records from `seq` on, about `mostBytes` of them; empty when there are none yet. */
  read(seq: number, mostBytes: number): Promise<readonly StoredRecord[]>;
  /** All before `seq` is stored elsewhere: it is read no more, and its files go. */
  drained(seq: number): void;
  drainedSeq(): number;
  /** Writes down how far it is drained, so that less is read again after a kill. */
  mark(): void;
  /** The meta with a `position` or `upTo` of the newest record of the source, from before a restart too; undefined: it never had one. */
  metaOf(source: string): unknown;
  /** A source that is gone for good is no longer remembered. */
  forget(source: string): void;
  /** `run` is called after each flush to disk. */
  onAppend(run: () => void): void;
  state(): SpoolState;
  close(): Promise<void>;
}

export interface SpoolState {
  /** accepted, not stored elsewhere yet */
  readonly backlogBytes: number;
  readonly mostBytes: number;
  /** bytes that a bad disk has spoilt before they were stored elsewhere */
  readonly damagedBytes: number;
  /** what the disk said to the last record; null when it took it */
  readonly problem: string | null;
}

/** The spool holds as much as it may: whoever appends waits or counts what it must let go. */
export class SpoolFull extends Error {
  constructor() {
    super("the spool holds as much as it may");
    this.name = "SpoolFull";
  }
}

interface Pending {
  readonly record: SpoolRecord;
  readonly buffers: readonly [Buffer, Buffer];
  readonly bytes: number;
  done(): void;
  failed(thrown: unknown): void;
}

interface Held extends Required<SpoolDeps> {
  readonly segments: Segment[];
  readonly metas: Map<string, unknown>;
  readonly listeners: (() => void)[];
  handle: FileHandle | null;
  pending: Pending[];
  pendingBytes: number;
  writing: Promise<void> | null;
  nextSeq: number;
  drainedSeq: number;
  damagedBytes: number;
  problem: string | null;
}

const defaults = { mostBytes: 2_000_000_000, segmentBytes: 32 * 1024 * 1024 };
/** One write is bounded, so that what follows does not wait for long. */
const mostBytesAtOnce = 8 * 1024 * 1024;

/** @throws what keeps the folder from being opened */
export function openSpool(deps: SpoolDeps): Spool {
  const held = open({ ...defaults, ...deps });
  return {
    append: (record) => append(held, record),
    read: (seq, mostBytes) => read(held, seq, mostBytes),
    drained: (seq) => drained(held, seq),
    drainedSeq: () => held.drainedSeq,
    mark: () => writeMark(held.folder, markOf(held)),
    metaOf: (source) => held.metas.get(source),
    forget: (source) => void held.metas.delete(source),
    onAppend: (run) => void held.listeners.push(run),
    state: () => ({
      backlogBytes: backlog(held),
      mostBytes: held.mostBytes,
      damagedBytes: held.damagedBytes,
      problem: held.problem,
    }),
    async close() {
      while (held.writing !== null) await held.writing;
      await held.handle?.close();
      held.handle = null;
      writeMark(held.folder, markOf(held));
    },
  };
}

function open(deps: Required<SpoolDeps>): Held {
  const { folder, clock, log } = deps;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mark = readMark(folder);
  const metas = new Map(Object.entries(mark?.metas ?? {}));
  const { segments, damagedBytes } = findSegments(folder, (record) => remember(metas, record));
  const last = segments.at(-1);
  // a new spool begins above every number an earlier one can have given: numbers are what tells stored lines
  const firstSeq = Math.max(
    mark?.nextSeq ?? clock.nowMs() * 1_000,
    last === undefined ? 0 : last.firstSeq + last.bytes,
  );
  if (damagedBytes > 0) log.error("lines in the spool are damaged and lost", { damagedBytes });
  return {
    ...deps,
    segments,
    metas,
    listeners: [],
    handle: null,
    pending: [],
    pendingBytes: 0,
    writing: null,
    nextSeq: firstSeq,
    drainedSeq: Math.max(mark?.drainedSeq ?? 0, segments[0]?.firstSeq ?? firstSeq),
    damagedBytes,
    problem: null,
  };
}

/** Of sources that can be read or sent again: where they stand. Senders of syslog have no such place, and there may be any number of them. */
function remember(metas: Map<string, unknown>, { source, meta }: SpoolRecord): void {
  if (typeof meta === "object" && meta !== null && ("position" in meta || "upTo" in meta)) metas.set(source, meta);
}

function backlog(held: Held): number {
  const { drainedSeq, pendingBytes, segments } = held;
  const waiting = segments.map(({ firstSeq, bytes }) => Math.max(0, firstSeq + bytes - Math.max(drainedSeq, firstSeq)));
  return waiting.reduce((sum, bytes) => sum + bytes, pendingBytes);
}

function append(held: Held, record: SpoolRecord): Promise<void> {
  const buffers = encodeRecord(record);
  const bytes = buffers[0].length + buffers[1].length;
  if (bytes + backlog(held) > held.mostBytes) return Promise.reject(new SpoolFull());
  return new Promise((done, failed) => {
    held.pending.push({ record, buffers, bytes, done, failed });
    held.pendingBytes += bytes;
    held.writing ??= writeAll(held);
  });
}

/** One flush for all that came while the one before was under way: at once when idle, in groups under load. */
async function writeAll(held: Held): Promise<void> {
  await Promise.resolve(); // so that `writing` is set before it is taken back
  while (held.pending.length > 0) {
    const group = takeGroup(held);
    try {
      await writeGroup(held, group);
      if (held.problem !== null) held.log.info("the spool of log lines can be written again");
      held.problem = null;
      for (const { record, done } of group) {
        remember(held.metas, record);
        done();
      }
      for (const run of held.listeners) run();
    } catch (thrown) {
      if (held.problem === null)
        held.log.error("the spool of log lines cannot be written", { error: errorText(thrown) });
      held.problem = errorText(thrown);
      for (const { failed } of group) failed(thrown);
    } finally {
      for (const { bytes } of group) held.pendingBytes -= bytes;
    }
  }
  // in the same breath as the look at `pending`: what is appended after it begins a new round
  held.writing = null;
}

function takeGroup(held: Held): readonly Pending[] {
  let [count, bytes] = [0, 0];
  for (const one of held.pending) {
    if (count > 0 && bytes + one.bytes > mostBytesAtOnce) break;
    count += 1;
    bytes += one.bytes;
  }
  return held.pending.splice(0, count);
}

async function writeGroup(held: Held, group: readonly Pending[]): Promise<void> {
  const { segment, handle } = await active(held);
  const bytes = group.reduce((sum, one) => sum + one.bytes, 0);
  try {
    const parts = group.flatMap(({ buffers }) => buffers);
    await writeWhole(handle, parts, segment.bytes);
    await handle.datasync();
  } catch (thrown) {
    await handle.truncate(segment.bytes).catch(() => undefined); // the next write begins at the same place
    throw thrown;
  }
  segment.bytes += bytes;
  held.nextSeq = segment.firstSeq + segment.bytes;
}

/** A disk may take less at once than it was given. */
async function writeWhole(handle: FileHandle, parts: readonly Buffer[], position: number): Promise<void> {
  let left = [...parts];
  for (let at = position; left.length > 0;) {
    const { bytesWritten } = await handle.writev(left, at);
    at += bytesWritten;
    left = after(left, bytesWritten);
  }
}

function after(parts: readonly Buffer[], bytes: number): Buffer[] {
  let passed = bytes;
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(passed, part.length));
    passed -= Math.min(passed, part.length);
    return rest.length > 0 ? [rest] : [];
  });
}

async function active(held: Held): Promise<{ segment: Segment; handle: FileHandle }> {
  const last = held.segments.at(-1);
  if (held.handle !== null && last !== undefined && last.bytes < held.segmentBytes)
    return { segment: last, handle: held.handle };
  await held.handle?.close();
  held.handle = null;
  const file = segmentPath(held.folder, held.nextSeq);
  // an empty one of the same name may be left from a kill right after it was made
  held.handle = await fs.promises.open(file, "w", 0o600);
  syncFolder(held.folder);
  const segment: Segment = { file, firstSeq: held.nextSeq, bytes: 0 };
  if (last?.firstSeq === segment.firstSeq) held.segments.pop();
  held.segments.push(segment);
  return { segment, handle: held.handle };
}

async function read(held: Held, seq: number, mostBytes: number): Promise<readonly StoredRecord[]> {
  const segment = held.segments.find(({ firstSeq, bytes }) => seq < firstSeq + bytes);
  if (segment === undefined) return [];
  const from = Math.max(0, seq - segment.firstSeq);
  let length = Math.min(mostBytes, segment.bytes - from);
  for (;;) {
    const records = recordsIn(await bytesOf(segment.file, from, length), segment.firstSeq + from);
    if (records.length > 0 || length >= segment.bytes - from) return records;
    length = Math.min(length * 4, segment.bytes - from); // one record longer than what was asked for
  }
}

async function bytesOf(file: string, from: number, length: number): Promise<Buffer> {
  const handle = await fs.promises.open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function recordsIn(bytes: Buffer, firstSeq: number): readonly StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let at = 0; ;) {
    const record = decodeRecord(bytes, at, firstSeq);
    if (typeof record === "string") return records;
    records.push(record);
    at = record.nextSeq - firstSeq;
  }
}

function drained(held: Held, seq: number): void {
  held.drainedSeq = Math.max(held.drainedSeq, seq);
  const done = held.segments.filter(({ firstSeq, bytes }, nth) => {
    const isLast = nth === held.segments.length - 1;
    return firstSeq + bytes <= held.drainedSeq && (!isLast || (bytes > 0 && held.writing === null));
  });
  const isActive = (segment: Segment): boolean => segment === held.segments.at(-1) && held.handle !== null;
  const removable = done.filter((segment) => !isActive(segment));
  if (removable.length === 0) return;
  // first where their sources stand, then the files that said so
  writeMark(held.folder, markOf(held));
  for (const segment of removable) {
    held.segments.splice(held.segments.indexOf(segment), 1);
    fs.rmSync(segment.file, { force: true });
  }
}

function markOf({ nextSeq, drainedSeq, metas }: Held): Parameters<typeof writeMark>[1] {
  return { nextSeq, drainedSeq, metas: Object.fromEntries(metas) };
}
