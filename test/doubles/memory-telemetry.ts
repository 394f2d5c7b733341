import type { Clock } from "../../src/kernel/clock.ts";
import type {
  LogLine,
  LogQuery,
  MetricPoint,
  SeriesQuery,
  StoredObservation,
  Telemetry,
  TelemetryReads,
  TelemetryState,
  TemplateCount,
} from "../../src/storage/telemetry/telemetry.ts";

export interface MemoryTelemetry extends Telemetry {
  /** What `state()` says from now on, for tests of those who show it. */
  setState(state: Partial<TelemetryState>): void;
}

interface Kept {
  readonly observations: StoredObservation[];
  readonly metrics: MetricPoint[];
  readonly logs: LogLine[];
}

const healthy: TelemetryState = {
  blockedBy: null,
  blockedCode: null,
  lostRows: 0,
  waitingRows: 0,
  damagedDays: [],
  sizeBytes: 0,
};

/** The measurement store in memory: all rows for as long as it lives. The clock is taken for the shape only. */
export function createMemoryTelemetry(_deps?: { readonly clock: Clock }): MemoryTelemetry {
  const kept: Kept = { observations: [], metrics: [], logs: [] };
  let state = healthy;
  return {
    append: {
      observation: ({ monotonicMs: _monotonicMs, ...stored }) => void kept.observations.push(stored),
      metric: (point) => void kept.metrics.push(point),
      log: (line) => void kept.logs.push(line),
    },
    logs: {
      store: async (lines) => {
        const highest = kept.logs.reduce((most, { seq = -1 }) => Math.max(most, seq), -1);
        const fresh = lines.filter(({ seq }) => seq > highest);
        kept.logs.push(...fresh);
        return fresh;
      },
      keepSources: () => undefined,
    },
    read: readsOf(kept),
    flush: () => Promise.resolve(),
    state: () => state,
    setState(changed) {
      state = { ...state, ...changed };
    },
    close: () => Promise.resolve(),
  };
}

function readsOf({ observations, metrics, logs }: Kept): TelemetryReads {
  const asked = (query: SeriesQuery): StoredObservation[] =>
    observations.filter((row) => query.checkIds.includes(row.checkId) && isWithin(row, query));
  return {
    observations: async ({ checkIds, vantage, outcomes, limit, ...range }) =>
      observations
        .filter((row) => isWithin(row, range))
        .filter((row) => checkIds === undefined || checkIds.includes(row.checkId))
        .filter((row) => vantage === undefined || row.vantage === vantage)
        .filter((row) => outcomes === undefined || outcomes.includes(row.outcome))
        .sort((a, b) => b.atMs - a.atMs)
        .slice(0, limit),
    series: async (query) =>
      [...grouped(asked(query), (row) => [row.checkId, row.vantage, String(stepOf(row, query))])]
        .map(([, rows]) => seriesStep(rows, query))
        .sort((a, b) => byText(a.checkId, b.checkId) || byText(a.vantage, b.vantage) || a.atMs - b.atMs),
    coverage: async (query) =>
      [
        ...grouped(
          asked(query).filter(({ outcome }) => outcome !== "unknown"),
          (row) => [row.checkId, String(stepOf(row, query))],
        ),
      ]
        .map(([, rows]) => ({ checkId: rows[0].checkId, atMs: stepOf(rows[0], query), sighted: rows.length }))
        .sort((a, b) => a.atMs - b.atMs || byText(a.checkId, b.checkId)),
    metrics: async ({ name, subject, limit, ...range }) =>
      metrics
        .filter((point) => isWithin(point, range) && point.name === name)
        .filter((point) => subject === undefined || point.subject === subject)
        .sort((a, b) => a.atMs - b.atMs)
        .slice(0, limit),
    logs: async (query) => linesOf(logs, query).slice(0, query.limit),
    logTemplates: async (query) => templateCounts(linesOf(logs, query)).slice(0, query.limit),
  };
}

/** newest first */
function linesOf(logs: readonly LogLine[], query: LogQuery): LogLine[] {
  const { source, host, program, templateId, severityAtMost = 255, text = "", fields = {}, before } = query;
  return logs
    .filter((line) => isWithin(line, query))
    .filter((line) => source === undefined || line.source === source)
    .filter((line) => host === undefined || line.host === host)
    .filter((line) => program === undefined || line.program === program)
    .filter((line) => templateId === undefined || line.templateId === templateId)
    .filter((line) => severityAtMost === 255 || (line.severity ?? 255) <= severityAtMost)
    .filter((line) => Object.entries(fields).every(([name, value]) => String(line.fields?.[name] ?? "") === value))
    .filter((line) => line.text.toLowerCase().includes(text.toLowerCase()))
    .filter((line) => before === undefined || line.atMs < before.atMs || isEarlier(line, before))
    .sort((a, b) => b.atMs - a.atMs || (b.seq ?? 0) - (a.seq ?? 0));
}

function isEarlier(line: LogLine, before: NonNullable<LogQuery["before"]>): boolean {
  return line.atMs === before.atMs && (line.seq ?? 0) < before.seq;
}

function templateCounts(lines: readonly LogLine[]): TemplateCount[] {
  const groups = new Map<string, LogLine[]>();
  for (const line of lines) {
    const key = JSON.stringify([line.source, line.templateId ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()]
    .map((group): TemplateCount => {
      const [newest, oldest] = [group[0] as LogLine, group.at(-1) as LogLine];
      const severities = group.flatMap(({ severity }) => (severity === null ? [] : [severity]));
      return {
        source: newest.source,
        host: newest.host,
        templateId: newest.templateId ?? null,
        count: group.length,
        firstAtMs: oldest.atMs,
        lastAtMs: newest.atMs,
        severity: severities.length === 0 ? null : Math.min(...severities),
        example: newest.text,
      };
    })
    .sort((a, b) => b.count - a.count);
}

type Rows = readonly [StoredObservation, ...StoredObservation[]];

function seriesStep(rows: Rows, query: SeriesQuery): Awaited<ReturnType<TelemetryReads["series"]>>[number] {
  const count = (outcome: StoredObservation["outcome"]): number => rows.filter((row) => row.outcome === outcome).length;
  const answered = rows
    .filter(({ outcome }) => outcome === "up" || outcome === "degraded")
    .map(({ timings }) => timings.totalMs)
    .sort((a, b) => a - b);
  return {
    checkId: rows[0].checkId,
    vantage: rows[0].vantage,
    atMs: stepOf(rows[0], query),
    attempts: rows.length,
    downs: count("down"),
    degradeds: count("degraded"),
    unknowns: count("unknown"),
    medianMs: quantile(answered, 0.5),
    p95Ms: quantile(answered, 0.95),
  };
}

/** Between the two nearest values, by distance, in whole microseconds. @param sorted ascending */
function quantile(sorted: readonly number[], ratio: number): number | null {
  const at = (sorted.length - 1) * ratio;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) return null;
  return Math.round((low + (high - low) * (at - Math.floor(at))) * 1_000) / 1_000;
}

function grouped(
  rows: readonly StoredObservation[],
  keyOf: (row: StoredObservation) => readonly string[],
): Map<string, Rows> {
  const groups = new Map<string, Rows>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    const group = groups.get(key);
    groups.set(key, group === undefined ? [row] : [...group, row]);
  }
  return groups;
}

function stepOf({ atMs }: { readonly atMs: number }, { fromMs, stepMs }: SeriesQuery): number {
  return fromMs + Math.floor((atMs - fromMs) / stepMs) * stepMs;
}

function isWithin(
  { atMs }: { readonly atMs: number },
  range: { readonly fromMs: number; readonly toMs: number },
): boolean {
  return atMs >= range.fromMs && atMs < range.toMs;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
