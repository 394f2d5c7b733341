import type { Running, RunOptions } from "../workplace/workplace.ts";
import type { OpenRepository } from "./access.ts";
import { readOutcome, type ResticOutcome } from "./outcome.ts";

/** Listing a far repository with thousands of snapshots takes a minute; reading data may take as long as it takes. */
const quickLimitMs = 300_000;

export interface ResticSaid extends ResticOutcome {
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts restic with `words`; its secrets are in place already. */
export function startRestic({ workplace, env, flags, program }: OpenRepository, words: readonly string[]): Running {
  return workplace.start({ argv: [...program, ...flags, ...words], env });
}

/** Runs restic to its end. */
export async function callRestic(
  { workplace, env, flags, program }: OpenRepository,
  words: readonly string[],
  options: RunOptions = {},
): Promise<ResticSaid> {
  const result = await workplace.run(
    { argv: [...program, ...flags, ...words], env },
    { timeoutMs: quickLimitMs, ...options },
  );
  return { ...readOutcome(result), stdout: result.stdout, stderr: result.stderr };
}
