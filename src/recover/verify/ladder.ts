import { stampNow, type Clock } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import type { CommitRecord, VerifiedLevel } from "../../kernel/model/backup.ts";
import type { Verification, VerifyFinding } from "../../kernel/model/recovery.ts";
import { dumpPath } from "../dump/engine.ts";
import { verifyCommit, type CommitWanted } from "./commit.ts";
import { verifyDatabases, type DatabaseWanted } from "./database.ts";
import { readDump } from "./dump-stream.ts";
import { holds, type LevelResult } from "./finding.ts";
import { readNextBucket } from "./read-all.ts";
import type { ResticTool } from "./restic-port.ts";
import type { RotationState } from "./rotation.ts";
import { verifySample, type SampleWanted } from "./sample.ts";
import { scrub, type ScrubWanted } from "./scrub.ts";
import { verifyStructure } from "./structure.ts";

export interface VerifyOf {
  readonly plan: string;
  /** key of the place */
  readonly place: string;
}

/** Looks at copies, level by level. Every answer is a Verification; what could not be reached is `open`, never a pass. */
export interface Verifier {
  /** V1 */
  commit(of: VerifyOf, wanted: Omit<CommitWanted, "nowMs">): Promise<Verification>;
  /** V2. @param expected snapshots of the sets known and not given up */
  structure(of: VerifyOf, restic: ResticTool, expected: readonly string[]): Promise<Verification>;
  /** V3: the next bucket. Keep `rotation` for the next time. */
  readNext(
    of: VerifyOf,
    wanted: { readonly restic: ResticTool; readonly rotation: RotationState; readonly withinMs: number },
  ): Promise<{ readonly verification: Verification; readonly rotation: RotationState }>;
  /** V3 without a key, at the place itself. Keep `configSha256` for the next time. */
  scrub(
    of: VerifyOf,
    wanted: ScrubWanted,
  ): Promise<{ readonly verification: Verification; readonly configSha256: string | null }>;
  /** V4 */
  sample(of: VerifyOf, wanted: Omit<SampleWanted, "random">): Promise<Verification>;
  /** V5 */
  databases(of: VerifyOf, wanted: Omit<DatabaseWanted, "random" | "clock">): Promise<Verification>;
}

export function createVerifier({ clock }: { readonly clock: Clock }): Verifier {
  async function timed<T extends LevelResult>(
    of: VerifyOf,
    { level, set }: { readonly level: VerifiedLevel; readonly set: string | null },
    look: () => Promise<T>,
  ): Promise<{ readonly verification: Verification; readonly result: T }> {
    const at = stampNow(clock);
    const result = await look();
    const seconds = (clock.monotonicMs() - at.monotonicMs) / 1_000;
    const { facts, findings } = result;
    const verification = { id: randomId(), ...of, level, set, at, seconds, ok: holds(findings), facts, findings };
    return { verification, result };
  }
  return {
    async commit(of, wanted) {
      const look = (): Promise<LevelResult> => verifyCommit({ ...wanted, nowMs: clock.nowMs() });
      return (await timed(of, { level: 1, set: null }, look)).verification;
    },
    async structure(of, restic, expected) {
      return (await timed(of, { level: 2, set: null }, () => verifyStructure(restic, expected))).verification;
    },
    async readNext(of, wanted) {
      const look = (): ReturnType<typeof readNextBucket> => readNextBucket({ ...wanted, nowMs: () => clock.nowMs() });
      const { verification, result } = await timed(of, { level: 3, set: null }, look);
      return { verification, rotation: result.rotation };
    },
    async scrub(of, wanted) {
      const { verification, result } = await timed(of, { level: 3, set: null }, () => scrub(wanted));
      return { verification, configSha256: result.configSha256 };
    },
    async sample(of, wanted) {
      const { record, restic } = wanted;
      const look = async (): Promise<LevelResult> => {
        const files = await verifySample({ ...wanted, random: seededRandom(record.set) });
        const dumps = await verifyDumps(record, restic);
        return { facts: { ...files.facts, ...dumps.facts }, findings: [...files.findings, ...dumps.findings] };
      };
      return (await timed(of, { level: 4, set: record.set }, look)).verification;
    },
    async databases(of, wanted) {
      const { record } = wanted;
      const look = (): Promise<LevelResult> => verifyDatabases({ ...wanted, clock, random: seededRandom(record.set) });
      return (await timed(of, { level: 5, set: record.set }, look)).verification;
    },
  };
}

/** The part of V4 that is dumps: each is read to its end and compared with what was written. */
async function verifyDumps({ plan, parts }: CommitRecord, restic: ResticTool): Promise<LevelResult> {
  const dumps = parts.filter(({ part }) => part === "dump");
  const findings: VerifyFinding[] = [];
  let bytes = 0;
  for (const part of dumps) {
    const read = await readDump(restic.dump(part.snapshot, dumpPath(plan, part.of ?? "")), part, null);
    findings.push(...read.findings);
    bytes += read.bytes;
  }
  return { facts: { dumps: dumps.length, dumpBytes: bytes }, findings };
}

/** Numbers that are the same for the same set, so that a verification can be repeated, and others for the next. */
export function seededRandom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
