import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Missing, MissingReason, Seen } from "../../kernel/model/diagnosis.ts";
import { isMissing, type Reading } from "../evidence/evidence.ts";
import type { Gathered } from "./gatherer.ts";

/** What a reading is of. */
export interface About {
  readonly evidence: string;
  readonly target: ComponentId;
  readonly vantage: string | null;
  /** when it was seen */
  readonly at: Stamp;
  readonly past?: boolean;
  readonly changedAtMs?: number | null;
}

/** A reading as evidence seen, or as evidence missing. */
export function noted(about: About, found: Reading | MissingReason): Gathered {
  const { evidence, target, vantage, at, past = false, changedAtMs = null } = about;
  if (isMissing(found)) {
    const missing: Missing = { evidence, target, vantage, reason: found };
    return { seen: [], missing: [missing] };
  }
  const seen: Seen = { evidence, target, vantage, ...found, at, past, changedAtMs };
  return { seen: [seen], missing: [] };
}

/** The moment of a wall time by the hub's clock; its monotonic time is reckoned back from now. */
export function stampAt(clock: Clock, atMs: number): Stamp {
  const now = stampNow(clock);
  return { ...now, atMs, monotonicMs: now.monotonicMs - (now.atMs - atMs) };
}

/** Aborts with `signal`, or after `limitMs`. `end` must be called when it is needed no more. */
export function within(
  clock: Clock,
  signal: AbortSignal,
  limitMs: number,
): { readonly signal: AbortSignal; end(): void } {
  const over = new AbortController();
  const stop = (): void => over.abort();
  const timer = clock.after(limitMs, stop);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  return {
    signal: over.signal,
    end() {
      timer.cancel();
      signal.removeEventListener("abort", stop);
    },
  };
}

/** What came first: the value, or the end of the time given. The work itself goes on unheard. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal, instead: T): Promise<T> {
  if (signal.aborted) return Promise.resolve(instead);
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(instead);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
