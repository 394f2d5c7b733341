import { FileTrouble, isCompressed, isDenied, type FileAccess, type FoundFile, type Look } from "./files.ts";
import {
  drop,
  durable,
  isSame,
  keyOf,
  lagOf,
  noteRead,
  noteSize,
  placeCurrent,
  replace,
  resettle,
  type Places,
} from "./places.ts";
import { headLength, withHead, type FilePosition, type Position } from "./position.ts";

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
  /** bytes known to be there that are not taken yet, also while a round is under way or after one that failed */
  lagBytes(): number;
}

export interface Round {
  /** whether the path leads to a file */
  readonly isThere: boolean;
  readonly takenBytes: number;
  /** files that were removed before they were read to their end, since the start */
  readonly rotatedAway: number;
  /** rotated files, or the folder they would be in, that hold or may hold lines not taken and that may not be read */
  readonly withheld: readonly string[];
}

interface Held extends FollowDeps, Places {
  readonly limit: FollowLimits;
  /** paths this round found that may not be read, though what they hold was not all taken */
  readonly withheld: Set<string>;
  takenBytes: number;
}

/**
 * Follows one path through every way of rotating it: renamed and made anew, copied and cut, compressed, while the hub was
 * off as well. What was taken once is never taken again, and every line of it is.
 */
export function createFollow(deps: FollowDeps): Follow {
  const limit = { ...followLimits, ...deps.limits };
  const held: Held = {
    ...deps,
    limit,
    startBytes: limit.startBytes,
    places: [...(deps.position?.files ?? [])],
    isFirst: deps.position === null,
    grewMs: new Map(),
    seen: new Map(),
    sizes: new Map(),
    withheld: new Set(),
    searchedInVain: [],
    rotatedAway: 0,
    takenBytes: 0,
  };
  const lagBytes = (): number => held.places.reduce((sum, position) => sum + lagOf(held, position), 0);
  return { round: () => round(held), lagBytes };
}

async function round(held: Held): Promise<Round> {
  held.takenBytes = 0;
  held.withheld.clear();
  const look = await held.files.look(held.path);
  await resettle(held, look);
  await placeCurrent(held, look);
  for (const file of [...look.rotated, ...(look.current === null ? [] : [look.current])]) {
    if (held.places.some((position) => isSame(position, file))) noteSize(held, file);
  }
  for (const position of held.places.slice()) await readSafely(held, look, position);
  await held.files.release(held.places);
  const { takenBytes, rotatedAway, searchedInVain } = held;
  const withheld = [...new Set([...searchedInVain, ...held.withheld])];
  return { isThere: look.current !== null, takenBytes, rotatedAway, withheld };
}

/** A rotated file that cannot be read, a broken archive for one, keeps nobody waiting for ever. */
async function readSafely(held: Held, look: Look, position: FilePosition): Promise<void> {
  const last = held.places.at(-1);
  if (last !== undefined && isSame(position, last)) return readOne(held, look, position);
  try {
    return await readOne(held, look, position);
  } catch (thrown) {
    if (!(thrown instanceof FileTrouble)) throw thrown;
    if (isDenied(thrown)) return withhold(held, look, position);
    const sinceMs = held.grewMs.get(keyOf(position)) ?? held.monotonicMs();
    held.grewMs.set(keyOf(position), sinceMs);
    if (held.monotonicMs() - sinceMs < held.limit.fadeMs * 4) return;
    held.rotatedAway += 1;
    drop(held, position);
  }
}

/** It stays where it is: whoever may read it some day goes on where reading stopped. */
async function withhold(held: Held, look: Look, position: FilePosition): Promise<void> {
  const file = await fileOf(held, look, position);
  if (file === null || (!isCompressed(file) && file.size <= position.offset)) return drop(held, position);
  held.withheld.add(file.path);
}

/** Reads one file as far as it goes. */
async function readOne(held: Held, look: Look, given: FilePosition): Promise<void> {
  const last = held.places.at(-1);
  const isCurrent = last !== undefined && isSame(given, last);
  const file = await fileOf(held, look, given);
  if (file === null) {
    if (!isCurrent) drop(held, given);
    return;
  }
  noteSize(held, file);
  let position = held.places.find((one) => isSame(one, given)) ?? given;
  const state = `${file.size} ${file.mtimeMs}`;
  if (held.seen.get(keyOf(file)) !== state || held.grewMs.get(keyOf(file)) === undefined) {
    const read = await readOn(held, file, position);
    position = read.position;
    if (position.offset !== given.offset || !held.grewMs.has(keyOf(file)))
      held.grewMs.set(keyOf(file), held.monotonicMs());
    if (read.isToEnd) {
      held.seen.set(keyOf(file), state);
      noteRead(held, position, file);
    }
  }
  if (!isCurrent) await fade(held, file, position);
}

function fileOf(held: Held, { current, rotated }: Look, position: FilePosition): Promise<FoundFile | null> {
  const there = [...rotated, ...(current === null ? [] : [current])].find((file) => isSame(file, position));
  return there !== undefined ? Promise.resolve(there) : held.files.stillOpen(position);
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

interface ReadOn {
  readonly position: FilePosition;
  /** false: it was longer than what could be read, as another file has its name by now */
  readonly isToEnd: boolean;
}

async function readOn(held: Held, file: FoundFile, given: FilePosition): Promise<ReadOn> {
  const { chunkBytes, lineBytes } = held.limit;
  let position = given;
  for (;;) {
    const bytes = await held.files.read(file, position.offset, chunkBytes);
    const next =
      bytes.length === 0
        ? null
        : await taken({ held, file, bytes, lineBytes: Math.min(lineBytes, chunkBytes) }, position);
    if (next === null) {
      const isToEnd = isCompressed(file) || position.offset + bytes.length >= file.size;
      return { position, isToEnd };
    }
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
