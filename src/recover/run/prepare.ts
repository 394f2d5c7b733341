import { err, ok, type Result } from "../../kernel/result.ts";
import { initRepository, listLocks, repairIndex, resticVersion, unlockStale } from "../restic/repository.ts";
import type { OpenRepository } from "../restic/access.ts";
import type { ResticVersion } from "../restic/version.ts";
import { clockOffset } from "./sources.ts";
import { resticTrouble, type RunTrouble } from "./trouble.ts";
import type { RunDeps, RunWanted, RunWork } from "./work.ts";

export type Prepared = Pick<RunWork, "version" | "clockOffsetMs">;

/**
 * Everything that must hold before anything is touched: restic, the repository, what a crash left. Where the last run
 * ended, has left nothing, and no hook stops anything for this one, the first copy itself opens the repository.
 */
export async function prepareRun(
  deps: RunDeps,
  wanted: RunWanted,
  { repository, lastEnded }: { readonly repository: OpenRepository; readonly lastEnded: boolean },
): Promise<Result<Prepared, RunTrouble>> {
  const version = await resticVersion(repository);
  if (!version.ok) return err(resticTrouble(version.error));
  if (!lastEnded || wanted.mayInit === true || wanted.plan.hooks.before !== null) {
    const locks = await openOrInit(deps, wanted, repository);
    if (!locks.ok) return locks;
    if (locks.value > 0) await mend(deps, { repository, version: version.value, locks: locks.value });
  }
  const clockOffsetMs = await clockOffset(wanted.workplace, () => deps.clock.nowMs());
  return ok({ version: version.value, clockOffsetMs });
}

/** Opens it by counting its locks: one question less to a far repository. */
async function openOrInit(
  { log }: RunDeps,
  { target, mayInit = false }: RunWanted,
  repository: OpenRepository,
): Promise<Result<number, RunTrouble>> {
  const opened = await listLocks(repository);
  if (opened.ok) return ok(opened.value.length);
  if (opened.error.end !== "no-repository" || !mayInit || target.adopt) return err(resticTrouble(opened.error));
  const made = await initRepository(repository);
  if (made.end !== "ok") return err(resticTrouble(made));
  log.info("repository made", { place: target.at });
  return ok(0);
}

/**
 * A lock without a living owner is what a killed run leaves; its packs are there without an index and would be sent again.
 * Nothing here is worth failing for: a backup works beside a lock that cannot be taken away.
 */
async function mend(
  { log }: RunDeps,
  {
    repository,
    version,
    locks,
  }: { readonly repository: OpenRepository; readonly version: ResticVersion; readonly locks: number },
): Promise<void> {
  const unlocked = await unlockStale(repository);
  const after = await listLocks(repository);
  if (!after.ok || after.value.length >= locks) {
    log.info("locks of others stay", { locks, text: unlocked.text });
    return;
  }
  log.info("stale locks removed", { locks: locks - after.value.length });
  const repaired = await repairIndex(repository, version);
  if (repaired.end === "ok") log.info("index repaired after an interrupted run");
  else log.warn("index not repaired after an interrupted run", { end: repaired.end, text: repaired.text });
}
