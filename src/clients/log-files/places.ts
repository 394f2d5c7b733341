import { FileTrouble, isCompressed, isDenied, type FileAccess, type FoundFile, type Look } from "./files.ts";
import { headLength, isHeadOf, mostPlaces, newPosition, type FilePosition, type Position } from "./position.ts";

/** Where reading stands in every file one path led to, as long as it is not read to its end. */
export interface Places {
  readonly files: FileAccess;
  /** of a path followed for the first time, so much from before is taken along */
  readonly startBytes: number;
  /** the file of the path last */
  places: FilePosition[];
  isFirst: boolean;
  /** monotonic time a rotated file was last seen to grow */
  readonly grewMs: Map<string, number>;
  /** size and time at the last round, by inode: a file that did not change is not looked into */
  readonly seen: Map<string, string>;
  /** how long each file was when it was last looked at, by inode; packed ones have no length that tells */
  readonly sizes: Map<string, number>;
  /** the folder of rotated files once one was looked for in it in vain, as it may not be listed */
  searchedInVain: readonly string[];
  rotatedAway: number;
}

export const keyOf = ({ dev, ino }: { dev: number; ino: number }): string => `${dev}:${ino}`;
export const isSame = (a: { dev: number; ino: number }, b: { dev: number; ino: number }): boolean =>
  keyOf(a) === keyOf(b);

/** Bytes of a file that are known to be there and are not taken yet. */
export function lagOf({ sizes }: Places, position: FilePosition): number {
  return Math.max(0, (sizes.get(keyOf(position)) ?? 0) - position.offset);
}

export function noteSize({ sizes }: Places, file: FoundFile): void {
  sizes.set(keyOf(file), isCompressed(file) ? 0 : file.size);
}

/** Sees to it that the last position is that of the file the path leads to now. */
export async function placeCurrent(held: Places, { current, rotated, hidden }: Look): Promise<void> {
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
  const isCutInPlace = of === null && isSame(known, current);
  if (isCutInPlace || (of === null && (await held.files.stillOpen(known)) === null)) held.searchedInVain = hidden;
  const newer = of === null ? rotated.filter((file) => isNewer(file, known)) : rotated.slice(rotated.indexOf(of) + 1);
  const later = newer.filter((file) => !isSame(file, current));
  const before = held.places.slice(0, -1);
  // packed, it left its number to another file, which may be one of the later ones
  const fading = of === null ? known : { ...known, dev: of.dev, ino: of.ino };
  const read = isCutInPlace ? before : [...before, fading];
  held.places = [
    ...read,
    ...later.filter((file) => !read.some((one) => isSame(one, file))).map((file) => newPosition(file)),
    // nothing of it is read yet: what is written from now on is newer than what was read before
    { ...newPosition(current), mtimeMs: known.mtimeMs },
  ];
  held.seen.delete(keyOf(current));
}

/** Of a file nothing was read of yet, its number says little: what was rotated away since may have been the one. */
function insertUnseen(held: Places, known: FilePosition, rotated: readonly FoundFile[]): void {
  if (known.headBytes > 0) return;
  const unseen = rotated
    .filter((file) => isNewer(file, known))
    .filter((file) => !held.places.some((one) => isSame(one, file)));
  held.places = [...held.places.slice(0, -1), ...unseen.map((file) => newPosition(file)), known];
}

/** Only what was read can be found again after a restart, by how it begins; what was not is found by coming after it. */
export function durable(places: readonly FilePosition[]): Position {
  return { files: places.filter(({ headBytes }) => headBytes > 0).slice(-mostPlaces) };
}

/** All of the file up to now is read: what is newer, nobody has read. */
export function noteRead(held: Places, position: FilePosition, { mtimeMs }: FoundFile): void {
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
export async function resettle(held: Places, { current, rotated }: Look): Promise<void> {
  for (const position of held.places.slice(0, -1)) {
    const node = [...rotated, ...(current === null ? [] : [current])].find((file) => isSame(file, position));
    if (node !== undefined && (await isOf(held, position, node))) continue;
    const others = rotated.filter((file) => !isSame(file, position));
    const moved = await rotatedOf(held, position, others);
    const isTaken = moved !== null && held.places.some((one) => isSame(one, moved));
    if (moved !== null && !isTaken) {
      held.places = held.places.map((one) => (one === position ? { ...one, dev: moved.dev, ino: moved.ino } : one));
    } else if (node !== undefined || (await held.files.stillOpen(position)) === null) {
      if (lagOf(held, position) > 0) held.rotatedAway += 1;
      held.places = held.places.filter((one) => one !== position);
    }
  }
}

/** Followed for the first time: what was written lately is taken along, from the beginning of a line on. */
async function firstPosition(held: Places, current: FoundFile, isFirst: boolean): Promise<FilePosition> {
  const { startBytes } = held;
  if (!isFirst || current.size <= startBytes) return newPosition(current);
  const from = current.size - startBytes;
  const bytes = await held.files.read(current, from, startBytes);
  const lineEnd = bytes.indexOf(10);
  return newPosition(current, from + (lineEnd < 0 ? bytes.length : lineEnd + 1));
}

/** Whether the file of this inode is still the one that was read: not cut, not another one with the same number. */
async function isStill(held: Places, known: FilePosition, current: FoundFile): Promise<boolean> {
  if (current.size < known.offset) return false;
  const state = `${current.size} ${current.mtimeMs}`;
  if (held.seen.get(keyOf(current)) === state) return true;
  return isHeadOf(known, await held.files.read(current, 0, Math.max(known.headBytes, 1)));
}

/** Where the file of the position lies now, by its inode or, copied or compressed, by how it begins. */
async function rotatedOf(held: Places, known: FilePosition, rotated: readonly FoundFile[]): Promise<FoundFile | null> {
  const sameNode = rotated.find((file) => isSame(file, known));
  if (sameNode !== undefined && (await isOf(held, known, sameNode))) return sameNode;
  if (known.headBytes === 0) return null;
  for (const file of rotated.toReversed()) {
    const head = await headIn(held, file);
    if (head !== "denied" && isHeadOf(known, head) && (isCompressed(file) || file.size >= known.offset)) return file;
  }
  return null;
}

/** Whether the file with the position's number is the one that was read; where it may not be read, its number and size tell. */
async function isOf(held: Places, position: FilePosition, file: FoundFile): Promise<boolean> {
  const head = await headIn(held, file);
  return head === "denied" ? file.size >= position.offset : isHeadOf(position, head);
}

async function headIn(held: Places, file: FoundFile): Promise<Buffer | "denied"> {
  try {
    return await held.files.read(file, 0, headLength);
  } catch (thrown) {
    if (isDenied(thrown)) return "denied";
    if (thrown instanceof FileTrouble) return Buffer.alloc(0); // gone or broken meanwhile: it is not the one
    throw thrown;
  }
}

export function replace(held: Places, before: FilePosition, after: FilePosition): void {
  held.places = held.places.map((one) => (one === before || isSame(one, before) ? after : one));
}

export function drop(held: Places, position: FilePosition): void {
  held.places = held.places.filter((one) => one !== position && !isSame(one, position));
  held.grewMs.delete(keyOf(position));
  held.seen.delete(keyOf(position));
  held.sizes.delete(keyOf(position));
}
