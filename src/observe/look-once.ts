import type { Clock } from "../kernel/clock.ts";
import type { ProbeResult } from "../kernel/model/observation.ts";
import type { Probe, Way } from "../kernel/model/probe.ts";
import { runAttempt } from "./attempt.ts";

export interface LookOnceDeps {
  readonly clock: Clock;
  readonly probes: readonly Probe[];
  readonly trustedHosts: () => ReadonlySet<string>;
}

export interface SingleLook {
  readonly kind: string;
  /** parsed by the probe's own schema */
  readonly spec: unknown;
  readonly timeoutMs: number;
  /** another way than this machine's network */
  readonly way?: Way;
}

/** Runs one attempt that belongs to no check. @returns null when `stop` aborted */
export function lookOnce(
  { clock, probes, trustedHosts }: LookOnceDeps,
  { kind, spec, timeoutMs, way }: SingleLook,
  stop: AbortController = new AbortController(),
): Promise<ProbeResult | null> {
  const check = { id: "", service: "", kind, name: "", target: "", everyMs: timeoutMs, timeoutMs, attempts: 1 };
  return runAttempt({
    clock,
    check: { ...check, vantages: [], namedVantages: [], spec },
    probe: probes.find((one) => one.kind === kind),
    trustedHosts,
    way,
    stop,
  });
}
