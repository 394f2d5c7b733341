/**
 * Which part of a repository is read next, so that all of it is read within a stated time. restic puts a pack into bucket
 * `(first byte of its id mod of) + 1`, so what was read is kept by first byte: that stays true when `of` changes.
 */
export interface RotationState {
  /** buckets, 1–256 */
  readonly of: number;
  /** successful runs so far */
  readonly runs: number;
  /** Unix epoch UTC: since when the repository is watched */
  readonly beganAtMs: number;
  /** by first byte of a pack's id, 256 of them; null: never read */
  readonly read: readonly ({ readonly atMs: number; readonly run: number } | null)[];
}

const bytes = 256;

/** Source: restic, `check --read-data-subset=n/t`: at most as many groups as a byte has values. */
export const maxBuckets = bytes;

export function newRotation(of: number, nowMs: number): RotationState {
  return { of: bounded(of), runs: 0, beganAtMs: nowMs, read: Array.from({ length: bytes }, () => null) };
}

/** With another number of buckets nothing is forgotten: what waits longest still comes first. */
export function withBuckets(state: RotationState, of: number): RotationState {
  return { ...state, of: bounded(of) };
}

function bounded(of: number): number {
  return Math.min(maxBuckets, Math.max(1, Math.floor(of)));
}

export function inBucket(firstByte: number, bucket: number, of: number): boolean {
  return (firstByte % of) + 1 === bucket;
}

/** The bucket with what has waited longest; while `of` stays the same that is one after the other. */
export function nextBucket({ of, read }: RotationState): number {
  let [best, bestRun] = [1, Infinity];
  for (let bucket = 1; bucket <= of; bucket++) {
    const runs = read.filter((_, byte) => inBucket(byte, bucket, of)).map((one) => one?.run ?? -1);
    const oldest = Math.min(...runs);
    if (oldest < bestRun) [best, bestRun] = [bucket, oldest];
  }
  return best;
}

/** Only after the bucket was read without an error. */
export function afterReading(state: RotationState, bucket: number, nowMs: number): RotationState {
  const run = state.runs + 1;
  const read = state.read.map((one, byte) => (inBucket(byte, bucket, state.of) ? { atMs: nowMs, run } : one));
  return { ...state, runs: run, read };
}

export interface RotationReach {
  /** every part was read at least once */
  readonly isComplete: boolean;
  /** share of the parts that were read at least once, 0–1 */
  readonly readRatio: number;
  /** the longest that any stored byte has gone unread: what was achieved, not what is planned */
  readonly maxAgeMs: number;
}

export function reachOf({ read, beganAtMs }: RotationState, nowMs: number): RotationReach {
  const known = read.filter((one) => one !== null);
  const oldest = Math.min(...read.map((one) => one?.atMs ?? beganAtMs));
  return {
    isComplete: known.length === bytes,
    readRatio: known.length / bytes,
    maxAgeMs: Math.max(0, nowMs - oldest),
  };
}
