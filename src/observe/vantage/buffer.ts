import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { stampNow, type Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import { readJson, writeDurably } from "./folder.ts";
import { openSegments, type Item, type Segments } from "./segments.ts";
import type { WireObservation } from "./wire.ts";

/** What a vantage has seen and the hub has not taken yet, on disk. */
export interface ObservationBuffer {
  /** which run of numbers the items are counted in */
  id(): string;
  /** Resolves when it is on disk, or, while the disk takes nothing, in memory. */
  add(observation: WireObservation): Promise<void>;
  /**
   * The oldest that are not taken yet, in order, at least one while there is any; fewer than `limit` says nothing of what
   * follows. Until the hub has first answered, only what was there at the opening.
   */
  next(limit: number): readonly Item[];
  /**
   * The hub has everything up to `until`. Where that is more than this folder knew when it was opened (an older copy of
   * the folder was put back), what is new since is numbered anew, so that it is not mistaken for what the hub has.
   */
  taken(until: number): Promise<void>;
  depth(): number;
  /** thrown away because the buffer was full, ever */
  dropped(): number;
  close(): Promise<void>;
}

export interface BufferDeps {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxBytes?: number;
  readonly segmentBytes?: number;
}

const State = z.object({ id: z.string(), takenUntil: z.int(), dropped: z.int() });

interface Inside {
  readonly deps: BufferDeps;
  readonly stateFile: string;
  id: string;
  segments: Segments;
  /** the newest items, also those on disk: what is sent at once is never read back */
  tail: Item[];
  /** not on disk yet */
  unsaved: Item[];
  flushing: Promise<void> | null;
  lastN: number;
  /** the last number when the folder was opened; null once the hub has confirmed it */
  openedAtN: number | null;
  takenUntil: number;
  dropped: number;
  writable: boolean;
  /** a segment read back for sending */
  readBack: { readonly file: string; readonly items: readonly Item[] } | null;
}

const defaultMaxBytes = 50_000_000;
const defaultSegmentBytes = 1_000_000;
const tailItems = 5_000;

export function openBuffer(deps: BufferDeps): ObservationBuffer {
  const inside = open(deps);
  return {
    id: () => inside.id,
    async add(observation) {
      const item: Item = { n: ++inside.lastN, at: stampNow(deps.clock), observation };
      inside.tail.push(item);
      inside.unsaved.push(item);
      trimTail(inside);
      await (inside.flushing ??= flush(inside));
    },
    next: (limit) => next(inside, limit),
    async taken(until) {
      if (inside.openedAtN !== null && until > inside.openedAtN) await renumber(inside, inside.openedAtN);
      else take(inside, until);
      inside.openedAtN = null;
    },
    depth: () => inside.segments.list.reduce((sum, segment) => sum + left(inside, segment), 0) + inside.unsaved.length,
    dropped: () => inside.dropped,
    async close() {
      await inside.flushing;
      saveState(inside);
      await inside.segments.close();
    },
  };
}

function open(deps: BufferDeps): Inside {
  fs.mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
  const stateFile = path.join(deps.folder, "state.json");
  const stored = readJson(stateFile, State);
  const state = stored ?? { id: randomId(), takenUntil: 0, dropped: 0 };
  if (stored === null) writeDurably(stateFile, JSON.stringify(state));
  for (const name of fs.readdirSync(deps.folder)) {
    // what a renumbering cut short has left: the state names the folder that counts
    if (name !== state.id && name !== "state.json") fs.rmSync(path.join(deps.folder, name), { recursive: true });
  }
  const segments = openSegments(path.join(deps.folder, state.id), deps.segmentBytes ?? defaultSegmentBytes);
  const lastN = Math.max(state.takenUntil, segments.lastN());
  return {
    deps,
    stateFile,
    ...state,
    segments,
    tail: [],
    unsaved: [],
    flushing: null,
    lastN,
    openedAtN: lastN,
    writable: true,
    readBack: null,
  };
}

/** Writes all that waits, as much at once as came together. */
async function flush(inside: Inside): Promise<void> {
  try {
    while (inside.unsaved.length > 0) {
      const batch = inside.unsaved.slice(0, tailItems);
      await inside.segments.append(batch);
      inside.unsaved.splice(0, batch.length);
      dropOldest(inside);
    }
    sayWritable(inside, true, "");
  } catch (thrown) {
    sayWritable(inside, false, errorText(thrown));
  } finally {
    inside.flushing = null;
  }
}

function sayWritable(inside: Inside, writable: boolean, text: string): void {
  if (inside.writable === writable) return;
  inside.writable = writable;
  const { log, folder } = inside.deps;
  if (writable) log.info("the disk buffer can be written again", { folder });
  else log.error("the disk buffer cannot be written; observations are kept in memory", { folder, text });
}

function dropOldest(inside: Inside): void {
  const { segments, deps } = inside;
  while (segments.list.length > 1 && segments.bytes() > (deps.maxBytes ?? defaultMaxBytes)) {
    const oldest = segments.list[0];
    if (oldest === undefined) return;
    const lost = left(inside, oldest);
    inside.dropped += lost;
    if (lost > 0) deps.log.warn("the disk buffer is full; the oldest observations are dropped", { count: lost });
    inside.takenUntil = Math.max(inside.takenUntil, oldest.lastN);
    inside.tail = inside.tail.filter(({ n }) => n > inside.takenUntil);
    saveState(inside);
    segments.shift();
  }
}

/** How many of a segment are not taken yet. */
function left({ takenUntil }: Inside, { lastN, count }: { lastN: number; count: number }): number {
  return Math.min(count, Math.max(0, lastN - takenUntil));
}

/** Beyond a number, memory holds only what the disk has too; what the disk does not take is lost, and counted. */
function trimTail(inside: Inside): void {
  while (inside.tail.length > tailItems) {
    const oldest = inside.tail.shift();
    if (oldest === undefined || oldest !== inside.unsaved[0] || inside.flushing !== null) continue;
    inside.unsaved.shift();
    inside.dropped++;
  }
}

function next(inside: Inside, limit: number): readonly Item[] {
  const { takenUntil, segments, tail, openedAtN } = inside;
  const oldest = segments.list.find(({ lastN }) => lastN > takenUntil);
  const firstInTail = Math.min(tail[0]?.n ?? Infinity, (openedAtN ?? Infinity) + 1);
  if (oldest !== undefined && takenUntil + 1 < firstInTail) {
    const items = readBack(inside, oldest).filter(({ n }) => n > takenUntil && n < firstInTail);
    if (items.length > 0) return items.slice(0, limit);
  }
  return tail.filter(({ n }) => n > takenUntil && (openedAtN === null || n <= openedAtN)).slice(0, limit);
}

function readBack(inside: Inside, { file, bytes }: { file: string; bytes: number }): readonly Item[] {
  const key = `${file} ${bytes}`;
  if (inside.readBack?.file !== key) {
    const segment = inside.segments.list.find((one) => one.file === file);
    inside.readBack = { file: key, items: segment === undefined ? [] : inside.segments.read(segment) };
  }
  return inside.readBack.items;
}

/** The number taken is on disk before the items go: numbers are never given twice. */
function take(inside: Inside, until: number): void {
  if (until <= inside.takenUntil) return;
  inside.takenUntil = until;
  inside.tail = inside.tail.filter(({ n }) => n > until);
  const { segments } = inside;
  // the last one is being written to
  if (segments.list.length < 2 || (segments.list[0]?.lastN ?? Infinity) > until) return;
  saveState(inside);
  while (segments.list.length > 1 && (segments.list[0]?.lastN ?? Infinity) <= until) segments.shift();
}

/** All that came after `knownN` moves to a new run of numbers, whole before the old one goes. */
async function renumber(inside: Inside, knownN: number): Promise<void> {
  await inside.flushing;
  const old = { segments: inside.segments, id: inside.id };
  const firstInTail = inside.tail[0]?.n ?? Infinity;
  const onDisk = old.segments.list
    .filter(({ lastN }) => lastN > knownN)
    .flatMap((segment) => old.segments.read(segment));
  const items = [...onDisk.filter(({ n }) => n < firstInTail), ...inside.tail]
    .filter(({ n }) => n > knownN)
    .map((item, index) => ({ ...item, n: index + 1 }));
  inside.id = randomId();
  inside.segments = openSegments(
    path.join(inside.deps.folder, inside.id),
    inside.deps.segmentBytes ?? defaultSegmentBytes,
  );
  inside.tail = items;
  inside.unsaved = [...items];
  inside.lastN = items.length;
  inside.takenUntil = 0;
  inside.readBack = null;
  await (inside.flushing ??= flush(inside));
  await old.segments.close();
  if (saveState(inside)) fs.rmSync(path.join(inside.deps.folder, old.id), { recursive: true, force: true });
  inside.deps.log.warn("the hub knows of more than this folder does; observations are numbered anew", { from: old.id });
}

/** On a full disk the state stays as it was: what was taken is then offered again, and the hub knows it. */
function saveState(inside: Inside): boolean {
  const { id, takenUntil, dropped } = inside;
  try {
    writeDurably(inside.stateFile, JSON.stringify({ id, takenUntil, dropped }));
    return true;
  } catch (thrown) {
    sayWritable(inside, false, errorText(thrown));
    return false;
  }
}
