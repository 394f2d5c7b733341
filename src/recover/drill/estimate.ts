/** How long one unit took and what it held. */
export interface UnitTime {
  readonly seconds: number;
  readonly bytes: number;
  readonly files: number;
}

/** What is to be foretold. */
export interface Size {
  readonly units: number;
  readonly bytes: number;
  readonly files: number;
}

/** Seconds a phase will take; `p10` to `p90` holds it in four of five cases. */
export interface Estimate {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** the size is far from what was measured, or too little was: the range is a rule of thumb */
  readonly isExtrapolated: boolean;
}

export interface Line {
  /** seconds for each unit, byte, file */
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const fewUnits = 20;
const farRatio = 10;
const resamples = 500;
const rounds = 4;
/** pairs looked at for one slope; all of 40 units */
const mostPairs = 780;
const mostDraws = 200;

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function quantile(sorted: readonly number[], at: number): number {
  const place = at * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/** Median slope over pairs, never falling: more data do not take less time. Source: Sen 1968, JASA 63:1379. */
function slope(xs: readonly number[], ys: readonly number[], random: () => number): number {
  const n = xs.length;
  const slopes: number[] = [];
  const take = (i: number, j: number): void => {
    const run = (xs[j] ?? 0) - (xs[i] ?? 0);
    if (run !== 0) slopes.push(((ys[j] ?? 0) - (ys[i] ?? 0)) / run);
  };
  if ((n * (n - 1)) / 2 <= mostPairs) for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) take(i, j);
  else for (let pair = 0; pair < mostPairs; pair++) take(Math.floor(random() * n), Math.floor(random() * n));
  return Math.max(0, median(slopes));
}

/** Seconds = a + b·bytes + c·files: the two slopes in turn, each on what the other leaves. */
export function fitLine(units: readonly UnitTime[], random: () => number): Line {
  const [bytes, files] = [units.map((unit) => unit.bytes), units.map((unit) => unit.files)];
  let [b, c] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const withoutFiles = units.map((unit) => unit.seconds - c * unit.files);
    b = slope(bytes, withoutFiles, random);
    const withoutBytes = units.map((unit) => unit.seconds - b * unit.bytes);
    c = slope(files, withoutBytes, random);
  }
  const a = Math.max(0, median(units.map((unit) => unit.seconds - b * unit.bytes - c * unit.files)));
  return { a, b, c };
}

function total({ a, b, c }: Line, size: Size): number {
  return a * size.units + b * size.bytes + c * size.files;
}

/** Sorting n things takes n·log n: the size as such work counts it. */
export function indexWork(bytes: number): number {
  return bytes * Math.log2(Math.max(2, bytes));
}

/**
 * Seconds for the whole, from the units that were measured.
 * @param random 0 ≤ x < 1, seeded by the caller, so that one record gives one answer
 * @returns null without any measured unit
 */
export function estimate(units: readonly UnitTime[], size: Size, random: () => number): Estimate | null {
  if (units.length === 0) return null;
  const measured = units.reduce((sum, unit) => sum + unit.bytes, 0);
  const line = units.length === 1 ? ratio(units) : fitLine(units, random);
  const p50 = total(line, size);
  if (units.length < fewUnits || size.bytes > measured * farRatio)
    return { p10: p50 / 2, p50, p90: p50 * 2, isExtrapolated: true };
  const residuals = units.map((unit) => unit.seconds - total(line, { ...unit, units: 1 }));
  const totals: number[] = [];
  for (let sample = 0; sample < resamples; sample++) {
    const drawn = units.map(() => units[Math.floor(random() * units.length)] ?? unit0);
    totals.push(total(fitLine(drawn, random), size) + scatter(residuals, size.units, random));
  }
  const sorted = totals.map((value) => Math.max(0, value)).sort((x, y) => x - y);
  return { p10: quantile(sorted, 0.1), p50, p90: Math.max(p50, quantile(sorted, 0.9)), isExtrapolated: false };
}

const unit0: UnitTime = { seconds: 0, bytes: 0, files: 0 };

/** A single unit tells a rate and nothing else. */
function ratio(units: readonly UnitTime[]): Line {
  const { seconds, bytes, files } = units[0] ?? unit0;
  if (bytes > 0) return { a: 0, b: seconds / bytes, c: 0 };
  return { a: files > 0 ? 0 : seconds, b: 0, c: files > 0 ? seconds / files : 0 };
}

/** What single units scatter adds up to over all of them. */
function scatter(residuals: readonly number[], units: number, random: () => number): number {
  const draws = Math.min(units, mostDraws);
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) sum += residuals[Math.floor(random() * residuals.length)] ?? 0;
  return sum * Math.sqrt(units / Math.max(1, draws));
}
