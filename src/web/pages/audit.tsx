import type { JSX } from "preact";
import { addressOf, type AuditPage } from "../../api/accounts-audit.ts";
import { Time } from "../../render/parts.tsx";
import type { LedgerEvent } from "../../kernel/event.ts";
import { accessWords } from "../../words/access.ts";
import { accountWords } from "../../words/accounts.ts";
import { timelineText } from "../../words/timeline.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { BackToSettings } from "./account-parts.tsx";

/** What is asked for, as it stands in the address; empty texts ask for nothing. */
export interface AuditFilter {
  readonly actor: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

export interface AuditView extends AuditPage {
  readonly filter: AuditFilter;
  /** kinds to choose from */
  readonly kinds: readonly string[];
}

/** Who did what, when, from where. */
export function auditPage(context: PageContext, view: AuditView): Page {
  return {
    title: accessWords(context.lang).audit,
    mark: "ok",
    here: "settings",
    body: <Audit context={context} view={view} />,
  };
}

function Audit({ context, view }: { context: PageContext; view: AuditView }): JSX.Element {
  const words = accountWords(context.lang);
  const { filter, events, next } = view;
  return (
    <>
      <h1>{accessWords(context.lang).audit}</h1>
      <Filter context={context} view={view} />
      {events.length === 0 ? <p>{words.noEvents}</p> : <Rows context={context} events={events} />}
      <div class="act">
        {next === null ? null : (
          <a class="btn" href={`/settings/audit?${query(filter, { cursor: String(next) })}`}>
            {words.older}
          </a>
        )}
        <a class="btn" href={`/api/v1/audit-log.csv?${query(filter, { lang: context.lang })}`}>
          {words.exportCsv}
        </a>
        <a class="btn" href={`/api/v1/audit-log.json?${query(filter, {})}`}>
          {words.exportJson}
        </a>
      </div>
      <BackToSettings context={context} />
    </>
  );
}

function Rows({ context, events }: { context: PageContext; events: readonly LedgerEvent[] }): JSX.Element {
  const { lang, site } = context;
  const words = accountWords(lang);
  return (
    <ul class="rows" aria-label={words.auditCaption}>
      {events.map((event) => (
        <li key={event.seq}>
          <span>
            {event.incidentId === null ? null : <a href={`/i/${event.incidentId}`}>#{event.incidentId}</a>}{" "}
            {timelineText(event, site, lang)}
          </span>
          <p class="mut">
            <Time atMs={event.at.atMs} zone={site.timeZone} lang={lang} /> — {who(context, event.actor)}
            {source(event, words)}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Filter({ context, view }: { context: PageContext; view: AuditView }): JSX.Element {
  const words = accountWords(context.lang);
  const { filter, kinds } = view;
  const asked = Object.values(filter).some((value) => value !== "");
  return (
    <details open={asked}>
      <summary>{words.filter}</summary>
      <form method="get" action="/settings/audit" class="stack">
        <label>
          {words.filterWho}
          <input name="actor" value={filter.actor} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
        <label>
          {words.filterKind}
          <select name="kind">
            <option value="">{words.anyKind}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind} selected={kind === filter.kind}>
                {kind}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.filterFrom}
          <input type="date" name="from" value={filter.from} />
        </label>
        <label>
          {words.filterTo}
          <input type="date" name="to" value={filter.to} />
        </label>
        <button>{words.filter}</button>
      </form>
    </details>
  );
}

function query(filter: AuditFilter, more: Readonly<Record<string, string>>): string {
  const given = Object.entries({ ...filter, ...more }).filter(([, value]) => value !== "");
  return new URLSearchParams(given).toString();
}

/** Where it came from; what koboshi does by itself comes from nowhere. */
function source(event: LedgerEvent, words: ReturnType<typeof accountWords>): string {
  const address = addressOf(event);
  return address === null ? "" : ` — ${words.fromWhere(address)}`;
}
