import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import { broken, open, type LevelResult } from "./finding.ts";
import { troubleFinding, type Bucket, type ResticTool } from "./restic-port.ts";
import { afterReading, inBucket, nextBucket, reachOf, type RotationState } from "./rotation.ts";
import { checkFindings } from "./structure.ts";

export interface ReadWanted {
  readonly restic: ResticTool;
  readonly rotation: RotationState;
  readonly nowMs: () => number;
  /** all is to be read within this time */
  readonly withinMs: number;
}

/**
 * V3: reads the next bucket of data. The level holds when every bucket was read within the stated time.
 * @returns the rotation as it is now: it went on only when the bucket was read without an error
 */
export async function readNextBucket({
  restic,
  rotation,
  nowMs,
  withinMs,
}: ReadWanted): Promise<LevelResult & { readonly rotation: RotationState }> {
  const bucket = { number: nextBucket(rotation), of: rotation.of };
  const facts = { bucket: bucket.number, of: bucket.of };
  const packs = await restic.packs();
  if (!packs.ok) return { facts, findings: [troubleFinding(packs.error)], rotation };
  const own = packs.value.filter((id) => inBucket(firstByte(id), bucket.number, bucket.of)).length;
  const damage = await readBucket(restic, bucket, own);
  const after = damage.length > 0 ? rotation : afterReading(rotation, bucket.number, nowMs());
  const reach = reachOf(after, nowMs());
  const isLate = reach.isComplete && reach.maxAgeMs > withinMs;
  const findings = [
    ...damage,
    ...(reach.isComplete ? [] : [open("rotation-incomplete", { readRatio: reach.readRatio, of: rotation.of })]),
    ...(isLate ? [open("rotation-late", { maxAgeMs: reach.maxAgeMs, withinMs })] : []),
  ];
  return { facts: { ...facts, packs: own, ...reach }, findings, rotation: after };
}

const firstByte = (id: string): number => Number.parseInt(id.slice(0, 2), 16);

/** @param own packs that belong to the bucket. @returns what keeps it from counting as read */
async function readBucket(restic: ResticTool, bucket: Bucket, own: number): Promise<readonly VerifyFinding[]> {
  const { trouble, said } = await restic.check(bucket);
  // a bucket without packs is nothing to restic and is no failure
  const isEmpty = own === 0 && /no matching packs|no pack files|of \(total 0/i.test(said);
  if (trouble !== null && !isEmpty) return checkFindings(trouble, said);
  const told = groupSize(said);
  const expected = own - strays(said, bucket);
  // another restic may part packs in another way: then nothing was proven
  return told === null || told === expected ? [] : [broken("buckets-differ", { expected, read: told })];
}

/**
 * Packs of a bucket that belong to no backup and are not read: what an upload that was cut off left, and the objects by which it
 * is tried whether the writer can delete. Source: restic 0.14 `pack %s: not referenced in any index`.
 */
function strays(said: string, { number, of }: Bucket): number {
  const ids = [...said.matchAll(/pack ([0-9a-f]{64}): not referenced in any index/g)];
  return ids.filter(([, id = ""]) => inBucket(firstByte(id), number, of)).length;
}

/** How many packs restic says it reads. Source: restic 0.14 `read group #%d of %d data packs (out of total %d packs in %d groups)`. */
function groupSize(said: string): number | null {
  const match = /read group #\d+ of (\d+) data packs/.exec(said);
  return match === null ? null : Number(match[1]);
}
