import { errorText } from "../kernel/errors.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Probe } from "../kernel/model/probe.ts";
import type { PathStatus, Route } from "../kernel/ports-paths.ts";
import { probes } from "../observe/index.ts";
import type { WebDeps } from "./deps.ts";

/** The network to the target of one check. */
export interface CheckPath {
  readonly status: PathStatus;
  /** newest first; null: it cannot be read */
  readonly ways: readonly Route[] | null;
}

/** Kinds whose host is a name that is asked about: no packet of theirs goes there. */
const aboutNames: ReadonlySet<string> = new Set(["domain", "dns", "command"]);

/** @returns null when the way to its target is not measured */
export async function checkPathOf(
  { paths, log }: Pick<WebDeps, "paths" | "log">,
  check: Check,
): Promise<CheckPath | null> {
  const host = hostOf(check);
  const status = host === null ? undefined : paths.paths().find((one) => one.target === host && one.vantage === "here");
  if (status === undefined) return null;
  try {
    return { status, ways: await paths.history(status.target) };
  } catch (thrown) {
    log.error("routes not read", { target: status.target, error: errorText(thrown) });
    return { status, ways: null };
  }
}

function hostOf({ kind, spec, vantages }: Check): string | null {
  if (aboutNames.has(kind) || !vantages.includes("here")) return null;
  const known: readonly Probe[] = probes;
  const probe = known.find((one) => one.kind === kind);
  return probe?.hosts(spec)[0]?.toLowerCase().replace(/\.$/, "") ?? null;
}
