import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "./access.ts";
import { callRestic, type ResticSaid } from "./call.ts";
import { readOutcome, type ResticOutcome } from "./outcome.ts";
import { featuresOf, parseVersion, type ResticVersion } from "./version.ts";

/** Which restic is there. Asked without a repository. */
export async function resticVersion(repository: OpenRepository): Promise<Result<ResticVersion, ResticOutcome>> {
  const result = await repository.workplace.run({ argv: ["restic", "version"] }, { timeoutMs: 30_000 });
  const version = parseVersion(result.stdout);
  if (version !== null) return ok(version);
  const outcome = readOutcome(result);
  return err(outcome.end === "ok" ? { ...outcome, end: "failed", text: "this is not restic" } : outcome);
}

/** Makes a new one, of the newest format this restic knows. */
export function initRepository(repository: OpenRepository): Promise<ResticOutcome> {
  return callRestic(repository, ["init"]);
}

/** Ids of the locks that lie there. */
export async function listLocks(repository: OpenRepository): Promise<Result<readonly string[], ResticOutcome>> {
  const said = await callRestic(repository, ["list", "locks", "--no-lock"]);
  if (said.end !== "ok") return err(said);
  return ok(said.stdout.split("\n").filter((line) => /^[0-9a-f]{64}$/.test(line)));
}

/** Takes away what dead processes of this host left, and locks of others older than half an hour; never a living one. */
export function unlockStale(repository: OpenRepository): Promise<ResticOutcome> {
  return callRestic(repository, ["unlock"]);
}

/** Finds the packs that an interrupted run left without an index: then they are not sent again. */
export function repairIndex(repository: OpenRepository, version: ResticVersion): Promise<ResticOutcome> {
  const words = featuresOf(version).repairIndex ? ["repair", "index"] : ["rebuild-index"];
  return callRestic(repository, words, { timeoutMs: 3_600_000 });
}

export interface CheckWanted {
  /** bucket `of` of `all`: that part of all data is read in full; null: structure only */
  readonly subset: { readonly of: number; readonly all: number } | null;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Looks for damage, without a lock and never through the cache. */
export function checkRepository(repository: OpenRepository, wanted: CheckWanted): Promise<ResticSaid> {
  const subset = wanted.subset === null ? [] : [`--read-data-subset=${wanted.subset.of}/${wanted.subset.all}`];
  const { signal, timeoutMs = 86_400_000 } = wanted;
  return callRestic(repository, ["check", "--no-lock", ...subset], {
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Forgets these very snapshots. Status 0 proves nothing before 0.19: list again. */
export function forgetSnapshots(repository: OpenRepository, ids: readonly string[]): Promise<ResticOutcome> {
  const short = ids.find((id) => !/^[0-9a-f]{64}$/.test(id));
  if (short !== undefined) throw new Error(`not a full snapshot id: ${short}`);
  if (ids.length === 0) return Promise.resolve({ end: "ok", code: 0, text: "" });
  return callRestic(repository, ["forget", ...ids], { timeoutMs: 3_600_000 });
}
