import type { Clock } from "../../kernel/clock.ts";

/** How much is kept of what people say: from one source, and from all together. */
export interface PeoplePace {
  /** true: this one may be kept, and counts */
  take(source: string): boolean;
}

export interface PaceLimits {
  readonly perSource: number;
  readonly inAll: number;
  readonly windowMs: number;
}

/** A person says it again when it lasts; a hundred in ten minutes tell nothing that thirty did not. */
export const peopleLimits: PaceLimits = { perSource: 5, inAll: 300, windowMs: 600_000 };

export function createPeoplePace(clock: Clock, { perSource, inAll, windowMs }: PaceLimits = peopleLimits): PeoplePace {
  // never longer than `inAll`: what is turned away is not remembered
  let taken: { readonly source: string; readonly atMs: number }[] = [];
  return {
    take(source) {
      const nowMs = clock.monotonicMs();
      taken = taken.filter(({ atMs }) => nowMs - atMs < windowMs);
      if (taken.length >= inAll || taken.filter((one) => one.source === source).length >= perSource) return false;
      taken.push({ source, atMs: nowMs });
      return true;
    },
  };
}
