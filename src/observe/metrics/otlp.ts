import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { MetricSource, OtlpIntake, OtlpRefusal, OtlpRequest, OtlpTaken } from "../../kernel/ports-metrics.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { logsFromJson, metricsFromJson } from "../../readers/metrics/otlp-json.ts";
import { logsFromProtobuf, metricsFromProtobuf } from "../../readers/metrics/otlp-protobuf.ts";
import { OtlpUnreadable, type OtlpLog, type OtlpMetric } from "../../readers/metrics/otlp.ts";
import type { LogLine, MetricPoint } from "../../storage/telemetry/telemetry.ts";
import { createSeriesBook, seriesKey, type SeriesBook } from "./series.ts";
import { senderOf, type Sender } from "./subjects.ts";
import { valuesOf, type Value } from "./values.ts";

export interface OtlpDeps {
  readonly clock: Clock;
  site(): Pick<Site, "hosts">;
  append(point: MetricPoint): void;
  /** resolves when they survive a kill */
  takeLogs(lines: readonly LogLine[]): Promise<void>;
  readonly series?: SeriesBook;
}

/** A clock ahead by more than this is wrong: what it stamps would lie in the future. */
const mostAheadMs = 300_000;
/** What is older than a day is not now's value, whatever the clock says. */
const mostBehindMs = 86_400_000;
const longestTextChars = 16_384;
const mostSources = 1_000;

interface Heard {
  refused: number;
  lastAt: Stamp;
}

export function createOtlpIntake(deps: OtlpDeps): OtlpIntake {
  const { clock } = deps;
  const series = deps.series ?? createSeriesBook(clock);
  const heard = new Map<string, Heard>();

  function hear(subject: string, refused: number): void {
    const known = heard.get(subject);
    if (known === undefined && heard.size >= mostSources) return;
    heard.delete(subject);
    heard.set(subject, { refused: (known?.refused ?? 0) + refused, lastAt: stampNow(clock) });
  }

  return {
    metrics(request) {
      const read = reading(() => readMetrics(request));
      if (!read.ok) return read;
      const taking = { ...deps, series, nowMs: clock.nowMs(), notNumbers: 0, overLimit: 0 };
      for (const metric of read.value) {
        const sender = senderOf(metric.resource, deps.site().hosts);
        const before = taking.overLimit;
        takeMetric(taking, sender, metric);
        hear(sender.subject, taking.overLimit - before);
      }
      return ok(takenOf(taking));
    },
    async logs(request) {
      const read = reading(() => readLogs(request));
      if (!read.ok) return read;
      const nowMs = clock.nowMs();
      const lines = read.value.map((log) => lineOf(log, deps.site().hosts, nowMs));
      if (lines.length > 0) await deps.takeLogs(lines);
      return ok({ rejected: 0, why: "" });
    },
    sources: () =>
      [...heard]
        .map(([subject, { refused, lastAt }]): MetricSource => {
          const known = series.countOf(subject);
          return { kind: "otlp", name: subject, subject, series: known, refused, lastAt, error: null };
        })
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function reading<T>(read: () => T): Result<T, OtlpRefusal> {
  try {
    return ok(read());
  } catch (thrown) {
    if (thrown instanceof OtlpUnreadable) return err({ reason: thrown.reason, why: thrown.message });
    throw thrown;
  }
}

function readMetrics({ form, body }: OtlpRequest): readonly OtlpMetric[] {
  return form === "json" ? metricsFromJson(parseJson(body)) : metricsFromProtobuf(body);
}

function readLogs({ form, body }: OtlpRequest): readonly OtlpLog[] {
  return form === "json" ? logsFromJson(parseJson(body)) : logsFromProtobuf(body);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    throw new OtlpUnreadable("malformed", "the body is not JSON");
  }
}

interface Taking extends OtlpDeps {
  readonly series: SeriesBook;
  readonly nowMs: number;
  notNumbers: number;
  overLimit: number;
}

function takeMetric(taking: Taking, { subject, host, service }: Sender, metric: OtlpMetric): void {
  const added = service === null || host === null ? {} : { service };
  for (const point of metric.points) {
    const atMs = momentOf(point.atMs, taking.nowMs);
    for (const value of valuesOf(metric, point, added)) takeValue(taking, { subject, atMs, value });
  }
}

function takeValue(
  taking: Taking,
  { subject, atMs, value: { name, labels, value, isDelta } }: { subject: string; atMs: number; value: Value },
): void {
  if (!Number.isFinite(value)) {
    taking.notNumbers += 1;
    return;
  }
  const key = seriesKey(name, labels);
  if (!taking.series.admit(subject, key)) {
    taking.overLimit += 1;
    return;
  }
  const total = isDelta ? taking.series.accumulate(subject, key, value) : value;
  taking.append({ name, subject, labels, value: total, atMs });
}

function takenOf({ notNumbers, overLimit }: Taking): OtlpTaken {
  const why = [
    ...(overLimit > 0 ? [`${overLimit} values belong to more series than are kept of one sender`] : []),
    ...(notNumbers > 0 ? [`${notNumbers} values are not finite numbers`] : []),
  ];
  return { rejected: notNumbers + overLimit, why: why.join("; ") };
}

/** The sender's own moment as long as it can be meant; else when it came. */
function momentOf(atMs: number | null, nowMs: number): number {
  if (atMs === null || atMs > nowMs + mostAheadMs || atMs < nowMs - mostBehindMs) return nowMs;
  return atMs;
}

function lineOf(log: OtlpLog, hosts: Site["hosts"], nowMs: number): LogLine {
  const { subject, host, service } = senderOf(log.resource, hosts);
  const from = log.attributes["log.file.path"] ?? log.attributes["log.file.name"] ?? service;
  return {
    atMs: momentOf(log.atMs, nowMs),
    source: from === null || from === undefined ? subject : `${subject} ${from.slice(0, 300)}`,
    host,
    severity: severityOf(log.severityNumber),
    text: log.body.slice(0, longestTextChars),
  };
}

/** OpenTelemetry counts 1 to 24 upwards in fours, syslog 7 to 0. Source: logs data model, appendix B */
function severityOf(number: number): number | null {
  if (number < 1 || number > 24) return null;
  if (number < 9) return 7;
  if (number < 13) return number === 9 ? 6 : 5;
  if (number < 17) return 4;
  if (number < 21) return 3;
  return number === 21 ? 2 : number < 24 ? 1 : 0;
}
