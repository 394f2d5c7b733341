import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import { notSeen } from "../attempt.ts";
import { lookOnce } from "../look-once.ts";
import { readSpec } from "./spec-text.ts";
import { looksAtOnce, WireLooked, type WireLook } from "./wire.ts";

/** The vantage's side of looks that no check asks for: run by the same guarded probes, told with the next report. */
export interface LookRunner {
  run(looks: readonly WireLook[]): void;
  /** what was found and not told yet */
  found(): readonly WireLooked[];
  /** The hub has these. */
  told(looked: readonly WireLooked[]): void;
}

export interface LookRunnerDeps {
  readonly clock: Clock;
  readonly probes: readonly Probe[];
  readonly signal: AbortSignal;
  /** something is to be told */
  wake(): void;
}

const nobody: ReadonlySet<string> = new Set();

export function createLookRunner({ clock, probes, signal, wake }: LookRunnerDeps): LookRunner {
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort(), { once: true });
  const underWay = new Set<string>();
  let found: WireLooked[] = [];

  // a redirect of such a look leads to public addresses only
  const desk = { clock, probes, trustedHosts: () => nobody };
  const attempt = async ({ spec, ...wanted }: WireLook): Promise<ProbeResult | null> =>
    lookOnce(desk, { ...wanted, spec: readSpec(spec) }, stop);

  async function look(wanted: WireLook): Promise<void> {
    const result = await attempt(wanted).catch((thrown: unknown) => notSeen("koboshi-fault", errorText(thrown), 0));
    underWay.delete(wanted.id);
    if (result === null) return;
    const looked = WireLooked.safeParse({ id: wanted.id, ...result });
    // the newest are worth most: whoever asked for the older ones waits no longer
    if (looked.success) found = [...found, looked.data].slice(-looksAtOnce);
    wake();
  }

  return {
    run(looks) {
      for (const wanted of looks) {
        if (underWay.has(wanted.id) || underWay.size >= looksAtOnce) continue;
        underWay.add(wanted.id);
        void look(wanted);
      }
    },
    found: () => found,
    told(looked) {
      found = found.filter((one) => !looked.includes(one));
    },
  };
}
