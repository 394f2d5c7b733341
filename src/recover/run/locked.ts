import { remainingMs, later, sleep, stampNow } from "../../kernel/clock.ts";
import type { Result } from "../../kernel/result.ts";
import { listLocks, unlockStale } from "../restic/repository.ts";
import type { OpenRepository } from "../restic/access.ts";
import type { RunTrouble } from "./trouble.ts";
import type { RunWork } from "./work.ts";

const waitMs = 600_000;
const pauseMs = 15_000;

/**
 * Does `step` again while a lock is in the way, for a while; then it is told, with who holds it. A lock whose owner is dead
 * (a repair of the index that was killed) is taken away and not waited for.
 */
export async function whileLocked<T>(
  { deps: { clock, log }, repository, ...options }: Pick<RunWork, "deps" | "repository" | "lockWaitMs" | "signal">,
  step: () => Promise<Result<T, RunTrouble>>,
): Promise<Result<T, RunTrouble>> {
  const deadline = later(stampNow(clock), options.lockWaitMs ?? waitMs);
  for (;;) {
    const result = await step();
    const isLocked = !result.ok && result.error.code === "KB8004";
    const leftMs = remainingMs(clock, deadline);
    if (!isLocked || leftMs <= 0 || options.signal?.aborted === true) return result;
    if (await staleRemoved(repository)) {
      log.info("stale lock removed", { text: result.error.text });
      continue;
    }
    log.info("repository is locked by someone else; waiting", { text: result.error.text, leftMs });
    await sleep(clock, Math.min(pauseMs, leftMs), options.signal);
  }
}

/** @returns whether fewer locks are there than before */
async function staleRemoved(repository: OpenRepository): Promise<boolean> {
  const before = await listLocks(repository);
  await unlockStale(repository);
  const after = await listLocks(repository);
  return before.ok && after.ok && after.value.length < before.value.length;
}
