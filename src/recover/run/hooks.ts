import type { Workplace } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import { troubleOf, type RunTrouble } from "./trouble.ts";

const hookLimitMs = 3_600_000;

/** Runs what the file says, by the host's shell. @returns why it failed; null: it did not, or there is none */
export async function runHook(
  workplace: Workplace,
  hook: string | null,
  env: Readonly<Record<string, string>>,
): Promise<RunTrouble | null> {
  if (hook === null) return null;
  const result = await workplace.run({ argv: ["sh", "-c", hook], env }, { timeoutMs: hookLimitMs });
  if (result.code === 0) return null;
  const how = result.timedOut ? "timeout" : `exit ${result.code ?? "—"}`;
  return troubleOf("KB8013", safeText(`${hook}: ${how} ${result.stderr}`, []));
}
