import type { SetPart } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { BackupEnd, BackupSummary } from "../restic/backup.ts";
import { startBackup } from "../restic/backup.ts";
import { listSnapshots, type Snapshot } from "../restic/snapshots.ts";
import { epochMs } from "../sets/moment.ts";
import { clockToleranceMs } from "../sets/read-sets.ts";
import { ownTag, planTag, readTags, writeTags } from "../sets/tags.ts";
import { resticTrouble, troubleOf, type RunTrouble } from "./trouble.ts";
import type { RunWork } from "./work.ts";

export function tagsOf({ plan, id }: RunWork, part: SetPart["part"], dump: number | null): readonly string[] {
  return writeTags({ plan: plan.key, set: id, part, dump });
}

/**
 * The full ids of what was stored, looked up by its tags, for restic itself may say but the first eight digits; each must be
 * there exactly once. Until then a part carries what restic said.
 */
export async function resolveParts(
  work: RunWork,
  parts: readonly SetPart[],
): Promise<Result<{ readonly parts: readonly SetPart[]; readonly previousSet: string | null }, RunTrouble>> {
  const { plan, id } = work;
  const listed = await listSnapshots(work.repository, { tags: [ownTag, planTag(plan.key)] });
  if (!listed.ok) return err(resticTrouble(listed.error));
  const own = listed.value.filter(({ tags }) => readTags(tags)?.set === id);
  const resolved: SetPart[] = [];
  for (const part of parts) {
    const found = own.filter((each) => each.id.startsWith(part.snapshot) && readTags(each.tags)?.part === part.part);
    const [only] = found;
    if (only === undefined || found.length > 1) return err(troubleOf("KB8019", `${part.part} ${part.snapshot}`));
    resolved.push({ ...part, snapshot: only.id });
  }
  return ok({ parts: resolved, previousSet: newestCommitted(listed.value, work.deps.clock.nowMs()) });
}

/** A set dated in the future is not the newest, whatever its clock said. */
function newestCommitted(listed: readonly Snapshot[], nowMs: number): string | null {
  const past = listed.filter(
    ({ tags, time }) => readTags(tags)?.part === "commit" && epochMs(time) <= nowMs + clockToleranceMs,
  );
  const newest = past.toSorted((a, b) => epochMs(b.time) - epochMs(a.time))[0];
  return newest === undefined ? null : (readTags(newest.tags)?.set ?? null);
}

/** What restic's end says of a snapshot: its summary, or why there is none that counts. */
export function summaryOf(end: BackupEnd): Result<BackupSummary, RunTrouble> {
  if (end.outcome.end === "ok" && end.summary !== null) return ok(end.summary);
  return err(resticTrouble(end.outcome));
}

export interface SmallPart {
  readonly part: "meta" | "commit";
  readonly path: string;
  readonly tags: readonly string[];
  /** writes the content; false: it could not be made, and nothing is stored */
  write(put: (text: string) => Promise<boolean>): Promise<boolean>;
}

/** Stores a text of our own making as it is made. @returns null when `write` gave up */
export async function storeText(
  work: RunWork,
  { path, tags, write }: SmallPart,
): Promise<Result<BackupSummary | null, RunTrouble>> {
  const under = startBackup(work.repository, { host: work.plan.host, tags, source: { kind: "stdin", path } });
  const { stdin, ended } = under.running;
  let gone = false;
  void ended.then(() => (gone = true));
  const put = async (text: string): Promise<boolean> => {
    if (gone) return false;
    if (!stdin.write(text)) await Promise.race([new Promise((resolve) => stdin.once("drain", resolve)), ended]);
    return !gone;
  };
  const made = await write(put);
  const endedFirst = gone;
  if (made) stdin.end();
  else {
    under.running.kill("SIGKILL");
    await ended;
    stdin.destroy();
  }
  const end = await under.ended;
  if (!made && !endedFirst) return ok(null);
  return summaryOf(end);
}
