import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { codeOf, numberIn, type Tried } from "../evidence/attempts.ts";

/**
 * What a database told the account of its own check: who may not look on the machine still has that. The attempt that learned most
 * speaks; null: none was made, or nobody could log in.
 */
export function checkedDatabase(tried: readonly Tried[]): HostDatabase | null {
  const made = tried.filter(({ result }) => result.outcome !== "unknown");
  const told = made.find(({ result }) => numberIn(result, "connectionsMax") !== null) ?? made[0];
  if (told === undefined) return null;
  const { kind, result } = told;
  const [used, limit] = [numberIn(result, "connectionsUsed"), numberIn(result, "connectionsMax")];
  const longest = numberIn(result, "longestQuerySeconds");
  return {
    kind: kind === "postgres" ? "postgres" : "mysql",
    port: null,
    state: stateOf(result),
    said: result.error?.text ?? "",
    version: typeof result.facts["version"] === "string" ? result.facts["version"] : null,
    connections: used === null || limit === null ? null : { used, limit },
    longestQueryMs: longest === null ? null : longest * 1_000,
    lockWaits: numberIn(result, "lockWaits"),
    idleInTransaction: null,
    isReadOnly: null,
  };
}

const states: Readonly<Record<string, HostDatabase["state"]>> = {
  "too-many-connections": "full",
  "not-ready": "starting",
  "no-process": "refused",
  refused: "refused",
  timeout: "timeout",
  "login-refused": "denied",
};

function stateOf(result: ProbeResult): HostDatabase["state"] {
  if (result.outcome !== "down") return "up";
  return states[codeOf(result)] ?? (numberIn(result, "connectionsMax") === null ? "unclear" : "up");
}
