/**
 * Counts keys that are bytes of a buffer, without making a string of any: open addressing in typed arrays, the keys once in
 * an arena. Plain data, so that it can be handed from one thread to another.
 */
export interface ByteTable {
  /** the buffer that positions given to `countKey` refer to */
  bytes: Uint8Array;
  /** four entries a slot: id + 1 (0: free), two hashes, length */
  slots: Int32Array;
  mask: number;
  size: number;
  offsets: Uint32Array;
  lengths: Uint16Array;
  counts: Uint32Array;
  /** further counters of each key, `width` for each */
  readonly width: number;
  marks: Uint32Array;
  arena: Uint8Array;
  used: number;
  /** counted, but not by key: there were more than `mostKeys` */
  others: number;
}

export const mostKeys = 1 << 20;
const mostArenaBytes = 96 * 1_048_576;
/** A longer key is cut: its end tells nobody anything. */
const longestKeyBytes = 1_024;
const noBytes = new Uint8Array(0);

export function createByteTable(width = 0): ByteTable {
  return {
    bytes: noBytes,
    slots: new Int32Array(2_048),
    mask: 511,
    size: 0,
    offsets: new Uint32Array(256),
    lengths: new Uint16Array(256),
    counts: new Uint32Array(256),
    width,
    marks: new Uint32Array(256 * width),
    arena: new Uint8Array(16_384),
    used: 0,
    others: 0,
  };
}

/**
 * Counts the key in `table.bytes` from `start` to before `end`. Two keys of one length are the same when both their hashes
 * are: among a million keys that goes wrong once in ten million logs, and the keys need not be fetched to be compared.
 * @returns its id, dense from 0; -1: among the others
 */
export function countKey(table: ByteTable, start: number, end: number): number {
  const { slots, mask } = table;
  const length = end - start < longestKeyBytes ? end - start : longestKeyBytes;
  hashKey(table.bytes, start, start + length);
  let slot = hashFirst & mask;
  for (;;) {
    const place = slot << 2;
    const id = (slots[place] ?? 0) - 1;
    if (id < 0) break;
    if (slots[place + 1] === hashFirst && slots[place + 2] === hashSecond && slots[place + 3] === length) {
      table.counts[id] = (table.counts[id] ?? 0) + 1;
      return id;
    }
    slot = (slot + 1) & mask;
  }
  return insert(table, { start, length, first: hashFirst, second: hashSecond, slot });
}

/** Of the key last hashed. */
let hashFirst = 0;
let hashSecond = 0;

/** Four bytes a step: one multiplication of each hash for all of them keeps the chain short. */
function hashKey(bytes: Uint8Array, start: number, end: number): void {
  let first = end - start;
  let second = 0x9e_37_79_b9 | 0;
  let at = start;
  for (const whole = end - 3; at < whole; at += 4) {
    const four =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    first = Math.imul(first ^ four, 0x5b_d1_e9_95);
    first ^= first >>> 15;
    second = Math.imul(second + four, 0x85_eb_ca_6b);
    second = (second << 13) | (second >>> 19);
  }
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    first = Math.imul(first ^ byte, 0x01_00_01_93);
    second = Math.imul(second + byte, 0xc2_b2_ae_35 | 0) ^ (second >>> 11);
  }
  hashFirst = first ^ (first >>> 13);
  hashSecond = second;
}

interface Place {
  readonly start: number;
  readonly length: number;
  readonly first: number;
  readonly second: number;
  readonly slot: number;
}

function insert(table: ByteTable, { start, length, first, second, slot }: Place): number {
  if (table.size >= mostKeys || table.used + length > mostArenaBytes) {
    table.others++;
    return -1;
  }
  if (table.size === table.offsets.length) growKeys(table);
  if (table.used + length > table.arena.length) table.arena = grown(table.arena, table.used + length);
  const id = table.size++;
  table.arena.set(table.bytes.subarray(start, start + length), table.used);
  table.offsets[id] = table.used;
  table.lengths[id] = length;
  table.counts[id] = 1;
  table.used += length;
  table.slots.set([id + 1, first, second, length], slot << 2);
  if (table.size * 2 > table.mask) growSlots(table);
  return id;
}

function growKeys(table: ByteTable): void {
  const size = table.size * 2;
  table.offsets = copied(table.offsets, new Uint32Array(size));
  table.lengths = copied(table.lengths, new Uint16Array(size));
  table.counts = copied(table.counts, new Uint32Array(size));
  table.marks = copied(table.marks, new Uint32Array(size * table.width));
}

function copied<T extends Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function grown(arena: Uint8Array, needed: number): Uint8Array {
  return copied(arena, new Uint8Array(Math.max(arena.length * 2, needed)));
}

function growSlots(table: ByteTable): void {
  const before = table.slots;
  const mask = table.mask * 2 + 1;
  const slots = new Int32Array((mask + 1) * 4);
  for (let at = 0; at < before.length; at += 4) {
    if (before[at] === 0) continue;
    let slot = (before[at + 1] ?? 0) & mask;
    while (slots[slot << 2] !== 0) slot = (slot + 1) & mask;
    slots.set(before.subarray(at, at + 4), slot << 2);
  }
  table.slots = slots;
  table.mask = mask;
}

/** Adds one to a further counter of a key; nothing for the others (-1). */
export function markKey(table: ByteTable, id: number, mark: number): void {
  if (id < 0) return;
  const at = id * table.width + mark;
  table.marks[at] = (table.marks[at] ?? 0) + 1;
}

export function markOf(table: ByteTable, id: number, mark: number): number {
  return table.marks[id * table.width + mark] ?? 0;
}

const decoder = new TextDecoder();

/** A key as text; what is not UTF-8 becomes a replacement character. */
export function keyText(table: ByteTable, id: number): string {
  const offset = table.offsets[id] ?? 0;
  return decoder.decode(table.arena.subarray(offset, offset + (table.lengths[id] ?? 0)));
}

/** Adds another table of the same width. @returns for each of its ids the one here; -1 for what is among the others here */
export function mergeTable(into: ByteTable, from: ByteTable): Int32Array {
  const ids = new Int32Array(from.size);
  into.bytes = from.arena;
  for (let id = 0; id < from.size; id++) {
    const start = from.offsets[id] ?? 0;
    const count = from.counts[id] ?? 0;
    const here = countKey(into, start, start + (from.lengths[id] ?? 0));
    ids[id] = here;
    if (here < 0) into.others += count - 1;
    else {
      into.counts[here] = (into.counts[here] ?? 0) + count - 1;
      for (let mark = 0; mark < into.width; mark++) {
        const at = here * into.width + mark;
        into.marks[at] = (into.marks[at] ?? 0) + markOf(from, id, mark);
      }
    }
  }
  into.others += from.others;
  into.bytes = noBytes;
  return ids;
}

export interface CountedKey {
  readonly id: number;
  readonly key: string;
  readonly count: number;
}

/** The most frequent keys, by their count or by a further counter; equal ones in the order of their bytes. */
export function topKeys(table: ByteTable, limit: number, mark?: number): readonly CountedKey[] {
  const countOf = (id: number): number => (mark === undefined ? (table.counts[id] ?? 0) : markOf(table, id, mark));
  const best = (ids: readonly number[]): number[] =>
    ids.toSorted((a, b) => countOf(b) - countOf(a) || compareKeys(table, a, b)).slice(0, limit);
  let ids: number[] = [];
  let least = 0;
  for (let id = 0; id < table.size; id++) {
    const count = countOf(id);
    if (count === 0 || count < least) continue;
    ids.push(id);
    if (ids.length < limit * 16) continue;
    ids = best(ids);
    least = countOf(ids.at(-1) ?? 0);
  }
  return best(ids).map((id) => ({ id, key: keyText(table, id), count: countOf(id) }));
}

/** Threads meet keys in another order each time: which of equal ones are shown must not depend on it. */
function compareKeys({ arena, offsets, lengths }: ByteTable, a: number, b: number): number {
  const [ofA, ofB] = [offsets[a] ?? 0, offsets[b] ?? 0];
  const [lengthA, lengthB] = [lengths[a] ?? 0, lengths[b] ?? 0];
  for (let at = 0; at < lengthA && at < lengthB; at++) {
    const difference = (arena[ofA + at] ?? 0) - (arena[ofB + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
