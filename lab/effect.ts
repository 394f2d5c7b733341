import type { Reading } from "./hub-view.ts";

/** What looks showed while nothing was broken. */
export interface Normal {
  readonly words: ReadonlyMap<string, ReadonlySet<string>>;
  readonly longestMs: ReadonlyMap<string, number>;
}

/** A look counts as slower when it takes three times the longest of before and at least this much more; less is chance. */
const slowerByMs = 250;
const slowerTimes = 3;

export function normalOf(samples: readonly ReadonlyMap<string, Reading>[]): Normal {
  const words = new Map<string, Set<string>>();
  const longestMs = new Map<string, number>();
  for (const [key, { word, tookMs }] of samples.flatMap((sample) => [...sample])) {
    words.set(key, (words.get(key) ?? new Set()).add(word));
    if (tookMs !== null) longestMs.set(key, Math.max(longestMs.get(key) ?? 0, tookMs));
  }
  return { words, longestMs };
}

/** @returns what is not as before, one sentence each */
export function differences(normal: Normal, now: ReadonlyMap<string, Reading>): string[] {
  return [...now].flatMap(([key, { word, tookMs }]) => {
    if (normal.words.get(key)?.has(word) !== true) return [`${key}: ${word}`];
    const before = normal.longestMs.get(key);
    if (tookMs === null || before === undefined) return [];
    const isSlower = tookMs > before * slowerTimes && tookMs > before + slowerByMs;
    return isSlower ? [`${key}: ${Math.round(tookMs)} ms instead of ${Math.round(before)}`] : [];
  });
}
