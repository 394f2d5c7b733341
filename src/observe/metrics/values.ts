import type { Attributes, OtlpMetric, OtlpPoint } from "../../readers/metrics/otlp.ts";

/** One value as it is stored. */
export interface Value {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** it only tells what was added */
  readonly isDelta: boolean;
}

const mostLabels = 32;
const longestNameChars = 200;
const longestValueChars = 256;

/**
 * The values of one point. A distribution becomes the series Prometheus makes of it: `_count`, `_sum`, and `_bucket` with
 * the label `le`, each with all below it.
 */
export function valuesOf(metric: OtlpMetric, point: OtlpPoint, added: Attributes): readonly Value[] {
  const { kind, unit } = metric;
  const name = metric.name.slice(0, longestNameChars);
  const labels = labelsOf({ ...point.attributes, ...(unit === "" || unit === "1" ? {} : { unit }), ...added });
  const isDelta = metric.isDelta && kind !== "gauge";
  const value = (suffix: string, of: number | null, more: Attributes = {}): readonly Value[] =>
    of === null ? [] : [{ name: name + suffix, labels: { ...labels, ...more }, value: of, isDelta }];
  if (kind === "gauge" || kind === "sum") return value("", point.value);
  return [
    ...value("_count", point.count),
    ...value("_sum", point.sum),
    ...bucketsOf(point).flatMap(({ le, count }) => value("_bucket", count, { le })),
    ...point.quantiles.flatMap((one) => value("", one.value, { quantile: String(one.quantile) })),
  ];
}

function bucketsOf({ bucketCounts, bounds }: OtlpPoint): readonly { le: string; count: number }[] {
  if (bucketCounts.length !== bounds.length + 1) return [];
  let count = 0;
  return bucketCounts.map((inside, at) => {
    count += inside;
    const bound = bounds[at];
    return { le: bound === undefined ? "+Inf" : String(bound), count };
  });
}

/** Bounded in number and size; what is beyond is left out, in the order of the names, so that a series stays one. */
export function labelsOf(attributes: Attributes): Readonly<Record<string, string>> {
  const pairs = Object.entries(attributes)
    .filter(([name, value]) => name !== "" && value !== "")
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, mostLabels);
  return Object.fromEntries(
    pairs.map(([name, value]) => [name.slice(0, longestNameChars), value.slice(0, longestValueChars)]),
  );
}
