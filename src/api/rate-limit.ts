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
