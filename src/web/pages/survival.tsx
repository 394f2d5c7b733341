import type { JSX } from "preact";
import type { AuditOverview, AuditReport, CopyOutcome, Fate, LossOutcome } from "../../kernel/ports-audit.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { componentText, factText, lossText } from "../../words/audit-names.ts";
import {
  auditWords,
  cutSentence,
  dataSentence,
  helpSentence,
  lossSentence,
  reasonText,
  recoverySentence,
} from "../../words/audit.ts";
import { duration, list } from "../../words/format.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

const states: Readonly<Record<Fate, StateWord>> = { survives: "ok", lost: "down", unknown: "unknown" };
const mostRows = 30;
const mostCuts = 12;

interface View {
  readonly report: AuditReport;
  /** everything that can be asked for, as `kind:name` */
  readonly targets: readonly string[];
}

/** What survives if this is gone: a question, the sentences, the grid, and without a question every loss. */
export function survivalPage(context: PageContext, view: View): Page {
  const { report } = view;
  const mark: StateWord = report.lost.length > 0 ? "down" : report.unknown.length > 0 ? "unknown" : "ok";
  return {
    title: auditWords(context.lang).title,
    here: "survival",
    mark,
    body: <Survival context={context} view={view} />,
  };
}

/** koboshi's own records, where no plan copies them. */
function Own({
  context,
  report: { own, overview },
}: {
  context: PageContext;
  report: AuditReport;
}): JSX.Element | null {
  const say = auditWords(context.lang);
  if (own === null || own.isCopied || (overview === null && own.hubStays === true)) return null;
  return (
    <div class="notice s-warning" role="note">
      <p>{say.ownUncopied}</p>
      <p>{own.lines === null ? say.ownNowhere : say.ownLines}</p>
      {own.lines === null ? null : <pre>{own.lines}</pre>}
    </div>
  );
}

interface Props {
  readonly context: PageContext;
  readonly report: AuditReport;
}

function Survival({ context, view: { report, targets } }: { context: PageContext; view: View }): JSX.Element {
  const say = auditWords(context.lang);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <Question context={context} report={report} targets={targets} />
      {report.liveAt.length === 0 ? (
        <>
          <p>{say.empty}</p>
          <pre>
            {"backups:\n  shop-data: { of: { host: web1, paths: [/srv] }, to: [{ at: office, repo: /srv/backup }] }"}
          </pre>
        </>
      ) : (
        <>
          <p class="mut">{report.planned ? say.planned : say.proven}</p>
          {report.overview === null ? <Outcome context={context} report={report} /> : null}
          <Grid context={context} report={report} />
          {report.overview === null ? null : <Overview context={context} overview={report.overview} />}
          <Rules context={context} report={report} />
          <Trend context={context} report={report} />
        </>
      )}
      <Own context={context} report={report} />
      {report.uncopiedHosts.length === 0 ? null : <p>{say.uncopied(list(report.uncopiedHosts, context.lang))}</p>}
    </>
  );
}

function Question({ context, report, targets }: Props & { targets: readonly string[] }): JSX.Element {
  const say = auditWords(context.lang);
  const here = report.without[0] ?? "";
  const options = targets.includes(here) || here === "" ? targets : [here, ...targets];
  return (
    <form class="filter" method="get" action="/survival">
      <label>
        {say.choose}
        <select name="without">
          <option value="">{say.all}</option>
          {options.map((target) => (
            <option key={target} value={target} selected={target === here}>
              {componentText(target, context.lang)}
            </option>
          ))}
        </select>
      </label>
      <label class="ck">
        <input type="checkbox" name="planned" value="1" checked={report.planned} /> {say.planned}
      </label>
      <button type="submit">{say.show}</button>
    </form>
  );
}

/** What becomes of each set of data, with the way back and its formula. */
function Outcome({ context, report }: Props): JSX.Element {
  const { lang } = context;
  const say = auditWords(lang);
  const { outcome } = report;
  const reader = { lang, nowMs: report.atMs };
  return (
    <>
      <ul class="rows">
        {outcome.data.map((data) => (
          <li key={data.data}>
            <span class="name">{data.data}</span>
            <StateMark state={states[data.fate]} lang={lang} word={say[data.fate]} />
            <p>{dataSentence(data, outcome.event, reader)}</p>
            {data.live === true || data.recovery === null ? null : <p>{recoverySentence(data.recovery, lang)}</p>}
            {data.live === true || data.fate !== "survives" ? null : <p>{lossSentence(data, lang)}</p>}
          </li>
        ))}
      </ul>
      <PageLine context={context} outcome={outcome} />
      {outcome.down.length === 0 ? null : <p>{say.down(list(outcome.down, lang))}</p>}
    </>
  );
}

function PageLine({ context, outcome: { page } }: { context: PageContext; outcome: LossOutcome }): JSX.Element | null {
  if (page === null) return null;
  const say = auditWords(context.lang);
  if (page.seen === "unknown") return <p>{say.pageUnknown}</p>;
  if (!page.seen) return <p>{say.pageLost}</p>;
  return <p>{page.changed === false ? say.pageStuck : say.pageStays}</p>;
}

/** Data by place: where they are in use, where copies are, and what becomes of each. */
function Grid({ context, report }: Props): JSX.Element {
  const say = auditWords(context.lang);
  const { copies } = report.outcome;
  const places = [
    ...new Set([...report.liveAt.flatMap(({ place }) => place ?? []), ...copies.map(({ place }) => place)]),
  ];
  const rows = [...new Set([...report.liveAt.map(({ data }) => data), ...copies.map(({ of }) => of)])];
  return (
    <>
      <h2>{say.grid}</h2>
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">{say.data}</th>
            {places.map((place) => (
              <th key={place} scope="col">
                {place}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((data) => (
            <tr key={data}>
              <th scope="row">{data}</th>
              {places.map((place) => {
                const copy = copies.find(({ of, place: at }) => of === data && at === place);
                const isLive = report.liveAt.some((one) => one.data === data && one.place === place);
                return (
                  <td key={place} data-l={place}>
                    {isLive ? `${say.live} ` : null}
                    {copy === undefined ? isLive ? null : say.noCopy : <Cell context={context} copy={copy} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Cell({ context, copy }: { context: PageContext; copy: CopyOutcome }): JSX.Element {
  const { lang, site } = context;
  const say = auditWords(lang);
  const fate: Fate = copy.survives === true ? "survives" : copy.survives === false ? "lost" : "unknown";
  return (
    <>
      <StateMark state={states[fate]} lang={lang} word={say[fate]} />{" "}
      {copy.newestAtMs === null ? null : <Time atMs={copy.newestAtMs} zone={site.timeZone} lang={lang} />}{" "}
      {copy.undeletable === true ? say.appendOnly : null}
      {copy.external ? say.external : null}
      {copy.reason === null ? null : <span class="mut"> {reasonText(copy.reason, lang)}</span>}
    </>
  );
}

function Overview({ context, overview }: { context: PageContext; overview: AuditOverview }): JSX.Element {
  const { lang } = context;
  const say = auditWords(lang);
  const bad = overview.rows.filter(({ lost, unknown }) => lost.length + unknown.length > 0);
  const cuts = overview.cuts.filter(({ sure }) => sure);
  return (
    <>
      {bad.length === 0 ? <p>{say.allSurvive}</p> : null}
      {bad.length === 0 ? null : <h2>{say.help}</h2>}
      {bad.length === 0 ? null : <p>{overview.help === null ? say.noHelp : helpSentence(overview.help, lang)}</p>}
      {overview.questions.length === 0 ? null : <h2>{say.questions}</h2>}
      <ol>
        {overview.questions.map(({ fact, decides }) => (
          <li key={`${fact.code}|${fact.of}`}>
            {factText(fact, lang)} {decides === 0 ? null : <span class="mut">{say.decides(decides)}</span>}
          </li>
        ))}
      </ol>
      {bad.length === 0 ? null : <h2>{say.events}</h2>}
      <ul class="rows">
        {bad.slice(0, mostRows).map(({ event, lost, unknown }) => (
          <li key={event.id}>
            <span class="name">{lossText(event, lang)}</span>
            {lost.length === 0 ? null : (
              <StateMark state="down" lang={lang} word={`${say.lost}: ${list(lost, lang)}`} />
            )}
            {unknown.length === 0 ? null : (
              <StateMark state="unknown" lang={lang} word={`${say.unknown}: ${list(unknown, lang)}`} />
            )}
          </li>
        ))}
      </ul>
      {bad.length > mostRows ? <p class="mut">{say.more(bad.length - mostRows + overview.rowsLeft)}</p> : null}
      {cuts.length === 0 ? null : <h2>{say.cuts}</h2>}
      <ul>
        {cuts.slice(0, mostCuts).map((cut) => (
          <li key={cut.events.map(({ event }) => event.id).join("+")}>{cutSentence(cut, lang)}</li>
        ))}
      </ul>
      {cuts.length > mostCuts ? <p class="mut">{say.more(cuts.length - mostCuts)}</p> : null}
    </>
  );
}

/** Two places outside the live provider, and one of them undeletable: the usual rules, as a summary. */
function Rules({ context, report }: Props): JSX.Element {
  const { lang, site } = context;
  const say = auditWords(lang);
  const providerOf = (place: string | null): string | null =>
    place === null ? null : (site.places.get(place)?.provider ?? place);
  return (
    <>
      <h2>{say.rules}</h2>
      <ul>
        {report.liveAt.flatMap(({ data, place }) => {
          const own = report.outcome.copies.filter(({ of }) => of === data);
          const outside = new Set(
            own.filter((copy) => providerOf(copy.place) !== providerOf(place)).map((copy) => copy.place),
          );
          const held = own.filter(({ undeletable }) => undeletable === true).length;
          return [
            <li key={`${data} outside`}>{say.ruleOutside(data, outside.size)}</li>,
            <li key={`${data} held`}>{say.ruleUndeletable(data, held)}</li>,
          ];
        })}
      </ul>
    </>
  );
}

function Trend({ context, report }: Props): JSX.Element | null {
  if (report.trend.length === 0) return null;
  return (
    <>
      <h2>{auditWords(context.lang).trend}</h2>
      <ul>
        {report.trend.map(({ plan, seconds }) => (
          <li key={plan}>
            {plan}: {seconds.map((one) => duration(one * 1_000, context.lang)).join(" → ")}
          </li>
        ))}
      </ul>
    </>
  );
}
