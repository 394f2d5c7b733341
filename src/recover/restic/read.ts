import type { Running } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "./access.ts";
import { callRestic, startRestic } from "./call.ts";
import type { ResticOutcome } from "./outcome.ts";

/** One file of a snapshot as a stream. Its end is no proof that it is whole: look at how it ended. */
export function startDump(repository: OpenRepository, snapshot: string, path: string): Running {
  return startRestic(repository, ["dump", "--no-lock", snapshot, path]);
}

/** One small file of a snapshot. */
export async function readFile(
  repository: OpenRepository,
  snapshot: string,
  path: string,
): Promise<Result<string, ResticOutcome>> {
  const said = await callRestic(repository, ["dump", "--no-lock", snapshot, path]);
  return said.end === "ok" ? ok(said.stdout) : err(said);
}
