/** How fast bytes come, from what was counted now and then. */
export interface RateMeter {
  /** `doneBytes` never falls; what is lower than before is not taken */
  take(atMonotonicMs: number, doneBytes: number): void;
  /** bytes per second, median of the last minute; null: not known yet */
  median(atMonotonicMs: number): number | null;
  /** of the last ten minutes */
  spread(atMonotonicMs: number): { readonly p10: number; readonly p90: number } | null;
  /** when bytes came last; null: never */
  lastMoveMs(): number | null;
}

const medianWindowMs = 60_000;
const spreadWindowMs = 600_000;
/** Rates over less than this say more about buffers than about the line. */
const leastStepMs = 900;
const leastRates = 2;

export function createRateMeter(): RateMeter {
  const rates: { readonly atMs: number; readonly value: number }[] = [];
  let last: { readonly atMs: number; readonly bytes: number } | null = null;
  let moved: number | null = null;
  const within = (atMs: number, windowMs: number): readonly number[] =>
    rates.filter((rate) => rate.atMs > atMs - windowMs).map(({ value }) => value);
  return {
    take(atMs, bytes) {
      if (last === null) {
        last = { atMs, bytes };
        moved = atMs;
        return;
      }
      if (bytes > last.bytes) moved = atMs;
      if (bytes < last.bytes || atMs - last.atMs < leastStepMs) return;
      rates.push({ atMs, value: ((bytes - last.bytes) / (atMs - last.atMs)) * 1_000 });
      last = { atMs, bytes };
      while ((rates[0]?.atMs ?? atMs) <= atMs - spreadWindowMs) rates.shift();
    },
    median(atMs) {
      const values = within(atMs, medianWindowMs);
      return values.length < leastRates ? null : quantile(values, 0.5);
    },
    spread(atMs) {
      const values = within(atMs, spreadWindowMs);
      return values.length < leastRates ? null : { p10: quantile(values, 0.1), p90: quantile(values, 0.9) };
    },
    lastMoveMs: () => moved,
  };
}

/** Linear between the two nearest. @param values at least one */
export function quantile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * ratio;
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}
