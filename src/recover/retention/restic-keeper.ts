import { z } from "zod";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "../restic/access.ts";
import { callRestic } from "../restic/call.ts";
import type { ResticOutcome } from "../restic/outcome.ts";
import { readFile } from "../restic/read.ts";
import { checkRepository, forgetSnapshots } from "../restic/repository.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { commitPath, readCommit } from "../sets/commit-record.ts";
import { ownTag, planTag, readTags } from "../sets/tags.ts";
import type { KeeperTrouble, RetentionKeeper } from "./keeper.ts";

const dayMs = 86_400_000;
/** Ids in one command: 64 letters each, far from what a command line may hold. */
const mostAtOnce = 200;

const groups = z.array(z.object({ remove: z.array(z.object({ id: z.string() })).nullish() })).nullish();

/**
 * A repository that was opened with the maintainer's credential.
 * @param known records read before, by snapshot: they never change, so the map is added to
 */
export function createResticKeeper(
  repository: OpenRepository,
  known: Map<string, CommitRecord> = new Map(),
): RetentionKeeper {
  return {
    async list() {
      const listed = await listSnapshots(repository, { tags: [] });
      return listed.ok ? listed : err(troubleOf(listed.error));
    },
    records: (plan) => readRecords(repository, plan, known),
    async dryRun(tags, rules) {
      const keep = rules.flatMap(({ unit, within }) => [`--keep-within-${unit}`, within]);
      const words = ["forget", "--json", "--no-lock", "--dry-run", "--group-by", "", "--tag", tags.join(","), ...keep];
      const said = await callRestic(repository, words);
      if (said.end !== "ok") return err(troubleOf(said));
      const read = groups.safeParse(jsonOf(said.stdout));
      if (!read.success) return err({ code: "unreadable", text: "what restic would remove cannot be read" });
      return ok((read.data ?? []).flatMap(({ remove }) => (remove ?? []).map(({ id }) => id)));
    },
    async forget(ids) {
      for (let from = 0; from < ids.length; from += mostAtOnce) {
        const answer = answerOf(await forgetSnapshots(repository, ids.slice(from, from + mostAtOnce)));
        if (!answer.ok) return answer;
      }
      return ok(null);
    },
    prune: async () => answerOf(await callRestic(repository, ["prune"], { timeoutMs: dayMs })),
    check: async () => answerOf(await checkRepository(repository, { subset: null })),
  };
}

async function readRecords(
  repository: OpenRepository,
  plan: string,
  known: Map<string, CommitRecord>,
): Promise<Result<ReadonlyMap<string, CommitRecord>, KeeperTrouble>> {
  const listed = await listSnapshots(repository, { tags: [ownTag, planTag(plan), "part=commit"] });
  if (!listed.ok) return err(troubleOf(listed.error));
  const found = new Map<string, CommitRecord>();
  for (const { id, tags } of listed.value) {
    const record = known.has(id) ? ok(known.get(id) ?? null) : await readRecord(repository, id, plan);
    if (!record.ok) return record;
    if (record.value === null || record.value.set !== readTags(tags)?.set) continue;
    known.set(id, record.value);
    found.set(id, record.value);
  }
  return ok(found);
}

/** @returns null when what is there is no valid record */
async function readRecord(
  repository: OpenRepository,
  id: string,
  plan: string,
): Promise<Result<CommitRecord | null, KeeperTrouble>> {
  const text = await readFile(repository, id, commitPath(plan));
  // restic ends with its general status when the snapshot has no such file
  if (!text.ok) return text.error.end === "failed" ? ok(null) : err(troubleOf(text.error));
  const record = readCommit(text.value);
  return ok(record.ok ? record.value : null);
}

/** restic may say something before its one line of JSON; an empty answer is no group at all. */
function jsonOf(stdout: string): unknown {
  const line = stdout.split("\n").find((each) => each.startsWith("["));
  if (line === undefined) return stdout.trim() === "" || stdout.trim() === "null" ? [] : "unreadable";
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return "unreadable";
  }
}

function answerOf(outcome: ResticOutcome): Result<null, KeeperTrouble> {
  return outcome.end === "ok" ? ok(null) : err(troubleOf(outcome));
}

function troubleOf({ end, text }: ResticOutcome): KeeperTrouble {
  return { code: end, text };
}
