import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { Result } from "../../kernel/result.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { broken, open, type LevelResult } from "./finding.ts";
import { troubleFinding, type ResticTrouble } from "./restic-port.ts";

/** A record may be this much ahead of our clock before it counts as dated in the future. */
const clockToleranceMs = 300_000;

export interface CommitWanted {
  /** committed sets of the plan, read from the repository now */
  readonly records: () => Promise<Result<readonly CommitRecord[], ResticTrouble>>;
  /** they are read by a credential other than the writer's */
  readonly isOtherCredential: boolean;
  readonly nowMs: number;
}

/** V1: the set exists, and since when. */
export async function verifyCommit({ records, isOtherCredential, nowMs }: CommitWanted): Promise<LevelResult> {
  const read = await records();
  if (!read.ok) return { facts: {}, findings: [troubleFinding(read.error)] };
  const dated = read.value.map((record) => ({ record, atMs: instantMs(record.snapshotAt) }));
  const future = dated.filter(({ atMs }) => atMs === null || atMs > nowMs + clockToleranceMs);
  const newest = dated.filter((one) => !future.includes(one)).toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0))[0];
  const findings = [
    ...(newest === undefined ? [broken("no-set")] : []),
    ...future.map(({ record }) => open("set-in-future", { set: record.set, at: record.snapshotAt })),
    ...(isOtherCredential ? [] : [open("same-credential")]),
  ];
  return { facts: { sets: read.value.length, newest: newest?.record.snapshotAt ?? null }, findings };
}
