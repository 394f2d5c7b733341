import type { Scanned } from "./scan.ts";

export const metricTypes = [
  "unknown",
  "gauge",
  "counter",
  "histogram",
  "gaugehistogram",
  "summary",
  "stateset",
  "info",
] as const;
export type MetricType = (typeof metricTypes)[number];

/** What a sample's name adds to its family's. Source: OpenMetrics 1.0, "MetricTypes in MetricFamilies". */
export const suffixes: Readonly<Record<MetricType, readonly string[]>> = {
  unknown: [""],
  gauge: [""],
  counter: ["_total", "_created"],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  summary: ["", "_count", "_sum", "_created"],
  stateset: [""],
  info: ["_info"],
};

/** The label that tells the points of one metric apart; those of a stateset bear the family's own name. */
export function pointLabel(type: MetricType, family: string): string | null {
  if (type === "histogram" || type === "gaugehistogram") return "le";
  if (type === "summary") return "quantile";
  return type === "stateset" ? family : null;
}

const exemplarsOn: Readonly<Partial<Record<MetricType, readonly string[]>>> = {
  counter: ["_total"],
  histogram: ["_bucket"],
  gaugehistogram: ["_bucket"],
};
const never: ReadonlySet<string> = new Set([
  "counter_total",
  "histogram_bucket",
  "histogram_count",
  "histogram_sum",
  "gaugehistogram_bucket",
  "gaugehistogram_gcount",
  "summary_count",
  "summary_sum",
]);

/** What one sample must be in its family, whatever the others say. @returns a sentence when it is not */
export function sampleProblem(
  { labels, value, exemplar }: Scanned,
  { type, name, suffix }: { type: MetricType; name: string; suffix: string },
): string | null {
  if (exemplar && !mayHaveExemplar(type, suffix)) return `${type} ${suffix} has no exemplar`;
  if (never.has(type + suffix) && !(value >= 0)) return `${type} ${suffix} is never below 0`;
  if (type === "info") return value === 1 ? null : "the value of an info is 1";
  if (type === "stateset") return stateProblem(labels[name], value);
  if (suffix === "_bucket") return Number.isNaN(boundOf(labels["le"])) ? "a bucket has a number as label le" : null;
  return type === "summary" && suffix === "" ? quantileProblem(boundOf(labels["quantile"]), value) : null;
}

function mayHaveExemplar(type: MetricType, suffix: string): boolean {
  return exemplarsOn[type]?.includes(suffix) === true;
}

function stateProblem(state: string | undefined, value: number): string | null {
  if (state === undefined) return "a state bears the name of its stateset as label";
  return value === 0 || value === 1 ? null : "a state is 0 or 1";
}

function quantileProblem(quantile: number, value: number): string | null {
  if (!(quantile >= 0 && quantile <= 1)) return "a quantile lies between 0 and 1";
  return value < 0 ? "a quantile of a summary is never below 0" : null;
}

interface Point {
  readonly suffix: string;
  readonly sample: Scanned;
}

/** What the points of one metric at one moment must be together. @returns a sentence when they are not */
export function pointsProblem(type: MetricType, points: readonly Point[]): string | null {
  const isGauge = type === "gaugehistogram";
  if (type !== "histogram" && !isGauge) return null;
  const buckets = points.filter(({ suffix }) => suffix === "_bucket").map(({ sample }) => sample);
  const [count, sum] = (isGauge ? ["_gcount", "_gsum"] : ["_count", "_sum"]).map(
    (wanted) => points.find(({ suffix }) => suffix === wanted)?.sample.value,
  );
  if ((count === undefined) !== (sum === undefined)) return "count and sum come together";
  if (buckets.length === 0) return count === undefined ? null : "the bucket +Inf is missing";
  return bucketsProblem(buckets, count) ?? sumProblem(buckets, sum, isGauge);
}

function bucketsProblem(buckets: readonly Scanned[], count: number | undefined): string | null {
  const bounds = buckets.map(({ labels }) => boundOf(labels["le"]));
  if (bounds.some((bound, at) => at > 0 && !(bound > (bounds[at - 1] ?? 0)))) return "buckets are in rising order";
  const last = buckets.at(-1);
  if (bounds.at(-1) !== Infinity || last === undefined) return "the bucket +Inf is missing";
  if (buckets.some(({ value }, at) => at > 0 && value < (buckets[at - 1]?.value ?? 0))) return "buckets only grow";
  return count !== undefined && count !== last.value ? "the bucket +Inf is the count" : null;
}

function sumProblem(buckets: readonly Scanned[], sum: number | undefined, isGauge: boolean): string | null {
  if (sum === undefined) return null;
  const hasNegative = boundOf(buckets[0]?.labels["le"]) < 0;
  if (hasNegative && !isGauge) return "with buckets below 0 there is no sum";
  return sum < 0 && !hasNegative ? "the sum is below 0 and no bucket is" : null;
}

/** A bound as it is written in a label; NaN when it is none. */
function boundOf(text: string | undefined): number {
  if (text === undefined || text.trim() === "") return Number.NaN;
  if (/^\+?inf(?:inity)?$/i.test(text)) return Infinity;
  return /^-inf(?:inity)?$/i.test(text) ? -Infinity : Number(text);
}
