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
import { openMessage, type Message } from "./protobuf.ts";

/**
 * Reads an ExportMetricsServiceRequest. Numbers beside the fields are those of opentelemetry-proto 1.x, metrics.proto.
 * @throws OtlpUnreadable
 */
export function metricsFromProtobuf(buffer: Uint8Array): readonly OtlpMetric[] {
  const budget = createBudget();
  return readable(() =>
    groups(openMessage(buffer), ({ resource, scopes }) =>
      scopes.flatMap((scope) => metricsOfScope(scope, resource, budget)),
    ),
  );
}

/** Reads an ExportLogsServiceRequest; fields of logs.proto. @throws OtlpUnreadable */
export function logsFromProtobuf(buffer: Uint8Array): readonly OtlpLog[] {
  const budget = createBudget();
  return readable(() =>
    groups(openMessage(buffer), ({ resource, scopes }) =>
      scopes.flatMap((scope) => logsOfScope(scope, resource, budget)),
    ),
  );
}

/** What the library throws for broken bytes is said in our words. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof OtlpUnreadable) throw thrown;
    throw new OtlpUnreadable("malformed", thrown instanceof Error ? thrown.message : "not a protobuf message");
  }
}

interface Group {
  readonly resource: Attributes;
  /** as bytes: the resource may stand behind them */
  readonly scopes: readonly Uint8Array[];
}

/** Resources (field 1) with their scopes (field 2), the same in metrics and logs. */
function groups<T>(request: Message, read: (group: Group) => readonly T[]): readonly T[] {
  const found: T[] = [];
  request.each((field) => {
    if (field !== 1) return;
    const group = request.message((message) => {
      let resource: Attributes = {};
      const scopes: Uint8Array[] = [];
      message.each((inner) => {
        if (inner === 1) resource = message.message((of) => attributesAt(of, 1));
        if (inner === 2) scopes.push(message.bytes());
      });
      return { resource, scopes };
    });
    for (const one of read(group)) found.push(one);
  });
  return found;
}

function attributesAt(message: Message, at: number): Attributes {
  const found = new Map<string, string>();
  message.each((field) => {
    if (field === at) addAttribute(found, message);
  });
  return Object.fromEntries(found);
}

function addAttribute(to: Map<string, string>, message: Message): void {
  const [key, value] = message.message((pair) => pairOf(pair, 0));
  to.set(key, asText(value));
}

function metricsOfScope(bytes: Uint8Array, resource: Attributes, budget: Budget): readonly OtlpMetric[] {
  const scope = openMessage(bytes);
  const found: OtlpMetric[] = [];
  scope.each((field) => {
    if (field !== 2) return;
    const metric = scope.message((message) => metricOf(message, resource, budget));
    if (metric !== null) found.push(metric);
  });
  return found;
}

const kinds: Readonly<Record<number, OtlpMetric["kind"]>> = {
  5: "gauge",
  7: "sum",
  9: "histogram",
  10: "histogram",
  11: "summary",
};
const exponential = 10;

function metricOf(message: Message, resource: Attributes, budget: Budget): OtlpMetric | null {
  let [name, unit] = ["", ""];
  const data: Data[] = [];
  message.each((field) => {
    if (field === 1) name = message.text();
    if (field === 3) unit = message.text();
    const kind = kinds[field];
    if (kind === undefined) return;
    data.push(message.message((of) => dataOf(of, { kind, isExponential: field === exponential, budget })));
  });
  // of several alternatives the last one counts
  const last = data.at(-1);
  return last === undefined || name === "" ? null : { resource, name, unit, ...last };
}

type Data = Pick<OtlpMetric, "kind" | "isDelta" | "points">;

interface Reading {
  readonly kind: OtlpMetric["kind"];
  readonly isExponential: boolean;
  readonly budget: Budget;
}

function dataOf(message: Message, reading: Reading): Data {
  const points: OtlpPoint[] = [];
  let isDelta = false;
  message.each((field) => {
    if (field === 1) {
      reading.budget.spend();
      const point = message.message((of) => pointOf(of, reading));
      if (point !== null) points.push(point);
    }
    if (field === 2 && reading.kind !== "gauge") isDelta = message.integer() === 1;
  });
  return { kind: reading.kind, isDelta, points };
}

type Filling = { -readonly [Key in keyof OtlpPoint]: OtlpPoint[Key] };

function pointOf(message: Message, { kind, isExponential }: Reading): OtlpPoint | null {
  const point: Filling = { ...emptyPoint };
  const attributes = new Map<string, string>();
  const [attributesField, flagsField] = isExponential ? [1, 10] : kind === "histogram" ? [9, 10] : [7, 8];
  let flags = 0;
  message.each((field) => {
    if (field === attributesField) addAttribute(attributes, message);
    else if (field === flagsField) flags = message.integer();
    else if (field === 3) point.atMs = nanosToMs(message.fixed64());
    else if (kind === "gauge" || kind === "sum") readNumber(message, field, point);
    else readDistribution(message, field, { point, kind, isExponential });
  });
  if ((flags & noRecordedValue) !== 0) return null;
  return { ...point, attributes: Object.fromEntries(attributes) };
}

function readNumber(message: Message, field: number, point: Filling): void {
  if (field === 4) point.value = message.double();
  if (field === 6) point.value = message.signedFixed64();
}

function readDistribution(
  message: Message,
  field: number,
  { point, kind, isExponential }: { point: Filling; kind: OtlpMetric["kind"]; isExponential: boolean },
): void {
  if (field === 4) point.count = message.fixed64();
  if (field === 5) point.sum = message.double();
  if (isExponential) return;
  if (kind === "summary" && field === 6) point.quantiles = [...point.quantiles, message.message(quantileOf)];
  if (kind === "histogram" && field === 6) point.bucketCounts = message.fixed64s();
  if (kind === "histogram" && field === 7) point.bounds = message.doubles();
}

function quantileOf(message: Message): { quantile: number; value: number } {
  const found = { quantile: 0, value: 0 };
  message.each((field) => {
    if (field === 1) found.quantile = message.double();
    if (field === 2) found.value = message.double();
  });
  return found;
}

function logsOfScope(bytes: Uint8Array, resource: Attributes, budget: Budget): readonly OtlpLog[] {
  const scope = openMessage(bytes);
  const found: OtlpLog[] = [];
  scope.each((field) => {
    if (field !== 2) return;
    budget.spend();
    found.push(scope.message((message) => logOf(message, resource)));
  });
  return found;
}

function logOf(message: Message, resource: Attributes): OtlpLog {
  const attributes = new Map<string, string>();
  let [atMs, observedAtMs]: (number | null)[] = [null, null];
  let [severityNumber, body] = [0, ""];
  message.each((field) => {
    if (field === 1) atMs = nanosToMs(message.fixed64());
    if (field === 2) severityNumber = message.integer();
    if (field === 5) body = asText(message.message((of) => valueOf(of, 0)));
    if (field === 6) addAttribute(attributes, message);
    if (field === 11) observedAtMs = nanosToMs(message.fixed64());
  });
  return {
    resource,
    attributes: Object.fromEntries(attributes),
    atMs: atMs ?? observedAtMs ?? null,
    severityNumber,
    body,
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function pairOf(message: Message, depth: number): readonly [string, unknown] {
  let key = "";
  let value: unknown = "";
  message.each((field) => {
    if (field === 1) key = message.text();
    if (field === 2) value = message.message((of) => valueOf(of, depth));
  });
  return [key, value];
}

/** An AnyValue; fields of common.proto. */
function valueOf(message: Message, depth: number): unknown {
  let value: unknown = "";
  message.each((field) => {
    if (field === 1) value = message.text();
    if (field === 2) value = message.integer() !== 0;
    if (field === 3) value = message.integer();
    if (field === 4) value = message.double();
    if (field === 7) value = Buffer.from(message.bytes()).toString("base64");
    if (depth >= deepestValue) return;
    if (field === 5) value = message.message((of) => valuesOf(of, depth + 1));
    if (field === 6) value = message.message((of) => mapOf(of, depth + 1));
  });
  return value;
}

function valuesOf(message: Message, depth: number): readonly unknown[] {
  const found: unknown[] = [];
  message.each((field) => {
    if (field === 1) found.push(message.message((of) => valueOf(of, depth)));
  });
  return found;
}

function mapOf(message: Message, depth: number): Readonly<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  message.each((field) => {
    if (field === 1) found.set(...message.message((of) => pairOf(of, depth) as [string, unknown]));
  });
  return Object.fromEntries(found);
}
