import type { Scored } from "./score.ts";

/** A share with what chance leaves open: 19 times of 20 the true one lies within. */
export interface Share {
  readonly right: number;
  readonly of: number;
  /** 0..1; null when nothing was asked */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** 95 % of a normal distribution lie within this many standard deviations. */
const z = 1.959964;

/** Wilson 1927, JASA 22:209: honest also near 0 and 1 and for few cases. */
export function share(right: number, of: number): Share {
  if (of === 0) return { right, of, ratio: null, low: null, high: null };
  const ratio = right / of;
  const widening = 1 + (z * z) / of;
  const middle = (ratio + (z * z) / (2 * of)) / widening;
  const half = (z / widening) * Math.sqrt((ratio * (1 - ratio)) / of + (z * z) / (4 * of * of));
  return { right, of, ratio, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly voided: number;
  /** of the faults that took effect */
  readonly top1: Share;
  readonly top3: Share;
  readonly scope: Share;
  /** healthy stretches in which a cause was named */
  readonly accusations: Share;
  /** mean of (certainty − right)² over the faults with a named cause; null without one */
  readonly brier: number | null;
  readonly scopeSeconds: Spread;
  /** until the answer that stood */
  readonly seconds: Spread;
  /** until nothing was looked at any more */
  readonly lastWordSeconds: Spread;
}

/** Null without a case. */
export interface Spread {
  readonly median: number | null;
  readonly p95: number | null;
}

export function summarise(scored: readonly Scored[]): Summary {
  const count = (result: string): number => scored.filter(({ verdict }) => verdict.result === result).length;
  const faults = scored.filter(({ verdict, marks }) => !marks.isHealthy && verdict.result !== "void");
  const healthy = scored.filter(({ marks }) => marks.isHealthy);
  const of = (right: (one: Scored) => boolean): Share => share(faults.filter(right).length, faults.length);
  const squares = faults.flatMap(({ marks: { confidence, top1 } }) =>
    confidence === null ? [] : [(confidence - (top1 ? 1 : 0)) ** 2],
  );
  return {
    passed: count("passed"),
    failed: count("failed"),
    voided: count("void"),
    top1: of(({ marks }) => marks.top1),
    top3: of(({ marks }) => marks.top3),
    scope: of(({ marks }) => marks.scopeRight),
    accusations: share(healthy.filter(({ marks }) => marks.accused).length, healthy.length),
    brier: squares.length === 0 ? null : squares.reduce((sum, one) => sum + one, 0) / squares.length,
    scopeSeconds: spread(faults.map(({ verdict }) => verdict.scopeSeconds)),
    seconds: spread(faults.map(({ verdict }) => verdict.seconds)),
    lastWordSeconds: spread(faults.map(({ marks }) => marks.lastWordSeconds)),
  };
}

function spread(found: readonly (number | null)[]): Spread {
  const sorted = found.filter((one) => one !== null).toSorted((a, b) => a - b);
  const at = (ratio: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.ceil(ratio * sorted.length) - 1)] ?? null;
  return { median: at(0.5), p95: at(0.95) };
}
