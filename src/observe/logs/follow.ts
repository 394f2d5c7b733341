import { FileTrouble, isCompressed, type FileAccess, type FoundFile, type Look } from "./files.ts";
import { headLength, isHeadOf, newPosition, withHead, type FilePosition, type Position } from "./position.ts";

/** Whole lines of one file, and where its path stands after them. */
export interface Chunk {
  readonly body: Buffer;
  readonly position: Position;
  /** the chunk ends with the beginning of a line too long to be kept whole */
  readonly cut: boolean;
}

export interface FollowDeps {
  readonly path: string;
  readonly files: FileAccess;
  /** from before a restart; null: the path is followed for the first time */
  readonly position: Position | null;
  /** Resolves when the chunk, and with it the position, survives a kill. */
  take(chunk: Chunk): Promise<void>;
  monotonicMs(): number;
  readonly limits?: Partial<FollowLimits>;
}

export interface FollowLimits {
  /** one read: this much is in memory at a time */
  readonly chunkBytes: number;
  /** a longer line is cut here, and the rest of it passed over */
  readonly lineBytes: number;
  /** of a path followed for the first time, so much from before is taken along */
  readonly startBytes: number;
  /** a file rotated away is left when it has not grown for so long: until then its writer may still have it open */
  readonly fadeMs: number;
}

export const followLimits: FollowLimits = {
  chunkBytes: 1_048_576,
  lineBytes: 1_048_576,
  startBytes: 1_048_576,
  fadeMs: 15_000,
};

export interface Follow {
  /** Takes all there is by now. @returns what was found; @throws FileTrouble, or what `take` throws: nothing is lost then */
  round(): Promise<Round>;
}

export interface Round {
  /** whether the path leads to a file */
  readonly isThere: boolean;
  readonly lagBytes: number;
  readonly takenBytes: number;
  /** files that were removed before they were read to their end, since the start */
  readonly rotatedAway: number;
}

interface Held extends FollowDeps {
  readonly limit: FollowLimits;
  places: FilePosition[];
  isFirst: boolean;
  /** monotonic time a rotated file was last seen to grow */
  readonly grewMs: Map<string, number>;
  /** size and time at the last round, by inode: a file that did not change is not looked into */
  readonly seen: Map<string, string>;
  /** bytes left at the last look, by inode */
  readonly lag: Map<string, number>;
  rotatedAway: number;
  takenBytes: number;
}

/**
 * Follows one path through every way of rotating it: renamed and made anew, copied and cut, compressed, while the hub was
 * off as well. What was taken once is never taken again, and every line of it is.
 */
export function createFollow(deps: FollowDeps): Follow {
  const held: Held = {
    ...deps,
    limit: { ...followLimits, ...deps.limits },
    places: [...(deps.position?.files ?? [])],
    isFirst: deps.position === null,
    grewMs: new Map(),
    seen: new Map(),
    lag: new Map(),
    rotatedAway: 0,
    takenBytes: 0,
  };
  return {
    async round() {
      held.takenBytes = 0;
      const look = await held.files.look(held.path);
      await resettle(held, look);
      await placeCurrent(held, look);
      let lagBytes = 0;
      for (const position of held.places.slice()) lagBytes += await readSafely(held, look, position);
      await held.files.release(held.places);
      return { isThere: look.current !== null, lagBytes, takenBytes: held.takenBytes, rotatedAway: held.rotatedAway };
    },
  };
}

const keyOf = ({ dev, ino }: { dev: number; ino: number }): string => `${dev}:${ino}`;
const isSame = (a: { dev: number; ino: number }, b: { dev: number; ino: number }): boolean => keyOf(a) === keyOf(b);

/** Sees to it that the last position is that of the file the path leads to now. */
async function placeCurrent(held: Held, { current, rotated }: Look): Promise<void> {
  const isFirst = held.isFirst;
  held.isFirst = false;
  if (current === null) return;
  const known = held.places.at(-1);
  if (known === undefined) {
    held.places = [await firstPosition(held, current, isFirst)];
    return;
  }
  if (isSame(known, current) && (await isStill(held, known, current))) {
    insertUnseen(held, known, rotated);
    return;
  }
  // files made and rotated away between two rounds, or while the hub was off
  const of = await rotatedOf(held, known, rotated);
  const newer = of === null ? rotated.filter((file) => isNewer(file, known)) : rotated.slice(rotated.indexOf(of) + 1);
  const later = newer.filter((file) => !isSame(file, current));
  const before = held.places.slice(0, -1);
  const fading = of === null ? known : { ...known, dev: of.dev, ino: of.ino };
  const isCutInPlace = of === null && isSame(known, current);
  held.places = [
    ...before,
    ...(isCutInPlace ? [] : [fading]),
    ...later.filter((file) => !held.places.some((one) => isSame(one, file))).map((file) => newPosition(file)),
    // nothing of it is read yet: what is written from now on is newer than what was read before
    { ...newPosition(current), mtimeMs: known.mtimeMs },
  ];
  held.seen.delete(keyOf(current));
}

/** Of a file nothing was read of yet, its number says little: what was rotated away since may have been the one. */
function insertUnseen(held: Held, known: FilePosition, rotated: readonly FoundFile[]): void {
  if (known.headBytes > 0) return;
  const unseen = rotated
    .filter((file) => isNewer(file, known))
    .filter((file) => !held.places.some((one) => isSame(one, file)));
  held.places = [...held.places.slice(0, -1), ...unseen.map((file) => newPosition(file)), known];
}

/** Only what was read can be found again after a restart, by how it begins; what was not is found by coming after it. */
function durable(places: readonly FilePosition[]): Position {
  return { files: places.filter(({ headBytes }) => headBytes > 0) };
}

/** All of the file up to now is read: what is newer, nobody has read. */
function noteRead(held: Held, position: FilePosition, { mtimeMs }: FoundFile): void {
  const last = held.places.at(-1);
  held.places = held.places.map((one) => {
    const isNoted = isSame(one, position) || (one === last && one.headBytes === 0);
    return isNoted ? { ...one, mtimeMs: Math.max(one.mtimeMs, mtimeMs) } : one;
  });
}

/** Whether a file nobody has read was written after all that was read of the path. */
function isNewer(file: FoundFile, known: FilePosition): boolean {
  return known.mtimeMs > 0 && file.mtimeMs > known.mtimeMs;
}

/**
 * Finds each file that was rotated away again: packed meanwhile, it is another file; and its number may be that of a new one.
 * What is nowhere any more, and not open either, is left.
 */
async function resettle(held: Held, { current, rotated }: Look): Promise<void> {
  for (const position of held.places.slice(0, -1)) {
    const node = [...rotated, ...(current === null ? [] : [current])].find((file) => isSame(file, position));
    if (node !== undefined && isHeadOf(position, await headIn(held, node))) continue;
    const others = rotated.filter((file) => !isSame(file, position));
    const moved = await rotatedOf(held, position, others);
    const isTaken = moved !== null && held.places.some((one) => isSame(one, moved));
    if (moved !== null && !isTaken) {
      held.places = held.places.map((one) => (one === position ? { ...one, dev: moved.dev, ino: moved.ino } : one));
    } else if (node !== undefined || (await held.files.stillOpen(position)) === null) {
      if ((held.lag.get(keyOf(position)) ?? 0) > 0) held.rotatedAway += 1;
      held.places = held.places.filter((one) => one !== position);
    }
  }
}

/** Followed for the first time: what was written lately is taken along, from the beginning of a line on. */
async function firstPosition(held: Held, current: FoundFile, isFirst: boolean): Promise<FilePosition> {
  const { startBytes } = held.limit;
  if (!isFirst || current.size <= startBytes) return newPosition(current);
  const from = current.size - startBytes;
  const bytes = await held.files.read(current, from, startBytes);
  const lineEnd = bytes.indexOf(10);
  return newPosition(current, from + (lineEnd < 0 ? bytes.length : lineEnd + 1));
}

/** Whether the file of this inode is still the one that was read: not cut, not another one with the same number. */
async function isStill(held: Held, known: FilePosition, current: FoundFile): Promise<boolean> {
  if (current.size < known.offset) return false;
  const state = `${current.size} ${current.mtimeMs}`;
  if (held.seen.get(keyOf(current)) === state) return true;
  return isHeadOf(known, await held.files.read(current, 0, Math.max(known.headBytes, 1)));
}

/** Where the file of the position lies now, by its inode or, copied or compressed, by how it begins. */
async function rotatedOf(held: Held, known: FilePosition, rotated: readonly FoundFile[]): Promise<FoundFile | null> {
  const sameNode = rotated.find((file) => isSame(file, known));
  if (sameNode !== undefined && isHeadOf(known, await headIn(held, sameNode))) return sameNode;
  if (known.headBytes === 0) return null;
  for (const file of rotated.toReversed()) {
    if (isHeadOf(known, await headIn(held, file)) && (isCompressed(file) || file.size >= known.offset)) return file;
  }
  return null;
}

function headIn(held: Held, file: FoundFile): Promise<Buffer> {
  return held.files.read(file, 0, headLength).catch((thrown: unknown) => {
    if (thrown instanceof FileTrouble) return Buffer.alloc(0); // gone or unreadable meanwhile: it is not the one
    throw thrown;
  });
}

/** A rotated file that cannot be read, a broken archive for one, keeps nobody waiting for ever. */
async function readSafely(held: Held, look: Look, position: FilePosition): Promise<number> {
  const last = held.places.at(-1);
  if (last !== undefined && isSame(position, last)) return readOne(held, look, position);
  try {
    return await readOne(held, look, position);
  } catch (thrown) {
    if (!(thrown instanceof FileTrouble)) throw thrown;
    const sinceMs = held.grewMs.get(keyOf(position)) ?? held.monotonicMs();
    held.grewMs.set(keyOf(position), sinceMs);
    if (held.monotonicMs() - sinceMs < held.limit.fadeMs * 4) return 0;
    held.rotatedAway += 1;
    return drop(held, position);
  }
}

/** Reads one file as far as it goes. @returns bytes known to be left */
async function readOne(held: Held, look: Look, given: FilePosition): Promise<number> {
  const last = held.places.at(-1);
  const isCurrent = last !== undefined && isSame(given, last);
  const file = await fileOf(held, look, given);
  if (file === null) {
    return isCurrent ? 0 : drop(held, given);
  }
  let position = held.places.find((one) => isSame(one, given)) ?? given;
  const state = `${file.size} ${file.mtimeMs}`;
  if (held.seen.get(keyOf(file)) !== state || held.grewMs.get(keyOf(file)) === undefined) {
    position = await readOn(held, file, position);
    if (position.offset !== given.offset || !held.grewMs.has(keyOf(file)))
      held.grewMs.set(keyOf(file), held.monotonicMs());
    held.seen.set(keyOf(file), state);
    noteRead(held, position, file);
  }
  if (!isCurrent) await fade(held, file, position);
  const lagBytes = isCompressed(file) ? 0 : Math.max(0, file.size - position.offset);
  held.lag.set(keyOf(position), lagBytes);
  return lagBytes;
}

function fileOf(held: Held, { current, rotated }: Look, position: FilePosition): Promise<FoundFile | null> {
  const there = [...rotated, ...(current === null ? [] : [current])].find((file) => isSame(file, position));
  return there !== undefined ? Promise.resolve(there) : held.files.stillOpen(position);
}

function replace(held: Held, before: FilePosition, after: FilePosition): void {
  held.places = held.places.map((one) => (one === before || isSame(one, before) ? after : one));
}

function drop(held: Held, position: FilePosition): number {
  held.places = held.places.filter((one) => one !== position && !isSame(one, position));
  held.grewMs.delete(keyOf(position));
  held.seen.delete(keyOf(position));
  held.lag.delete(keyOf(position));
  return 0;
}

/** A rotated file is left when it rests; what stands there without an end of line is then its last line. */
async function fade(held: Held, file: FoundFile, position: FilePosition): Promise<void> {
  const restsMs = held.monotonicMs() - (held.grewMs.get(keyOf(file)) ?? held.monotonicMs());
  if (!isCompressed(file) && restsMs < held.limit.fadeMs) return;
  const rest = position.skipping ? Buffer.alloc(0) : await held.files.read(file, position.offset, held.limit.lineBytes);
  const left = held.places.filter((one) => !isSame(one, position));
  if (rest.length > 0) {
    await held.take({ body: Buffer.concat([rest, Buffer.from("\n")]), position: durable(left), cut: false });
    held.takenBytes += rest.length;
  }
  drop(held, position);
}

async function readOn(held: Held, file: FoundFile, given: FilePosition): Promise<FilePosition> {
  const { chunkBytes, lineBytes } = held.limit;
  let position = given;
  for (;;) {
    const bytes = await held.files.read(file, position.offset, chunkBytes);
    if (bytes.length === 0) return position;
    const next = await taken({ held, file, bytes, lineBytes: Math.min(lineBytes, chunkBytes) }, position);
    if (next === null) return position;
    position = next;
  }
}

interface Taking {
  readonly held: Held;
  readonly file: FoundFile;
  readonly bytes: Buffer;
  readonly lineBytes: number;
}

/** @returns the position after what was taken of these bytes; null when there is no whole line in them yet */
async function taken({ held, file, bytes, lineBytes }: Taking, position: FilePosition): Promise<FilePosition | null> {
  if (position.skipping) {
    const end = bytes.indexOf(10);
    const next = { ...position, offset: position.offset + (end < 0 ? bytes.length : end + 1), skipping: end < 0 };
    replace(held, position, next);
    return next;
  }
  const end = bytes.lastIndexOf(10) + 1;
  const isCut = end === 0 && bytes.length >= lineBytes;
  if (end === 0 && !isCut) return null;
  const body = isCut ? Buffer.concat([bytes.subarray(0, lineBytes), Buffer.from("\n")]) : bytes.subarray(0, end);
  const first = position.offset === 0 ? bytes : await held.files.read(file, 0, headLength);
  const offset = position.offset + (isCut ? lineBytes : end);
  const next = withHead(
    { ...position, offset, mtimeMs: file.mtimeMs, skipping: isCut },
    first.subarray(0, Math.min(headLength, offset)),
  );
  const files = held.places.map((one) => (isSame(one, position) ? next : one));
  await held.take({ body, position: durable(files), cut: isCut });
  held.places = files;
  held.takenBytes += body.length;
  return next;
}
