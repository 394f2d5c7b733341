import type { JSX } from "preact";
import type { Incident } from "../../kernel/model/incident.ts";
import type { SeriesStep } from "../../storage/telemetry/telemetry.ts";
import { clockTime, dateTime } from "../../words/format.ts";
import { milliseconds } from "../../words/figures.ts";
import { serviceWords } from "../../words/services.ts";
import { shellWords } from "../../words/web-shell.ts";
import type { PageContext } from "../context.ts";
import { dayMs, stepMs, type Reading } from "../past.ts";
import { NotReady } from "./bars.tsx";
import { vantageName } from "./summary.tsx";

const steps = dayMs / stepMs;
const height = 100;
/** three kinds of line can be told apart without colour; a fourth is drawn like the first */
const dashes = ["none", "6 3", "2 2"];

interface ChartProps {
  readonly context: PageContext;
  readonly reading: Reading<readonly SeriesStep[]>;
  /** of this service, whole or in part within the 24 hours */
  readonly incidents: readonly Incident[];
}

/** Response times of 24 hours, a line for each vantage, and below them when there was an incident. */
export function ResponseChart({ context, reading, incidents }: ChartProps): JSX.Element {
  const say = serviceWords(context.lang);
  if (reading.state !== "ready") return <NotReady context={context} state={reading.state} />;
  const rows = reading.value.filter(({ medianMs }) => medianMs !== null);
  if (rows.length === 0) return <p>{say.responseNone}</p>;
  return (
    <>
      <Lines context={context} rows={rows} incidents={incidents} />
      <details>
        <summary>{shellWords(context.lang).showAsTable}</summary>
        <Table context={context} rows={reading.value} />
      </details>
    </>
  );
}

function Lines({
  context,
  rows,
  incidents,
}: {
  context: PageContext;
  rows: readonly SeriesStep[];
  incidents: readonly Incident[];
}): JSX.Element {
  const { lang, site, now } = context;
  const say = serviceWords(lang);
  const values = rows.map(({ medianMs }) => medianMs ?? 0);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const startMs = now.atMs - dayMs;
  const vantages = [...new Set(rows.map(({ vantage }) => vantage))];
  const label = say.responseSentence(milliseconds(low, lang), milliseconds(high, lang), vantages.length);
  return (
    <figure class="chart">
      <p class="mut">{milliseconds(high, lang)}</p>
      <svg viewBox={`0 0 ${steps} ${height + 10}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {incidents.map((incident) => {
          const from = Math.max(0, (incident.startedAt.atMs - startMs) / stepMs);
          const to = ((incident.resolvedAt?.atMs ?? now.atMs) - startMs) / stepMs;
          if (to <= 0) return null;
          return (
            <rect
              key={incident.id}
              x={round(from)}
              y={height + 3}
              width={round(Math.max(0.3, to - from))}
              height="7"
              class="lane"
            />
          );
        })}
        {vantages.map((vantage, index) => (
          <path
            key={vantage}
            d={lineOf(
              rows.filter((row) => row.vantage === vantage),
              { startMs, high },
            )}
            class={`line l${index % dashes.length}`}
            stroke-dasharray={dashes[index % dashes.length] ?? "none"}
            vector-effect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption class="mut">
        <span>
          {dateTime(startMs, site.timeZone, lang)} – {dateTime(now.atMs, site.timeZone, lang)}
        </span>
        <Legend context={context} vantages={vantages} />
        {incidents.length === 0 ? null : <span>▬ {say.responseIncidents}</span>}
      </figcaption>
    </figure>
  );
}

function Legend({ context, vantages }: { context: PageContext; vantages: readonly string[] }): JSX.Element {
  return (
    <>
      {vantages.map((vantage, index) => (
        <span key={vantage}>
          <svg class="key" viewBox="0 0 24 4" aria-hidden="true">
            <path
              d="M0 2h24"
              class={`line l${index % dashes.length}`}
              stroke-dasharray={dashes[index % dashes.length] ?? "none"}
            />
          </svg>{" "}
          {vantageName(context, vantage)}
        </span>
      ))}
    </>
  );
}

/** The worst of a service's checks at each step; a step without a reading breaks the line. */
function lineOf(rows: readonly SeriesStep[], { startMs, high }: { startMs: number; high: number }): string {
  const worst = new Map<number, number>();
  for (const { atMs, medianMs } of rows) {
    const step = Math.round((atMs - startMs) / stepMs);
    worst.set(step, Math.max(worst.get(step) ?? 0, medianMs ?? 0));
  }
  let path = "";
  let before = Number.NaN;
  for (const [step, ms] of [...worst].toSorted(([a], [b]) => a - b)) {
    path += `${step === before + 1 ? "L" : "M"}${step} ${round(height - (ms / Math.max(1, high)) * (height - 4))}`;
    if (step !== before + 1) path += "h.4";
    before = step;
  }
  return path;
}

function Table({ context, rows }: { context: PageContext; rows: readonly SeriesStep[] }): JSX.Element {
  const { lang, site } = context;
  const say = serviceWords(lang);
  const several = new Set(rows.map(({ checkId }) => checkId)).size > 1;
  return (
    <div class="scroll" role="group" aria-label={say.responseTitle} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.time}</th>
            <th scope="col">{say.vantage}</th>
            {several ? <th scope="col">{say.checks}</th> : null}
            <th scope="col">{say.median}</th>
            <th scope="col">{say.p95}</th>
            <th scope="col">{say.attempts}</th>
            <th scope="col">{say.failed}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .toSorted((a, b) => b.atMs - a.atMs)
            .map((row) => (
              <tr key={`${row.atMs} ${row.vantage} ${row.checkId}`}>
                <th scope="row">{clockTime(row.atMs, site.timeZone, lang)}</th>
                <td>{vantageName(context, row.vantage)}</td>
                {several ? <td>{row.checkId}</td> : null}
                <td>{row.medianMs === null ? "—" : milliseconds(row.medianMs, lang)}</td>
                <td>{row.p95Ms === null ? "—" : milliseconds(row.p95Ms, lang)}</td>
                <td>{row.attempts}</td>
                <td>{row.downs}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

const sparkSteps = 24;

/** The same 24 hours small enough for a row: one line, the worst of everything asked. */
export function Sparkline({
  rows,
  now,
  label,
}: {
  rows: readonly SeriesStep[];
  now: number;
  label: string;
}): JSX.Element | null {
  const worst = new Map<number, number>();
  for (const { atMs, medianMs } of rows) {
    if (medianMs === null) continue;
    const step = Math.min(sparkSteps - 1, Math.floor(((atMs - now + dayMs) / dayMs) * sparkSteps));
    worst.set(step, Math.max(worst.get(step) ?? 0, medianMs));
  }
  if (worst.size < 2) return null;
  const high = Math.max(...worst.values());
  const points = [...worst]
    .toSorted(([a], [b]) => a - b)
    .map(([step, ms]) => `${step},${round(10 - (ms / Math.max(1, high)) * 9)}`)
    .join(" ");
  return (
    <svg class="spark" viewBox={`0 0 ${sparkSteps - 1} 10`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline class="line l0" points={points} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
