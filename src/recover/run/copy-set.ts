import type { BackupPlan, BackupTarget, CommitRecord } from "../../kernel/model/backup.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { accessOf, openRepository } from "../restic/access.ts";
import { startBackup } from "../restic/backup.ts";
import { copySnapshots } from "../restic/copy.ts";
import { commitPath, writeCommit } from "../sets/commit-record.ts";
import { newSetId } from "../sets/set-id.ts";
import { writeTags } from "../sets/tags.ts";
import { summaryOf } from "./store.ts";
import { resticTrouble, troubleOf, type RunTrouble } from "./trouble.ts";

export interface CopyWanted {
  readonly plan: BackupPlan;
  readonly from: BackupTarget;
  readonly to: BackupTarget;
  readonly record: CommitRecord;
  /** reads the one repository and writes the other */
  readonly workplace: Workplace;
  readonly nowMs: number;
}

/** Brings a committed set to another place without reading its source again. It counts there by a record of its own. */
export async function copySet({
  plan,
  from,
  to,
  record,
  workplace,
  nowMs,
}: CopyWanted): Promise<Result<CommitRecord, RunTrouble>> {
  const [source, target] = [accessOf(plan, from), accessOf(plan, to)];
  if (source === null || target === null) return err(troubleOf("KB8003", to.at));
  const repository = await openRepository(workplace, target);
  try {
    const copied = await copySnapshots(
      repository,
      source,
      record.parts.map(({ snapshot }) => snapshot),
    );
    if (!copied.ok) return err(resticTrouble(copied.error));
    const there = (id: string): string => copied.value.get(id) ?? "";
    if (record.parts.some(({ snapshot }) => there(snapshot) === "")) return err(troubleOf("KB8019", record.set));
    const next: CommitRecord = {
      ...record,
      set: newSetId(nowMs),
      parts: record.parts.map((part) => ({ ...part, snapshot: there(part.snapshot) })),
      manifest: record.manifest === null ? null : { ...record.manifest, snapshot: there(record.manifest.snapshot) },
    };
    const tags = writeTags({ plan: plan.key, set: next.set, part: "commit", dump: null });
    const path = commitPath(plan.key);
    const under = startBackup(repository, { host: plan.host, tags, source: { kind: "stdin", path } });
    under.running.stdin.end(writeCommit(next));
    const summary = summaryOf(await under.ended);
    return summary.ok ? ok(next) : summary;
  } finally {
    await repository.close();
  }
}
