import type { Clock } from "../kernel/clock.ts";

/** Counts failed tries by key, so that nobody guesses for long. */
export interface RateLimit {
  /** true when `key` has failed too often lately */
  isSpent(key: string): boolean;
  fail(key: string): void;
}

/** More keys than this are forgotten oldest first: a flood of addresses must not fill the memory. */
const mostKeys = 10_000;

/** @param limit.tries failures allowed within `windowMs` of the first of them */
export function createRateLimit(clock: Clock, limit: { tries: number; windowMs: number }): RateLimit {
  const windows = new Map<string, { failed: number; untilMs: number }>();

  function current(key: string): { failed: number; untilMs: number } | null {
    const window = windows.get(key);
    if (window === undefined) return null;
    if (window.untilMs > clock.monotonicMs()) return window;
    windows.delete(key);
    return null;
  }

  return {
    isSpent: (key) => (current(key)?.failed ?? 0) >= limit.tries,
    fail(key) {
      const window = current(key);
      if (window !== null) {
        window.failed += 1;
        return;
      }
      const oldest = windows.size >= mostKeys ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      windows.set(key, { failed: 1, untilMs: clock.monotonicMs() + limit.windowMs });
    },
  };
}

/** Makes whoever fails wait, longer each time. */
export interface Backoff {
  /** how long `key` has to wait now; 0: it may try */
  waitMs(key: string): number;
  fail(key: string): void;
  /** takes one failure back: the try was right */
  forgive(key: string): void;
}

export interface BackoffRule {
  /** failures that cost nothing */
  readonly free: number;
  /** the wait after the first failure beyond those; it doubles with each further one */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** failures this long ago are forgotten */
const forgottenAfterMs = 3 * 3_600_000;

export function createBackoff(clock: Clock, { free, firstMs, longestMs }: BackoffRule): Backoff {
  const known = new Map<string, { failed: number; atMs: number }>();

  function current(key: string): { failed: number; atMs: number } | null {
    const found = known.get(key);
    if (found === undefined) return null;
    if (clock.monotonicMs() - found.atMs < forgottenAfterMs) return found;
    known.delete(key);
    return null;
  }

  return {
    waitMs(key) {
      const found = current(key);
      if (found === null || found.failed <= free) return 0;
      const wait = Math.min(longestMs, firstMs * 2 ** Math.min(30, found.failed - free - 1));
      return Math.max(0, found.atMs + wait - clock.monotonicMs());
    },
    fail(key) {
      const failed = (current(key)?.failed ?? 0) + 1;
      // put in anew, so that the oldest is always the first
      known.delete(key);
      const oldest = known.size >= mostKeys ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      known.set(key, { failed, atMs: clock.monotonicMs() });
    },
    forgive(key) {
      const found = current(key);
      if (found === null) return;
      if (found.failed <= 1) known.delete(key);
      else known.set(key, { ...found, failed: found.failed - 1 });
    },
  };
}
