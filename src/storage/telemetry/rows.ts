import { layers, outcomes, type Facts, type Observation } from "../../kernel/model/observation.ts";
import { dayOf, lastDay } from "./days.ts";
import type { TableName, Value } from "./tables.ts";
import type { LogLine, MetricPoint, StoredObservation, TemplateCount } from "./telemetry.ts";

/** One row as it waits: already bounded and in the order of its table's columns. */
export interface Row {
  readonly table: TableName;
  readonly atMs: number;
  readonly values: readonly Value[];
  /** what it roughly takes in memory */
  readonly bytes: number;
}

const longestId = 2_000;
const longestText = 2_000;
/** A log line is cut where syslog over TCP commonly is. Source: RFC 5425 §4.3.1 asks receivers for 8192. */
const longestLogLine = 8_192;
const longestFactsJson = 4_000;
/** 2^32-1 µs, 71 minutes: longer than any attempt may take */
const longestUs = 4_294_967_295;
const rowBytes = 300;

/** @returns null for a row without a usable time */
export function observationRow(observation: Observation): Row | null {
  const { timings, error } = observation;
  const facts = factsJson(observation.facts);
  const errorText = error === null ? null : cut(error.text, longestText);
  const extraBytes = facts.length + (errorText?.length ?? 0);
  return rowAt({ table: "observations", atMs: observation.atMs, extraBytes }, (atMs) => [
    cut(observation.checkId, longestId),
    cut(observation.vantage, longestId),
    atMs,
    Math.min(Math.max(Math.trunc(observation.attempt) || 0, 0), longestUs),
    observation.outcome,
    observation.layer,
    microseconds(timings.totalMs),
    microseconds(timings.dnsMs),
    microseconds(timings.connectMs),
    microseconds(timings.tlsMs),
    microseconds(timings.firstByteMs),
    microseconds(timings.bodyMs),
    observation.address === null ? null : cut(observation.address, longestId),
    facts,
    error === null ? null : cut(error.code, longestText),
    errorText,
  ]);
}

export function metricRow({ name, subject, labels, value, atMs: when }: MetricPoint): Row | null {
  const text = Object.keys(labels).length === 0 ? null : factsJson(labels);
  return rowAt({ table: "metrics", atMs: when, extraBytes: text?.length ?? 0 }, (atMs) => [
    cut(name, longestId),
    cut(subject, longestId),
    text,
    value,
    atMs,
  ]);
}

export function logRow(line: LogLine): Row | null {
  const text = cut(line.text, longestLogLine);
  const severity = line.severity !== null && line.severity >= 0 && line.severity <= 255 ? line.severity : null;
  return rowAt({ table: "logs", atMs: line.atMs, extraBytes: text.length * 2 }, (atMs) => [
    atMs,
    cut(line.source, longestId),
    line.host === null ? null : cut(line.host, longestId),
    severity === null ? null : Math.trunc(severity),
    text,
    optional(line.program),
    optional(line.format),
    optional(line.templateId),
    line.fields === undefined ? null : factsJson(line.fields),
    line.seq ?? null,
  ]);
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : cut(text, longestId);
}

interface Draft {
  readonly table: TableName;
  readonly atMs: number;
  readonly extraBytes: number;
}

function rowAt({ table, atMs: when, extraBytes }: Draft, valuesAt: (atMs: number) => readonly Value[]): Row | null {
  const atMs = Math.round(when);
  const day = dayOf(atMs);
  if (!(day >= 0 && day <= lastDay)) return null;
  return { table, atMs, values: valuesAt(atMs), bytes: rowBytes + extraBytes };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length);
}

function microseconds(ms: number | undefined): number | null {
  if (ms === undefined || Number.isNaN(ms)) return null;
  return Math.min(Math.max(Math.round(ms * 1_000), 0), longestUs);
}

/** As JSON; where it would be too long, first its long values are cut, then its last keys are left out. */
function factsJson(facts: Facts): string {
  const whole = JSON.stringify(facts);
  if (whole.length <= longestFactsJson) return whole;
  const kept: Record<string, Facts[string]> = {};
  let length = 2;
  for (const [key, value] of Object.entries(facts)) {
    const short = shortened(value);
    length += JSON.stringify(key).length + JSON.stringify(short).length + 2;
    if (length > longestFactsJson) break;
    kept[key] = short;
  }
  return JSON.stringify(kept);
}

function shortened(value: Facts[string]): Facts[string] {
  if (typeof value === "string") return cut(value, 500);
  if (Array.isArray(value)) return value.slice(0, 20).map((one) => (typeof one === "string" ? cut(one, 100) : one));
  return value;
}

/** @param row in the order of `readColumns("observations")` */
export function toObservation(row: readonly unknown[]): StoredObservation {
  const [checkId, vantage, atMs, attempt, outcome, layer, total, dns, connect, tls, firstByte, body, ...rest] = row;
  const [address, facts, errorCode, errorText] = rest;
  return {
    checkId: String(checkId),
    vantage: String(vantage),
    atMs: Number(atMs),
    attempt: Number(attempt),
    outcome: outcomes.find((one) => one === outcome) ?? "unknown",
    layer: layers.find((one) => one === layer) ?? null,
    timings: {
      ...milliseconds("dnsMs", dns),
      ...milliseconds("connectMs", connect),
      ...milliseconds("tlsMs", tls),
      ...milliseconds("firstByteMs", firstByte),
      ...milliseconds("bodyMs", body),
      totalMs: Number(total) / 1_000,
    },
    address: textOrNull(address),
    facts: parsed(facts) as Facts,
    error: typeof errorCode === "string" ? { code: errorCode, text: textOrNull(errorText) ?? "" } : null,
  };
}

export function toMetric([name, subject, labels, value, atMs]: readonly unknown[]): MetricPoint {
  return {
    name: String(name),
    subject: String(subject),
    labels: labels === null ? {} : (parsed(labels) as Record<string, string>),
    value: Number(value),
    atMs: Number(atMs),
  };
}

export function toLogLine(row: readonly unknown[]): LogLine {
  const [atMs, source, host, severity, text, program, format, templateId, fields, seq] = row;
  return {
    atMs: Number(atMs),
    source: String(source),
    host: textOrNull(host),
    severity: severity === null ? null : Number(severity),
    text: String(text),
    ...(typeof program === "string" ? { program } : {}),
    ...(typeof format === "string" ? { format } : {}),
    ...(typeof templateId === "string" ? { templateId } : {}),
    ...(typeof fields === "string" ? { fields: parsed(fields) as NonNullable<LogLine["fields"]> } : {}),
    ...(typeof seq === "number" ? { seq } : {}),
  };
}

export function toTemplateCount(row: readonly unknown[]): TemplateCount {
  const [source, host, templateId, count, firstAtMs, lastAtMs, severity, example] = row;
  return {
    source: String(source),
    host: textOrNull(host),
    templateId: textOrNull(templateId),
    count: Number(count),
    firstAtMs: Number(firstAtMs),
    lastAtMs: Number(lastAtMs),
    severity: severity === null ? null : Number(severity),
    example: textOrNull(example) ?? "",
  };
}

function milliseconds<K extends string>(key: K, us: unknown): { readonly [P in K]?: number } {
  return us === null || us === undefined ? {} : ({ [key]: Number(us) / 1_000 } as { [P in K]: number });
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** What `factsJson` wrote. */
function parsed(json: unknown): unknown {
  return JSON.parse(String(json));
}
