import { holesOf, type Hole } from "./holes.ts";
import { collapse, isConstantWord, type Token } from "./signature.ts";

/** One signature ever seen, or made of several that were merged. */
export interface Shape {
  /** hash of the key: the same for the same signature, on every machine and after every restart */
  readonly id: string;
  readonly key: string;
  readonly tokens: readonly Token[];
}

/** Signatures that differ in one place only. */
interface Bucket {
  /** the one with a value there */
  value: Shape | null;
  readonly members: Shape[];
  singleWords: number;
  /** the place is known to be variable: whatever comes belongs to `value` */
  isDone: boolean;
}

export interface MergingDeps {
  /** The shape with these tokens; made, and given to `add`, when it is new. Null: there is room for no more. */
  intern(tokens: readonly Token[]): Shape | null;
  union(member: Shape, into: Shape): void;
}

export interface Merging {
  /** Lets a new shape take part; call once for each. */
  add(shape: Shape): void;
  /** The shape a signature never seen belongs to without becoming one itself; null: it is new. */
  known(tokens: readonly Token[]): Shape | null;
  /** Drops what no longer lives; places known to be variable stay known while what stands for them lives. */
  forget(lives: (shape: Shape) => boolean): void;
  /** places known to be variable, with the key of the shape that stands for them */
  variable(): readonly (readonly [string, string])[];
  setVariable(place: string, shape: Shape): void;
  size(): number;
}

/** A place that would never fill up keeps no more of those that stood there. */
const mostMembers = 16;
/** A first word that varies is seldom a value: it takes this many to believe it. */
const neededAtFirst = 8;

/** Values, of which so many different ones must have stood at a place before it is taken as variable. */
function needed({ wordsLeft, isFirst }: Hole): number {
  const byRest = wordsLeft >= 2 ? 5 : 6;
  return Math.max(wordsLeft >= 5 ? 4 : byRest, isFirst ? neededAtFirst : 0);
}

/** Finds out which places of signatures are variable, whatever the order in which they come. */
export function createMerging({ intern, union }: MergingDeps): Merging {
  const buckets = new Map<string, Bucket>();

  function bucketOf(key: string): Bucket {
    const found = buckets.get(key);
    if (found !== undefined) return found;
    const made: Bucket = { value: null, members: [], singleWords: 0, isDone: false };
    buckets.set(key, made);
    return made;
  }

  function putIn(shape: Shape, hole: Hole): void {
    const bucket = bucketOf(hole.key);
    if (hole.isValue) bucket.value = shape;
    else if (bucket.isDone || bucket.members.length < mostMembers) {
      bucket.members.push(shape);
      if (!hole.isWide) bucket.singleWords++;
    }
    const isVariable =
      bucket.isDone ||
      (bucket.value !== null && hole.wordsLeft >= 2) ||
      (!hole.isWide && bucket.singleWords >= needed(hole));
    if (isVariable) close(bucket, hole);
  }

  function close(bucket: Bucket, hole: Hole): void {
    bucket.value ??= intern(collapse(hole.filled()));
    if (bucket.value === null) return;
    for (const member of bucket.members) if (member !== bucket.value) union(member, bucket.value);
    bucket.members.length = 0;
    bucket.isDone = true;
  }

  return {
    add(shape) {
      if (!shape.tokens.some(isConstantWord)) return;
      for (const hole of holesOf(shape.tokens)) putIn(shape, hole);
    },
    known(tokens) {
      for (const hole of holesOf(tokens)) {
        const bucket = hole.isValue ? undefined : buckets.get(hole.key);
        if (bucket !== undefined && bucket.value !== null && (bucket.isDone || hole.wordsLeft >= 2))
          return bucket.value;
      }
      return null;
    },
    forget(lives) {
      for (const [key, bucket] of buckets) if (isEmptied(bucket, lives)) buckets.delete(key);
    },
    variable: () =>
      [...buckets].flatMap(([key, { isDone, value }]) => (isDone && value !== null ? [[key, value.key] as const] : [])),
    setVariable(place, shape) {
      const bucket = bucketOf(place);
      bucket.value ??= shape;
      bucket.isDone = true;
    },
    size: () => buckets.size,
  };
}

/** @returns true when nothing is left in it */
function isEmptied(bucket: Bucket, lives: (shape: Shape) => boolean): boolean {
  const members = bucket.members.filter(lives);
  bucket.members.splice(0, bucket.members.length, ...members);
  bucket.singleWords = Math.min(bucket.singleWords, members.length);
  if (bucket.value !== null && !lives(bucket.value)) [bucket.value, bucket.isDone] = [null, false];
  return bucket.value === null && members.length === 0;
}
