import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Check } from "../kernel/model/check.ts";
import type { ProbeResult } from "../kernel/model/observation.ts";
import type { Artifacts, LogLines, Probe, Way } from "../kernel/model/probe.ts";

/** A probe ends by itself within its time; one that has not this much later is a fault of our own. */
const overdueMs = 5_000;
const keptTextChars = 2_000;

export interface AttemptInput {
  readonly clock: Clock;
  readonly check: Check;
  readonly probe: Probe | undefined;
  readonly trustedHosts: () => ReadonlySet<string>;
  /** where this check's files are kept; absent where nothing is */
  readonly artifacts?: Artifacts | undefined;
  readonly logs?: LogLines | undefined;
  /** for a look that does not go by this machine's network */
  readonly way?: Way | undefined;
  /** aborted when the check is gone or the scheduler stops */
  readonly stop: AbortController;
}

/** Runs one attempt to its value. A probe that throws, hangs or is missing gives `unknown`. @returns null when stopped */
export function runAttempt({
  clock,
  check,
  probe,
  trustedHosts,
  artifacts,
  logs,
  way,
  stop,
}: AttemptInput): Promise<ProbeResult | null> {
  const startedMs = clock.monotonicMs();
  const fault = (text: string): ProbeResult => notSeen("koboshi-fault", text, clock.monotonicMs() - startedMs);
  if (probe === undefined) return Promise.resolve(notSeen("probe-not-known", `no probe is called ${check.kind}`, 0));
  if (stop.signal.aborted) return Promise.resolve(null);
  const listening = abortListeners(stop.signal);
  return new Promise((resolve) => {
    const overdue = clock.after(check.timeoutMs + overdueMs, () => {
      end(fault(`the probe had not ended ${overdueMs} ms after its time of ${check.timeoutMs} ms`));
      stop.abort();
    });
    const stopped = (): void => end(null);
    listening.add(stopped);
    function end(result: ProbeResult | null): void {
      overdue.cancel();
      listening.delete(stopped);
      resolve(result);
    }
    const context = {
      clock,
      timeoutMs: check.timeoutMs,
      signal: stop.signal,
      trustedHosts: trustedHosts(),
      ...(artifacts === undefined ? {} : { artifacts }),
      ...(logs === undefined ? {} : { logs }),
      ...(way === undefined ? {} : { way }),
    };
    const failed = (thrown: unknown): void => end(fault(errorText(thrown)));
    try {
      probe.run(check.spec, context).then(end, failed);
    } catch (thrown) {
      // before it returned its promise
      failed(thrown);
    }
  });
}

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Who is told when `signal` aborts; whoever no longer wants to know takes itself out. All attempts of a check share one
 * signal, which is listened to once: its first and last listener cost more than an attempt's other bookkeeping.
 */
function abortListeners(signal: AbortSignal): Set<() => void> {
  const known = listeners.get(signal);
  if (known !== undefined) return known;
  const told = new Set<() => void>();
  listeners.set(signal, told);
  signal.addEventListener("abort", () => told.forEach((tell) => tell()), { once: true });
  return told;
}

/** The value of an attempt that did not look. */
export function notSeen(code: string, text: string, totalMs: number): ProbeResult {
  return {
    outcome: "unknown",
    layer: null,
    timings: { totalMs },
    address: null,
    facts: {},
    error: { code, text: text.slice(0, keptTextChars) },
  };
}
