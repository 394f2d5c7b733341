import { err, ok, type Result } from "../../kernel/result.ts";
import { startBackup, type BackupEnd } from "../restic/backup.ts";
import { whileLocked } from "./locked.ts";
import { missingSources } from "./sources.ts";
import { tagsOf } from "./store.ts";
import { resticTrouble, troubleOf, type RunTrouble } from "./trouble.ts";
import type { RunWork, Stored } from "./work.ts";

/** Copies the plan's folders. What could not be read is named in the part; whether that may be is decided at the end. */
export async function copyFiles(work: RunWork, stored: Stored): Promise<Result<Stored, RunTrouble>> {
  if (work.plan.paths.length === 0) return ok(stored);
  if (work.sources.there.length === 0) {
    return err({ ...troubleOf("KB8007", work.sources.missing.join(" ")), state: "failed" });
  }
  return whileLocked(work, () => copyOnce(work, stored));
}

async function copyOnce(work: RunWork, stored: Stored): Promise<Result<Stored, RunTrouble>> {
  const { repository, plan, sources } = work;
  const tags = tagsOf(work, "files", null);
  const beganMs = work.deps.clock.nowMs();
  const under = startBackup(repository, {
    host: plan.host,
    tags,
    source: { kind: "files", paths: sources.there },
    onProgress({ doneBytes, totalBytes }) {
      work.book.progress(doneBytes, totalBytes);
      work.speed.at(doneBytes, totalBytes);
    },
  });
  const stop = (): void => under.running.kill("SIGINT");
  work.signal?.addEventListener("abort", stop);
  if (work.signal?.aborted === true) stop();
  const end = await under.ended.finally(() => work.signal?.removeEventListener("abort", stop));
  const { summary } = end;
  if (summary === null || !(end.outcome.end === "ok" || end.outcome.end === "incomplete")) {
    return err(resticTrouble(end.outcome.end === "ok" ? { ...end.outcome, end: "failed" } : end.outcome));
  }
  const missing = await missingOf(work, end);
  return ok({
    ...stored,
    parts: [
      ...stored.parts,
      {
        part: "files",
        snapshot: summary.shortId,
        bytes: summary.bytes,
        files: summary.files,
        sha256: null,
        of: null,
        missing,
      },
    ],
    addedBytes: stored.addedBytes + summary.addedBytes,
    snapshotAtMs: stored.snapshotAtMs ?? beganMs,
  });
}

/** Sources that were not there, that vanished meanwhile, and files restic could not read. */
async function missingOf(work: RunWork, { outcome, unread }: BackupEnd): Promise<readonly string[]> {
  const vanished = await missingSources(work.workplace, work.sources.there);
  const unnamed = outcome.end === "incomplete" && unread.length === 0 ? ["—"] : [];
  return [...new Set([...work.sources.missing, ...vanished, ...unread, ...unnamed])];
}
