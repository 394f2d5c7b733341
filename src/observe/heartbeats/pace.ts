import type { Clock } from "../../kernel/clock.ts";

/** How fast one job may report: a burst, then one a second. More is a loop that went wrong. */
export interface Pace {
  /** false: too often */
  take(key: string): boolean;
}

const burst = 60;
const perSecond = 1;

export function createPace(clock: Clock): Pace {
  const left = new Map<string, { tokens: number; atMs: number }>();
  return {
    take(key) {
      const atMs = clock.monotonicMs();
      const known = left.get(key) ?? { tokens: burst, atMs };
      const tokens = Math.min(burst, known.tokens + ((atMs - known.atMs) / 1_000) * perSecond);
      left.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs });
      return tokens >= 1;
    },
  };
}
