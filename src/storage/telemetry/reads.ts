import { ask, touches, type Answer, type AskDeps } from "./asking.ts";
import { dayMs, hourMs, lastDay } from "./days.ts";
import type { Part } from "./parts.ts";
import { toLogLine, toMetric, toObservation, toTemplateCount } from "./rows.ts";
import { hoursName, readColumns, type TableName } from "./tables.ts";
import type {
  CoverageStep,
  LogLine,
  LogQuery,
  MetricPoint,
  MetricQuery,
  ObservationQuery,
  Range,
  SeriesQuery,
  SeriesStep,
  StoredObservation,
  TelemetryReads,
  TemplateCount,
} from "./telemetry.ts";
import { combined, coverageSql, seriesSql } from "./series.ts";

/** More rows than anyone looks at; it bounds what one question can put into memory. */
const mostRows = 50_000;

export function createReads(deps: AskDeps): TelemetryReads {
  return {
    observations: (query) => observations(deps, query),
    series: (query) => series(deps, query),
    coverage: (query) => coverage(deps, query),
    metrics: (query) => metrics(deps, query),
    logs: (query) => logs(deps, query),
    logTemplates: (query) => logTemplates(deps, query),
  };
}

function observations(deps: AskDeps, query: ObservationQuery): Promise<readonly StoredObservation[]> {
  const where = conditions(query);
  if (query.checkIds !== undefined) where.oneOf("checkId", query.checkIds);
  if (query.vantage !== undefined) where.oneOf("vantage", [query.vantage]);
  if (query.outcomes !== undefined) where.oneOf("outcome", query.outcomes);
  return dayByDay(deps, { table: "observations", query, where, newestFirst: true, to: toObservation });
}

function metrics(deps: AskDeps, query: MetricQuery): Promise<readonly MetricPoint[]> {
  const where = conditions(query);
  where.oneOf("name", [query.name]);
  if (query.subject !== undefined) where.oneOf("subject", [query.subject]);
  return dayByDay(deps, { table: "metrics", query, where, newestFirst: false, to: toMetric });
}

function logs(deps: AskDeps, query: LogQuery): Promise<readonly LogLine[]> {
  const { before } = query;
  const range = before === undefined ? query : { ...query, toMs: Math.min(query.toMs, before.atMs + 1) };
  const where = lineConditions(range);
  return dayByDay(deps, { table: "logs", query: range, where, newestFirst: true, to: toLogLine });
}

function lineConditions(query: LogQuery): Conditions {
  const where = conditions(query);
  const { severityAtMost, before, fields = {} } = query;
  for (const column of ["source", "host", "program", "templateId"] as const) {
    const wanted = query[column];
    if (wanted !== undefined) where.oneOf(column, [wanted]);
  }
  if (query.text !== undefined && query.text !== "") where.containing("text", query.text);
  if (severityAtMost !== undefined) where.also(`severity <= ${whole(severityAtMost)}`);
  for (const [name, value] of Object.entries(fields)) where.field(name, value);
  if (before !== undefined)
    where.also(`(kept.atMs < ${whole(before.atMs)} OR coalesce(seq, 0) < ${Math.max(0, Math.trunc(before.seq))})`);
  return where;
}

async function logTemplates(deps: AskDeps, query: LogQuery): Promise<readonly TemplateCount[]> {
  const where = lineConditions(query);
  const limit = Math.min(Math.max(Math.trunc(query.limit), 0), mostRows);
  await deps.store.opened().catch(() => undefined); // `ask` tells of it
  const rows = await ask(deps, {
    of: "logs",
    parts: (part) => touches(part, query),
    texts: where.texts,
    sql: (from) =>
      `SELECT source, any_value(host), templateId, count(*)::DOUBLE, min(kept.atMs)::DOUBLE, max(kept.atMs)::DOUBLE, min(severity), arg_max(text, kept.atMs) FROM ${from} AS kept WHERE ${where.sql()} GROUP BY source, templateId ORDER BY count(*) DESC, source, templateId LIMIT ${limit}`,
  });
  return rows.map(toTemplateCount);
}

interface DayByDay<T> {
  readonly table: TableName;
  readonly query: Range & { readonly limit: number };
  readonly where: Conditions;
  readonly newestFirst: boolean;
  readonly to: (row: readonly unknown[]) => T;
}

/** One day after the other until there are enough: the last hundred rows of a quarter touch one day. */
async function dayByDay<T>(
  deps: AskDeps,
  { table, query, where, newestFirst, to }: DayByDay<T>,
): Promise<readonly T[]> {
  const limit = Math.min(Math.max(Math.trunc(query.limit), 0), mostRows);
  await deps.store.opened().catch(() => undefined); // `ask` tells of it
  const days = [
    ...new Set(
      deps.store.shelf
        .parts()
        .filter((part) => touches(part, query))
        .map(({ day }) => day),
    ),
  ].sort((a, b) => (newestFirst ? b - a : a - b));
  const rows: T[] = [];
  for (const day of days) {
    if (rows.length >= limit) break;
    const answer = await ask(deps, {
      of: table,
      parts: (part) => part.day === day,
      texts: where.texts,
      sql: (from) =>
        `SELECT ${readColumns(table)} FROM ${from} AS kept WHERE ${where.sql()} ORDER BY kept.atMs ${newestFirst ? "DESC" : "ASC"}${table === "logs" ? ", seq DESC NULLS LAST" : ""} LIMIT ${limit - rows.length}`,
    });
    rows.push(...answer.map(to));
  }
  return rows;
}

async function series(deps: AskDeps, query: SeriesQuery): Promise<readonly SeriesStep[]> {
  const { rows, hours } = await both(deps, query, (of, { from, where, exact }) =>
    seriesSql(of, { from, where, query, exact }),
  );
  return combined(rows, hours);
}

async function coverage(deps: AskDeps, query: SeriesQuery): Promise<readonly CoverageStep[]> {
  const { rows, hours } = await both(deps, query, (of, { from, where }) => coverageSql(of, { from, where, query }));
  const steps = new Map<string, CoverageStep>();
  for (const [id, at, seen] of [...rows, ...hours]) {
    const [checkId, atMs] = [String(id), Number(at)];
    const key = `${atMs} ${checkId}`;
    steps.set(key, { checkId, atMs, sighted: (steps.get(key)?.sighted ?? 0) + Number(seen) });
  }
  return [...steps.values()].sort((a, b) => a.atMs - b.atMs || (a.checkId < b.checkId ? -1 : 1));
}

type SqlOf = (
  of: "rows" | "hours",
  given: { readonly from: string; readonly where: string; readonly exact: boolean },
) => string;

/** From the rows themselves, and of days gone by from their hourly figures where these say the same or nothing else is left. */
async function both(deps: AskDeps, query: SeriesQuery, sqlOf: SqlOf): Promise<{ rows: Answer; hours: Answer }> {
  if (query.checkIds.length === 0 || !(query.stepMs > 0)) return { rows: [], hours: [] };
  const where = conditions(query);
  where.oneOf("checkId", query.checkIds);
  const { texts } = where;
  const isWhole = [query.stepMs, query.fromMs, query.toMs].every((ms) => ms % hourMs === 0);
  const byHours = ({ files }: Part): boolean =>
    query.stepMs >= hourMs && files.has(hoursName) && (isWhole || !files.has("observations"));
  const rows = await ask(deps, {
    of: "observations",
    texts,
    parts: (part) => touches(part, query) && !byHours(part),
    sql: (from, exact) => sqlOf("rows", { from, where: where.sql(), exact }),
  });
  const hours = await ask(deps, {
    of: hoursName,
    texts,
    parts: (part) => touches(part, query) && byHours(part),
    sql: (from, exact) => sqlOf("hours", { from, where: where.sql(), exact }),
  });
  return { rows, hours };
}

interface Conditions {
  /** bound to $1, $2 … */
  readonly texts: readonly string[];
  oneOf(column: string, values: readonly string[]): void;
  containing(column: string, text: string): void;
  /** a field of a log line has exactly this value */
  field(name: string, value: string): void;
  /** a condition without texts of others */
  also(sql: string): void;
  sql(): string;
}

function conditions({ fromMs, toMs }: Range): Conditions {
  const texts: string[] = [];
  const parts = [`kept.atMs >= ${whole(fromMs)}`, `kept.atMs < ${whole(toMs)}`];
  const bound = (text: string): string => `$${texts.push(text)}`;
  return {
    texts,
    oneOf(column, values) {
      parts.push(values.length === 0 ? "false" : `${column} IN (${values.map(bound).join(", ")})`);
    },
    containing(column, text) {
      parts.push(`contains(lower(${column}), lower(${bound(text)}))`);
    },
    field(name, value) {
      const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      parts.push(`json_extract_string(fields, ${bound(pointer)}) = ${bound(value)}`);
    },
    also: (sql) => void parts.push(sql),
    sql: () => parts.join(" AND "),
  };
}

/** As an integer of SQL, within the days there can be. */
function whole(ms: number): string {
  const bounded = Math.min(Math.max(Math.ceil(ms), 0), (lastDay + 1) * dayMs);
  return String(Number.isNaN(bounded) ? 0 : bounded);
}
