import type { Clock, Timer } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Facts, Layer, Outcome, ProbeResult, Timings } from "../kernel/model/observation.ts";
import type { Way } from "../kernel/model/probe.ts";
import type { Result } from "../kernel/result.ts";
import { printable } from "./printable.ts";

/** Why an attempt ended before everything asked for was met. */
export interface Stop {
  readonly outcome: Exclude<Outcome, "up">;
  readonly layer: Layer;
  readonly code: string;
  readonly text: string;
}

export type Step<T> = Result<T, Stop>;

type Timing = Exclude<keyof Timings, "totalMs">;

/** One stretch of waiting: which layer is to blame when it takes too long, and under which name its time is kept. */
export interface Phase {
  readonly layer: Layer;
  readonly timing: Timing | null;
  /** the attempt's own deadline holds besides */
  readonly limitMs: number;
}

export const phases = {
  // glibc gives a resolver 5 s before it asks the next
  dns: { layer: "dns", timing: "dnsMs", limitMs: 5_000 },
  // Linux repeats a lost SYN after 1, 3 and 7 s; what has not answered by then will not
  connect: { layer: "connect", timing: "connectMs", limitMs: 10_000 },
  tls: { layer: "tls", timing: "tlsMs", limitMs: 10_000 },
  firstByte: { layer: "protocol", timing: "firstByteMs", limitMs: Infinity },
  talk: { layer: "protocol", timing: null, limitMs: Infinity },
  body: { layer: "application", timing: "bodyMs", limitMs: Infinity },
} as const satisfies Record<string, Phase>;

export interface AttemptLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** another way than this machine's network; left out: there is none */
  readonly way?: Way;
}

/** One attempt under way: its deadline, what it has seen so far, and what it must close at its end. */
export interface Attempt {
  readonly clock: Clock;
  readonly facts: Record<string, Facts[string]>;
  /** another way than this machine's network: every name and address leads there */
  readonly way?: Way;
  /** the address being tried or used, for people */
  address: string | null;
  elapsedMs(): number;
  /** what is left of the attempt's time; 0 when it is over */
  remainingMs(): number;
  /** Closes this when the attempt ends, however it ends. */
  own(closable: Closable): void;
  /**
   * Waits for one thing. `begin` starts it, must call `settle` once it is known, and returns how to give it up; that is
   * called when time runs out or the attempt is aborted, never after `settle`.
   */
  phase<T>(phase: Phase, begin: (settle: (step: Step<T>) => void) => () => void): Promise<Step<T>>;
}

interface Closable {
  destroy(): unknown;
}

export function stop(layer: Layer, code: string, text: string): { readonly ok: false; readonly error: Stop } {
  return { ok: false, error: { outcome: "down", layer, code, text } };
}

/** We could not look: it does not count against the target. */
export function blind(layer: Layer, code: string, text: string): { readonly ok: false; readonly error: Stop } {
  return { ok: false, error: { outcome: "unknown", layer, code, text } };
}

/**
 * Runs one attempt to its result. `look` returns why it stopped, or null when all was met; whatever it opened is closed
 * when it ends. A fault of our own becomes `unknown`, so that it never counts against the target.
 */
export async function runAttempt(
  limits: AttemptLimits,
  look: (attempt: Attempt) => Promise<Stop | null>,
): Promise<ProbeResult> {
  const attempt = createAttempt(limits);
  let stopped: Stop | null;
  try {
    stopped = await look(attempt);
  } catch (thrown) {
    stopped = { outcome: "unknown", layer: attempt.layer(), code: "koboshi-fault", text: errorText(thrown) };
  } finally {
    attempt.close();
  }
  return {
    outcome: stopped === null ? "up" : stopped.outcome,
    layer: stopped === null ? null : stopped.layer,
    timings: { ...attempt.timings, totalMs: roundMs(attempt.elapsedMs()) },
    address: attempt.address,
    facts: attempt.facts,
    error: stopped === null ? null : { code: stopped.code, text: printable(stopped.text) },
  };
}

interface OpenAttempt extends Attempt {
  readonly timings: { [Name in Timing]?: number };
  /** of the phase it is in or was in last */
  layer(): Layer;
  close(): void;
}

function createAttempt({ clock, timeoutMs, signal, way }: AttemptLimits): OpenAttempt {
  const startedAtMs = clock.monotonicMs();
  const timings: OpenAttempt["timings"] = {};
  const owned: Closable[] = [];
  let layer: Layer = "dns";
  let giveUp: (() => void) | null = null;
  const limits = createLimits(clock);
  const onAbort = (): void => giveUp?.();
  signal.addEventListener("abort", onAbort);

  const elapsedMs = (): number => clock.monotonicMs() - startedAtMs;
  const remainingMs = (): number => Math.max(0, timeoutMs - elapsedMs());

  function phase<T>(kind: Phase, begin: (settle: (step: Step<T>) => void) => () => void): Promise<Step<T>> {
    layer = kind.layer;
    if (signal.aborted) return Promise.resolve(aborted(kind));
    return new Promise((resolve) => {
      const beganAtMs = clock.monotonicMs();
      const leftMs = remainingMs();
      const limitMs = Math.min(kind.limitMs, leftMs);
      let cut: (() => void) | null = null;
      let open = true;
      const limit = limits.begin({ limitMs, leftMs }, () => end(timedOut(kind, limitMs), true));
      giveUp = () => end(aborted(kind), true);

      function end(step: Step<T>, early: boolean): void {
        if (!open) return;
        open = false;
        giveUp = null;
        limit.cancel();
        if (kind.timing !== null) {
          timings[kind.timing] = roundMs((timings[kind.timing] ?? 0) + clock.monotonicMs() - beganAtMs);
        }
        if (early) cut?.();
        resolve(step);
      }

      try {
        cut = begin((step) => end(step, false));
      } catch (thrown) {
        end(blind(kind.layer, "koboshi-fault", errorText(thrown)), false);
      }
    });
  }

  function close(): void {
    signal.removeEventListener("abort", onAbort);
    limits.close();
    // newest first: a TLS socket must go before the connection it stands on, or Node crashes
    for (const closable of owned.toReversed()) closable.destroy();
  }

  return {
    clock,
    ...(way === undefined ? {} : { way }),
    facts: {},
    timings,
    address: null,
    elapsedMs,
    remainingMs,
    own: (closable) => void owned.push(closable),
    phase,
    layer: () => layer,
    close,
  };
}

interface Limits {
  /** Calls `run` once after `limitMs`, unless it is cancelled before. The one before must have ended or been cancelled. */
  begin(span: { readonly limitMs: number; readonly leftMs: number }, run: () => void): Timer;
  close(): void;
}

/** Most phases have until the attempt ends: one timer serves them all, and only a shorter limit needs its own. */
function createLimits(clock: Clock): Limits {
  let deadline: Timer | null = null;
  let atDeadline: (() => void) | null = null;
  let isOver = false;
  const waiting: Timer = { cancel: () => (atDeadline = null) };

  return {
    begin({ limitMs, leftMs }, run) {
      if (limitMs < leftMs || isOver) return clock.after(limitMs, run);
      atDeadline = run;
      deadline ??= clock.after(leftMs, () => {
        isOver = true;
        atDeadline?.();
      });
      return waiting;
    },
    close: () => deadline?.cancel(),
  };
}

function timedOut(kind: Phase, limitMs: number): ReturnType<typeof stop> {
  return stop(kind.layer, "timeout", `no answer within ${Math.round(limitMs)} ms`);
}

function aborted(kind: Phase): ReturnType<typeof blind> {
  return blind(kind.layer, "aborted", "the attempt was called off");
}

function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
