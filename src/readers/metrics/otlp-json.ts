import {
  createBudget,
  deepestValue,
  emptyPoint,
  nanosToMs,
  noRecordedValue,
  OtlpUnreadable,
  type Attributes,
  type Budget,
  type OtlpLog,
  type OtlpMetric,
  type OtlpPoint,
} from "./otlp.ts";

type Json = Readonly<Record<string, unknown>>;

/** Reads an ExportMetricsServiceRequest in JSON. @throws OtlpUnreadable. Source: OTLP 1.x, "JSON Protobuf Encoding" */
export function metricsFromJson(body: unknown): readonly OtlpMetric[] {
  const budget = createBudget();
  return listOf(asObject(body, "the request"), "resourceMetrics").flatMap((of) => {
    const resource = attributesOf(objectIn(of, "resource"));
    return listOf(of, "scopeMetrics").flatMap((scope) =>
      listOf(scope, "metrics").flatMap((metric) => metricOf(metric, resource, budget)),
    );
  });
}

/** Reads an ExportLogsServiceRequest in JSON. @throws OtlpUnreadable */
export function logsFromJson(body: unknown): readonly OtlpLog[] {
  const budget = createBudget();
  return listOf(asObject(body, "the request"), "resourceLogs").flatMap((of) => {
    const resource = attributesOf(objectIn(of, "resource"));
    return listOf(of, "scopeLogs").flatMap((scope) =>
      listOf(scope, "logRecords").map((record): OtlpLog => {
        budget.spend();
        return {
          resource,
          attributes: attributesOf(record),
          atMs: timeOf(record, "timeUnixNano") ?? timeOf(record, "observedTimeUnixNano"),
          severityNumber: numberIn(record, "severityNumber") ?? 0,
          body: valueText(record["body"], 0),
        };
      }),
    );
  });
}

const kinds = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const;

function metricOf(metric: Json, resource: Attributes, budget: Budget): readonly OtlpMetric[] {
  const written = kinds.find((kind) => metric[kind] !== undefined && metric[kind] !== null);
  const name = textIn(metric, "name");
  if (written === undefined || name === "") return [];
  const data = asObject(metric[written], written);
  const temporality = data["aggregationTemporality"];
  const points = listOf(data, "dataPoints").flatMap((point) => pointOf(point, budget));
  const kind = written === "exponentialHistogram" ? "histogram" : written;
  const isDelta = temporality === 1 || temporality === "AGGREGATION_TEMPORALITY_DELTA";
  return [{ resource, name, unit: textIn(metric, "unit"), kind, isDelta, points }];
}

function pointOf(point: Json, budget: Budget): readonly OtlpPoint[] {
  budget.spend();
  if (((numberIn(point, "flags") ?? 0) & noRecordedValue) !== 0) return [];
  const quantiles = listOf(point, "quantileValues").map((one) => ({
    quantile: numberIn(one, "quantile") ?? 0,
    value: numberIn(one, "value") ?? 0,
  }));
  return [
    {
      ...emptyPoint,
      attributes: attributesOf(point),
      atMs: timeOf(point, "timeUnixNano"),
      value: numberIn(point, "asDouble") ?? numberIn(point, "asInt"),
      count: numberIn(point, "count"),
      sum: numberIn(point, "sum"),
      bucketCounts: numbersIn(point, "bucketCounts"),
      bounds: numbersIn(point, "explicitBounds"),
      quantiles,
    },
  ];
}

function attributesOf(of: Json | null): Attributes {
  const pairs = of === null ? [] : listOf(of, "attributes");
  return Object.fromEntries(pairs.map((pair) => [textIn(pair, "key"), valueText(pair["value"], 0)]));
}

/** An AnyValue as text; lists and maps in the form of JSON. */
function valueText(value: unknown, depth: number): string {
  const plain = plainValue(value, depth);
  return typeof plain === "string" ? plain : (JSON.stringify(plain) ?? "");
}

const scalars = ["stringValue", "boolValue", "intValue", "doubleValue", "bytesValue"] as const;

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > deepestValue) return "";
  const any = value as Json;
  const scalar = scalars.map((key) => any[key]).find(isScalar);
  if (scalar !== undefined) return scalar;
  const array = objectIn(any, "arrayValue");
  if (array !== null) return rawList(array, "values").map((one) => plainValue(one, depth + 1));
  const map = objectIn(any, "kvlistValue");
  if (map === null) return "";
  return Object.fromEntries(
    listOf(map, "values").map((pair) => [textIn(pair, "key"), plainValue(pair["value"], depth + 1)]),
  );
}

function timeOf(of: Json, key: string): number | null {
  return nanosToMs(numberIn(of, key) ?? 0);
}

/** 64-bit numbers come as text; so do NaN and Infinity. */
function numberIn(of: Json, key: string): number | null {
  return toNumber(of[key]);
}

function toNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const read = Number(value);
  if (Number.isNaN(read) && value !== "NaN") throw new OtlpUnreadable("malformed", "a number was expected");
  return read;
}

function numbersIn(of: Json, key: string): readonly number[] {
  return rawList(of, key).map((value) => toNumber(value) ?? 0);
}

function textIn(of: Json, key: string): string {
  const value = of[key];
  return typeof value === "string" ? value : "";
}

function rawList(of: Json, key: string): readonly unknown[] {
  const value = of[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new OtlpUnreadable("malformed", `${key} is not a list`);
  return value;
}

function listOf(of: Json, key: string): readonly Json[] {
  return rawList(of, key).map((one) => asObject(one, key));
}

function objectIn(of: Json, key: string): Json | null {
  const value = of[key];
  return value === undefined || value === null ? null : asObject(value, key);
}

function asObject(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OtlpUnreadable("malformed", `${what} is not an object`);
  }
  return value as Json;
}
