import type { ProbeResult } from "../../../src/kernel/model/observation.ts";
import type { ProbeContext } from "../../../src/kernel/model/probe.ts";
import { Secret, UnopenedSecret } from "../../../src/kernel/secret.ts";
import { probeOf, systemClock } from "./run-probe.ts";

/** One real attempt of a check whose secrets stand in it as plain text, opened as a hub opens them. */
export function lookOpened(
  written: Readonly<Record<string, unknown>>,
  context: Partial<ProbeContext> = {},
): Promise<ProbeResult> {
  const probe = probeOf(Object.keys(written)[0] ?? "");
  return probe.run(opened(probe.schema.parse(written)), {
    clock: systemClock,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    trustedHosts: new Set(),
    ...context,
  });
}

function opened(value: unknown): unknown {
  if (value instanceof UnopenedSecret) return new Secret(value.written(), value.source);
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner)]));
}
