import type { JSX } from "preact";
import { ReportBody, reportForm, type ReportState } from "../../inform/index.ts";
import type { Lang } from "../../kernel/lang.ts";
import { Time } from "../../render/parts.tsx";
import { incidentTitle } from "../../words/incident.ts";
import { letterWords, measureStateName, measureTypeName, stageName } from "../../words/report.ts";
import { postmortemWords } from "../../words/report-internal.ts";
import { reportPageWords } from "../../words/report-page.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { Problem } from "./incident.tsx";

export interface ReportView {
  readonly state: ReportState;
  /** what was typed and refused; null when the page was only asked for */
  readonly refused: {
    readonly draft: ReportState["draft"];
    readonly problem: { message: string; fix: string; status: number };
  } | null;
  readonly hasPdf: boolean;
}

/** The report as it would go out, and below it what people write. */
export function reportPage(context: PageContext, view: ReportView): Page {
  const say = reportPageWords(context.lang);
  return {
    title: say.heading(view.state.incidentId),
    here: "reports",
    mark: view.state.openBlanks.length === 0 ? "ok" : "warning",
    status: view.refused?.problem.status ?? 200,
    body: <Report context={context} view={view} />,
  };
}

function Report({ context, view }: { context: PageContext; view: ReportView }): JSX.Element {
  const say = reportPageWords(context.lang);
  const { state, refused } = view;
  const open = state.openBlanks.length;
  return (
    <>
      <p>
        <a href={`/i/${state.incidentId}`}>{say.back(state.incidentId)}</a>
      </p>
      <h1>{say.heading(state.incidentId)}</h1>
      {refused === null ? null : <Problem context={context} problem={refused.problem} />}
      <p class={`notice s-${open === 0 ? "ok" : "warning"}`}>{open === 0 ? say.ready : say.openBlanks(open)}</p>
      <Versions context={context} state={state} />
      <Files context={context} view={view} />
      <p class="mut">{say.lockedNote}</p>
      <div class="card">
        <ReportBody report={state.document} />
      </div>
      {context.viewer === null ? <p>{say.viewerOnly}</p> : <Write context={context} view={view} />}
    </>
  );
}

function address(state: ReportState, { version, lang }: { version: string; lang: Lang }): string {
  return `/i/${state.incidentId}/report?version=${version}&in=${lang}`;
}

function Versions({ context, state }: { context: PageContext; state: ReportState }): JSX.Element {
  const say = reportPageWords(context.lang);
  const { version, lang } = state.document;
  const versions = { customer: say.versionCustomer, internal: say.versionInternal };
  const langs = { ja: say.langJa, en: say.langEn };
  return (
    <p class="act">
      {reportForm.versions.map((one) => (
        <Choice href={address(state, { version: one, lang })} words={versions[one]} isHere={one === version} />
      ))}
      {(["ja", "en"] as const).map((one) => (
        <Choice href={address(state, { version, lang: one })} words={langs[one]} isHere={one === lang} />
      ))}
    </p>
  );
}

function Choice({ href, words, isHere }: { href: string; words: string; isHere: boolean }): JSX.Element {
  return (
    <a class="btn" href={href} {...(isHere ? { "aria-current": "page" as const } : {})}>
      {words}
    </a>
  );
}

function Files({ context, view }: { context: PageContext; view: ReportView }): JSX.Element {
  const say = reportPageWords(context.lang);
  const { incidentId, document, editions } = view.state;
  const formats = view.hasPdf ? (["pdf", "html", "md"] as const) : (["html", "md"] as const);
  const base = `/api/v1/incidents/${incidentId}/report?version=${document.version}&lang=${document.lang}`;
  const row = (words: string, more: string): JSX.Element => (
    <li>
      {words}
      <span>
        {formats.map((format) => (
          <>
            <a href={`${base}${more}&format=${format}`}>{format.toUpperCase()}</a>{" "}
          </>
        ))}
      </span>
    </li>
  );
  return (
    <>
      <ul class="rows">
        {row(`${say.download} (${say.stateDraft})`, "")}
        {editions.map(({ edition }) => row(`${say.download} (${say.edition(edition)})`, `&edition=${edition}`))}
      </ul>
      {view.hasPdf ? null : <p class="mut">{say.noPdf}</p>}
    </>
  );
}

function Write({ context, view }: { context: PageContext; view: ReportView }): JSX.Element {
  const say = reportPageWords(context.lang);
  const { state } = view;
  const draft = view.refused?.draft ?? state.draft;
  const { version, lang } = state.document;
  return (
    <form method="post" action={`/i/${state.incidentId}/report`} class="stack">
      <h2>{say.write}</h2>
      <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
      <input type="hidden" name="revision" value={String(state.revision)} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="in" value={lang} />
      <label>
        {say.stage}
        <select name="stage">
          {reportForm.stages.map((stage) => (
            <option value={stage} selected={stage === draft.stage}>
              {stageName(stage, context.lang)}
            </option>
          ))}
        </select>
      </label>
      <h3>{say.forBoth}</h3>
      {reportForm.customerBlanks.map((key) => (
        <Blank name={key} label={letterWords(context.lang)[key]} value={draft.texts[key] ?? ""} />
      ))}
      <h3>{say.internalOnly}</h3>
      {reportForm.internalBlanks.map((key) => (
        <Blank name={key} label={internalLabel(key, context.lang)} value={draft.texts[key] ?? ""} />
      ))}
      <h3>{say.measures}</h3>
      {measureRows(draft).map((measure, nth) => (
        <MeasureFields context={context} measure={measure} nth={nth + 1} />
      ))}
      <div class="act">
        <button class="pri">{say.save}</button>
        <button name="publish" value="yes">
          {say.publish}
        </button>
      </div>
      <p class="mut">
        {say.publishHint}
        {state.openBlanks.length === 0 ? null : ` — ${say.stillOpenWarning(state.openBlanks.length)}`}
      </p>
    </form>
  );
}

/** What each inside blank asks for: its sentence without the place to fill, else its hint. */
function internalLabel(key: (typeof reportForm.internalBlanks)[number], lang: Lang): string {
  const say = postmortemWords(lang);
  if (key === "summary") return `${say.summary} (${say.summaryBlank})`;
  if (key === "authors") return say.authors;
  return sentenceOf(say, key).replace(/[::]?\s*\{\w+\}$/, "");
}

function sentenceOf(say: ReturnType<typeof postmortemWords>, key: string): string {
  const named = { runbookDiff: say.runbook, monitoringDiff: say.monitoring } as Readonly<Record<string, string>>;
  const found = named[key] ?? (say as unknown as Readonly<Record<string, unknown>>)[key];
  return typeof found === "string" ? found : key;
}

function Blank({ name, label, value }: { name: string; label: string; value: string }): JSX.Element {
  return (
    <label>
      {label}
      <textarea name={`text.${name}`} rows={2} maxLength={4_000}>
        {value}
      </textarea>
    </label>
  );
}

type Measure = ReportState["draft"]["measures"][number];
const emptyMeasure: Measure = { what: "", type: "prevent", due: "", owner: "", check: "", state: "planned" };
const spareRows = 2;
const mostRows = 20;

function measureRows({ measures }: ReportState["draft"]): readonly Measure[] {
  const spare = Math.min(spareRows, mostRows - measures.length);
  return [...measures, ...Array.from({ length: spare }, () => emptyMeasure)];
}

function MeasureFields({
  context,
  measure,
  nth,
}: {
  context: PageContext;
  measure: Measure;
  nth: number;
}): JSX.Element {
  const { lang } = context;
  const say = letterWords(lang);
  const input = (name: "what" | "due" | "owner" | "check", label: string): JSX.Element => (
    <label>
      {label}
      <input name={`measure.${nth}.${name}`} value={measure[name]} maxLength={400} />
    </label>
  );
  return (
    <fieldset>
      <legend>{reportPageWords(lang).measure(nth)}</legend>
      {input("what", say.headWhat)}
      <label>
        {say.headType}
        <select name={`measure.${nth}.type`}>
          {reportForm.measureTypes.map((type) => (
            <option value={type} selected={type === measure.type}>
              {measureTypeName(type, lang)}
            </option>
          ))}
        </select>
      </label>
      {input("due", say.headDue)}
      {input("owner", say.headOwner)}
      {input("check", say.headCheck)}
      <label>
        {say.headState}
        <select name={`measure.${nth}.state`}>
          {reportForm.measureStates.map((state) => (
            <option value={state} selected={state === measure.state}>
              {measureStateName(state, lang)}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

export interface ReportRow {
  readonly incident: Incident;
  readonly hasDraft: boolean;
  readonly editions: number;
}

/** Every incident with how far its report is. */
export function reportsPage(context: PageContext, rows: readonly ReportRow[]): Page {
  const say = reportPageWords(context.lang);
  const { lang, site } = context;
  const stateOf = ({ hasDraft, editions }: ReportRow): string =>
    editions > 0 ? say.statePublished(editions) : hasDraft ? say.stateDraft : say.stateNone;
  return {
    title: say.list,
    here: "reports",
    mark: "ok",
    body: (
      <>
        <h1>{say.list}</h1>
        {rows.length === 0 ? <p>{say.listEmpty}</p> : null}
        <ul class="rows">
          {rows.map((row) => (
            <li>
              <a href={`/i/${row.incident.id}/report`}>
                #{row.incident.id} {incidentTitle(row.incident, site, lang)}
              </a>
              <span class="mut">
                {stateOf(row)} <Time atMs={row.incident.startedAt.atMs} zone={site.timeZone} lang={lang} show="date" />
              </span>
            </li>
          ))}
        </ul>
      </>
    ),
  };
}
