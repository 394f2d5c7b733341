import { stampNow } from "../../kernel/clock.ts";
import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { ok, err, type Result } from "../../kernel/result.ts";
import { accessOf, openRepository, type OpenRepository } from "../restic/access.ts";
import { startBackup } from "../restic/backup.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { commitPath, missingOf, writeCommit } from "../sets/commit-record.ts";
import { readSets, type ReadSets } from "../sets/read-sets.ts";
import { writeTags } from "../sets/tags.ts";
import { runHook } from "./hooks.ts";
import { refusalTrouble, resticTrouble, troubleOf, type RunTrouble } from "./trouble.ts";
import type { RunDeps } from "./work.ts";

const final = new Set<BackupRun["state"]>(["committed", "partial", "failed", "interrupted"]);

export interface ReconcileWanted {
  readonly plan: BackupPlan;
  readonly target: BackupTarget;
  readonly workplace: Workplace;
  /** of this plan at this place, as the ledger has them */
  readonly runs: readonly BackupRun[];
  readonly cacheFolder?: string;
}

/**
 * After a restart: the repository wins. A run whose commit is there is committed; one that was about to be committed and
 * whose parts are all there is committed now; any other that has no end was interrupted, and its hook after is run.
 * @returns the runs that changed, kept already
 */
export async function reconcileRuns(
  deps: RunDeps,
  wanted: ReconcileWanted,
): Promise<Result<readonly BackupRun[], RunTrouble>> {
  const open = wanted.runs.filter(({ state }) => !final.has(state));
  const access = accessOf(wanted.plan, wanted.target);
  if (open.length === 0 || access === null) return ok([]);
  const opening = openRepository(wanted.workplace, { ...access, cacheFolder: wanted.cacheFolder ?? null });
  const repository = await opening.catch(refusalTrouble);
  if ("code" in repository) return err(repository);
  try {
    const sets = await readSets(repository, { plan: wanted.plan.key, nowMs: deps.clock.nowMs() });
    if (!sets.ok) return err(resticTrouble(sets.error));
    const changed: BackupRun[] = [];
    for (const run of open) changed.push(await settle(deps, { wanted, run, repository, sets: sets.value }));
    return ok(changed);
  } finally {
    await repository.close();
  }
}

interface Unsettled {
  readonly wanted: ReconcileWanted;
  readonly run: BackupRun;
  readonly repository: OpenRepository;
  readonly sets: ReadSets;
}

async function settle(deps: RunDeps, { wanted, run, repository, sets }: Unsettled): Promise<BackupRun> {
  const found = [...sets.sets, ...sets.partial, ...sets.future].find(({ set }) => set === run.set);
  const record = found ?? (await commitNow(wanted, run, repository));
  const { plan, workplace } = wanted;
  await runHook(workplace, plan.hooks.after, { KOBOSHI_PLAN: plan.key, KOBOSHI_SET: run.set, KOBOSHI_STATE: "failed" });
  const endedAt = stampNow(deps.clock);
  const missing = record === null ? [] : missingOf(record);
  const state = record === null ? "interrupted" : missing.length > 0 ? "partial" : "committed";
  const trouble =
    record === null
      ? troubleOf("KB8012", run.state)
      : missing.length > 0
        ? troubleOf("KB8007", missing.join(" "))
        : null;
  const next: BackupRun = {
    ...run,
    state,
    endedAt,
    record,
    trouble: trouble === null ? null : { code: trouble.code, text: trouble.text },
  };
  await deps.keep(next);
  deps.log.info("run settled after a restart", { set: run.set, was: run.state, is: state });
  return next;
}

/** Writes the record that was about to be written, when everything it names is there. Two equal records are one. */
async function commitNow(
  { plan }: ReconcileWanted,
  run: BackupRun,
  repository: OpenRepository,
): Promise<BackupRun["record"]> {
  const { record } = run;
  if (run.state !== "committing" || record === null) return null;
  const listed = await listSnapshots(repository, { tags: [] });
  if (!listed.ok) return null;
  const ids = new Set(listed.value.map(({ id }) => id));
  if (!record.parts.every(({ snapshot }) => ids.has(snapshot))) return null;
  const tags = writeTags({ plan: plan.key, set: run.set, part: "commit", dump: null });
  const under = startBackup(repository, {
    host: plan.host,
    tags,
    source: { kind: "stdin", path: commitPath(plan.key) },
  });
  under.running.stdin.end(writeCommit(record));
  const end = await under.ended;
  return end.outcome.end === "ok" ? record : null;
}
