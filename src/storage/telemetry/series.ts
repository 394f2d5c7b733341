import type { SeriesQuery, SeriesStep } from "./telemetry.ts";

/** A step with the number of answers its times are of, so that two of them can be put together. */
interface Step extends SeriesStep {
  readonly answers: number;
}

interface SeriesSql {
  readonly from: string;
  readonly where: string;
  readonly query: SeriesQuery;
  readonly exact: boolean;
}

/** Columns: check, vantage, time, attempts, downs, degradeds, unknowns, median and p95 in ms. */
export function seriesSql(of: "rows" | "hours", { from, where, query, exact }: SeriesSql): string {
  const quantile = exact ? "quantile_cont" : "approx_quantile";
  const answered = "FILTER (outcome IN ('up', 'degraded'))";
  const figures =
    of === "rows"
      ? `count(*)::DOUBLE, count_if(outcome = 'down')::DOUBLE, count_if(outcome = 'degraded')::DOUBLE,
         count_if(outcome = 'unknown')::DOUBLE, ${quantile}(totalUs, 0.5) ${answered}::DOUBLE / 1000,
         ${quantile}(totalUs, 0.95) ${answered}::DOUBLE / 1000`
      : `sum(attempts)::DOUBLE, sum(downs)::DOUBLE, sum(degradeds)::DOUBLE, sum(unknowns)::DOUBLE,
         median(medianUs)::DOUBLE / 1000,
         sum(p95Us * (attempts - downs - unknowns)) / sum(attempts - downs - unknowns) FILTER (p95Us IS NOT NULL) / 1000`;
  return `SELECT checkId, vantage, ${stepSql(query)} AS stepMs, ${figures} FROM ${from} AS kept WHERE ${where}
    GROUP BY checkId, vantage, stepMs`;
}

/** Columns: check, time, attempts that could see; without those of which none could. */
export function coverageSql(of: "rows" | "hours", { from, where, query }: Omit<SeriesSql, "exact">): string {
  const sighted = of === "rows" ? "count_if(outcome <> 'unknown')" : "sum(attempts - unknowns)";
  return `SELECT checkId, ${stepSql(query)} AS stepMs, ${sighted}::DOUBLE AS sighted FROM ${from} AS kept WHERE ${where}
    GROUP BY checkId, stepMs HAVING sighted > 0`;
}

function stepSql(query: SeriesQuery): string {
  const [fromMs, stepMs] = [Math.trunc(query.fromMs), Math.max(1, Math.trunc(query.stepMs))];
  return `(${fromMs} + (kept.atMs - ${fromMs}) // ${stepMs} * ${stepMs})::DOUBLE`;
}

/** @returns ordered by check, vantage, time; steps that both have are put together */
export function combined(
  rows: readonly (readonly unknown[])[],
  hours: readonly (readonly unknown[])[],
): readonly SeriesStep[] {
  const steps = new Map<string, Step>();
  for (const row of [...rows, ...hours]) {
    const step = stepOf(row);
    const key = JSON.stringify([step.checkId, step.vantage, step.atMs]);
    const other = steps.get(key);
    steps.set(key, other === undefined ? step : together(other, step));
  }
  return [...steps.values()]
    .sort((a, b) => byText(a.checkId, b.checkId) || byText(a.vantage, b.vantage) || a.atMs - b.atMs)
    .map(({ answers: _answers, ...step }) => step);
}

function stepOf([checkId, vantage, atMs, ...figures]: readonly unknown[]): Step {
  const [attempts = 0, downs = 0, degradeds = 0, unknowns = 0] = figures.slice(0, 4).map(Number);
  const [medianMs, p95Ms] = figures.slice(4).map((value) => (value === null ? null : wholeUs(Number(value))));
  return {
    checkId: String(checkId),
    vantage: String(vantage),
    atMs: Number(atMs),
    attempts,
    downs,
    degradeds,
    unknowns,
    answers: attempts - downs - unknowns,
    medianMs: medianMs ?? null,
    p95Ms: p95Ms ?? null,
  };
}

/** Milliseconds to whole microseconds, which is how exactly attempts are timed. */
function wholeUs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function together(a: Step, b: Step): Step {
  const mean = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? (x ?? y) : wholeUs((x * a.answers + y * b.answers) / (a.answers + b.answers));
  return {
    ...a,
    attempts: a.attempts + b.attempts,
    downs: a.downs + b.downs,
    degradeds: a.degradeds + b.degradeds,
    unknowns: a.unknowns + b.unknowns,
    answers: a.answers + b.answers,
    medianMs: mean(a.medianMs, b.medianMs),
    p95Ms: mean(a.p95Ms, b.p95Ms),
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
