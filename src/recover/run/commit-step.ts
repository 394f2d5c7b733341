import type { CommitRecord } from "../../kernel/model/backup.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { BackupSummary } from "../restic/backup.ts";
import { commitPath, writeCommit } from "../sets/commit-record.ts";
import { isoOf } from "../sets/moment.ts";
import { whileLocked } from "./locked.ts";
import { resolveParts, storeText, tagsOf } from "./store.ts";
import type { RunTrouble } from "./trouble.ts";
import type { WithManifest } from "./manifest-step.ts";
import type { RunWork } from "./work.ts";

export async function recordOf(
  work: RunWork,
  { stored, manifest }: WithManifest,
): Promise<Result<CommitRecord, RunTrouble>> {
  const { plan, deps, book } = work;
  const resolved = await resolveParts(work, stored.parts);
  if (!resolved.ok) return resolved;
  const { parts, previousSet } = resolved.value;
  const meta = parts.find(({ part }) => part === "meta");
  const sum = (of: "bytes" | "files"): number =>
    stored.parts.reduce((total, part) => total + (part.part === "meta" ? 0 : part[of]), 0);
  return ok({
    schema: "koboshi.set/1",
    set: work.id,
    plan: plan.key,
    host: plan.host,
    startedAt: isoOf(book.startedAt.atMs),
    snapshotAt: isoOf(stored.snapshotAtMs ?? book.startedAt.atMs),
    finishedAt: isoOf(deps.clock.nowMs()),
    clockOffsetMs: work.clockOffsetMs,
    restic: work.version.text,
    consistency: consistencyOf(work, stored.uncovered),
    parts,
    tables: stored.tables,
    manifest: manifest === null || meta === undefined ? null : { ...manifest, snapshot: meta.snapshot },
    previousSet,
    totals: { bytes: sum("bytes"), files: sum("files"), addedBytes: stored.addedBytes },
    allowMissing: plan.allowMissing,
  });
}

/** How files and databases hang together: what was asked for is only claimed when something did it. */
function consistencyOf({ plan }: RunWork, uncovered: readonly string[]): string {
  const way = plan.consistency === null || plan.consistency === "none" ? null : plan.consistency;
  const files = way !== null && plan.hooks.before !== null ? `${way} by hooks` : "none";
  const databases = plan.databases.length === 0 ? [] : ["databases: snapshot each"];
  const without = uncovered.length === 0 ? [] : [`not covered: ${uncovered.join(", ")}`];
  return [`files: ${files}`, ...databases, ...without].join("; ");
}

/**
 * The last thing written of a set: from the moment restic has named its snapshot, it is a backup. Whether it is still there
 * is asked from the repository's side, by whoever reads the copies.
 */
export function commitSet(work: RunWork, record: CommitRecord): Promise<Result<BackupSummary | null, RunTrouble>> {
  const text = writeCommit(record);
  return whileLocked(work, () =>
    storeText(work, {
      part: "commit",
      path: commitPath(work.plan.key),
      tags: tagsOf(work, "commit", null),
      write: (put) => put(text).then(() => true),
    }),
  );
}
