import type { JSX } from "preact";
import type { LogEntry, LogState, TemplateNews, TemplateRow, TemplatesAround } from "../../kernel/ports-logs.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { dateTime } from "../../words/format.ts";
import { logWords, newsWord, severityWord, sizeText } from "../../words/logs.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { LogSearchForm } from "./logs-search.tsx";
import { LogSources } from "./logs-sources.tsx";

/** What is asked for, as it stands in the address; empty texts ask for nothing. */
export interface LogFilter {
  readonly incident: string;
  readonly news: string;
  readonly host: string;
  readonly source: string;
  readonly template: string;
  readonly text: string;
  readonly field: string;
  readonly severity: string;
  readonly from: string;
  readonly to: string;
  readonly before: string;
}

export interface LogWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly incidentId: number | null;
}

export interface LogView {
  readonly filter: LogFilter;
  readonly window: LogWindow;
  readonly around: TemplatesAround;
  /** null: nothing was searched for */
  readonly found: readonly LogEntry[] | null;
  readonly shownLines: number;
  readonly state: LogState;
}

const shownKinds: readonly TemplateNews[] = ["new", "surging", "rare", "gone"];
const mostRows = 60;

/** Lines of logs: what is not as usual first, then the lines asked for. */
export function logsPage(context: PageContext, view: LogView): Page {
  const { title } = logWords(context.lang);
  const isTroubled = view.state.blockedBy !== null || view.state.sources.some(({ state }) => state === "failed");
  return { title, here: "logs", mark: isTroubled ? "warning" : "ok", body: <Logs context={context} view={view} /> };
}

function Logs({ context, view }: { context: PageContext; view: LogView }): JSX.Element {
  const say = logWords(context.lang);
  const { state, found } = view;
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      {state.blockedBy === null ? null : <p>{say.blocked(state.blockedBy.slice(0, 200))}</p>}
      {state.backlogBytes < 1_000_000 ? null : <p>{say.backlog(sizeText(state.backlogBytes))}</p>}
      {state.sources.length === 0 ? (
        <>
          <p>{say.empty}</p>
          <pre>{"hosts:\n  web1:\n    logs: [ /var/log/syslog ]"}</pre>
        </>
      ) : null}
      {found === null ? <Around context={context} view={view} /> : null}
      <LogSearchForm context={context} view={view} />
      {found === null ? null : <Lines context={context} view={view} found={found} />}
      <LogSources context={context} state={state} />
    </>
  );
}

function Around({ context, view }: { context: PageContext; view: LogView }): JSX.Element {
  const { lang, site } = context;
  const say = logWords(lang);
  const { around, window, filter } = view;
  const counts = shownKinds.map((news) => ({ news, rows: around.rows.filter((row) => row.news === news) }));
  const asked = [...shownKinds, "all"].find((news) => news === filter.news) ?? "";
  const rows =
    asked === "all"
      ? around.rows
      : around.rows.filter(({ news }) => (asked === "" ? news !== "usual" : news === asked));
  return (
    <>
      <h2>
        {window.incidentId === null ? say.aroundNow : say.aroundIncident(String(window.incidentId))}{" "}
        <small class="mut">
          <Time atMs={window.fromMs} zone={site.timeZone} lang={lang} />–
          <Time atMs={window.toMs} zone={site.timeZone} lang={lang} show="clock" />
        </small>
      </h2>
      <p class="mut">
        {around.comparedFromMs === null
          ? say.notCompared
          : say.comparedWith(dateTime(around.comparedFromMs, site.timeZone, lang))}
      </p>
      <p class="act">
        {counts.map(({ news, rows: ofNews }) => (
          <a key={news} class="btn" href={`/logs?${query(filter, { news })}`} {...current(asked === news)}>
            {newsWord(news, lang)} {ofNews.length}
          </a>
        ))}
        <a class="btn" href={`/logs?${query(filter, { news: "all" })}`} {...current(asked === "all")}>
          {say.all} {around.rows.length}
        </a>
      </p>
      {rows.length === 0 ? <p>{around.rows.length === 0 ? say.nothingHere : say.noNews}</p> : null}
      <ul class="rows">
        {rows.slice(0, mostRows).map((row) => (
          <TemplateItem key={`${row.source} ${row.templateId}`} context={context} row={row} filter={filter} />
        ))}
      </ul>
    </>
  );
}

function current(isHere: boolean): { "aria-current"?: "true" } {
  return isHere ? { "aria-current": "true" } : {};
}

const marks: Readonly<Record<TemplateNews, StateWord>> = {
  new: "warning",
  surging: "warning",
  gone: "unknown",
  rare: "unknown",
  usual: "ok",
};

function TemplateItem({
  context,
  row,
  filter,
}: {
  context: PageContext;
  row: TemplateRow;
  filter: LogFilter;
}): JSX.Element {
  const { lang, site } = context;
  const say = logWords(lang);
  const { source, templateId, severity, news, count, usual } = row;
  const facts = [
    say.count(count),
    ...(news === "new" ? [] : [say.usual(usual)]),
    row.source,
    severityWord(severity, lang),
  ];
  return (
    <li>
      <StateMark state={marks[news]} lang={lang} word={newsWord(news, lang)} /> <pre>{row.template.slice(0, 300)}</pre>
      <p class="mut">
        {facts.filter((fact) => fact !== "").join(" · ")} · {say.first}{" "}
        <Time atMs={row.firstAtMs} zone={site.timeZone} lang={lang} show="clock" />{" "}
        <a href={`/logs?${query(filter, { source, template: templateId, news: "" })}`}>{say.lines}</a>
      </p>
    </li>
  );
}

function Lines({
  context,
  view,
  found,
}: {
  context: PageContext;
  view: LogView;
  found: readonly LogEntry[];
}): JSX.Element {
  const { lang, site } = context;
  const say = logWords(lang);
  const last = found.length < view.shownLines ? undefined : found.at(-1);
  return (
    <>
      <h2>{say.found(found.length)}</h2>
      {found.length === 0 ? <p>{say.notFound}</p> : null}
      <ul class="rows">
        {found.map((entry) => (
          <li key={`${entry.seq ?? ""} ${entry.atMs} ${entry.text}`}>
            <pre>{`${entry.program === null ? "" : `${entry.program}: `}${entry.text.slice(0, 2_000)}`}</pre>
            <p class="mut">
              <Time atMs={entry.atMs} zone={site.timeZone} lang={lang} /> · {entry.source}{" "}
              {severityWord(entry.severity, lang)}
            </p>
          </li>
        ))}
      </ul>
      {last === undefined ? null : (
        <p class="act">
          <a class="btn" href={`/logs?${query(view.filter, { before: `${last.atMs}.${last.seq ?? 0}` })}`}>
            {say.older}
          </a>
        </p>
      )}
    </>
  );
}

function query(filter: LogFilter, more: Partial<LogFilter>): string {
  const given = Object.entries({ ...filter, before: "", ...more }).filter(([, value]) => value !== "");
  return new URLSearchParams(given).toString();
}
