import type { JSX } from "preact";
import { nameOf } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { CellStatus, CheckStatus, ServiceStatus } from "../../kernel/model/status.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import type { StoredSignal } from "../../storage/ledger/ledger.ts";
import { clockTime, list } from "../../words/format.ts";
import { layerName } from "../../words/first-look.ts";
import { componentName } from "../../words/incident.ts";
import { besideSentence } from "../../words/beside.ts";
import { layerLine } from "../../words/scope.ts";
import { milliseconds } from "../../words/figures.ts";
import { serviceWords } from "../../words/services.ts";
import type { PageContext } from "../context.ts";
import { notSeenReason } from "../../words/vantage.ts";
import { checkHref } from "../things.ts";
import { vantageName, when } from "./summary.tsx";

/** an error text longer than this is cut on the page; the API has it whole */
const shownChars = 2_000;

/** Checks × vantages: what each sees now, and at which layer it stops. */
export function Matrix({
  context,
  incident,
  services,
}: {
  context: PageContext;
  incident: Incident;
  services: readonly ServiceStatus[];
}): JSX.Element {
  const { say } = context;
  const keys = new Set([...incident.services, ...incident.affected.map(({ component }) => nameOf(component))]);
  const checks = services.filter(({ key }) => keys.has(key)).flatMap((service) => service.checks);
  if (checks.length === 0) return <p>{say.matrixEmpty}</p>;
  return <ChecksMatrix context={context} checks={checks} caption={say.matrixCaption} />;
}

/** Checks × vantages, each cell with its reading and when it last was good. */
export function ChecksMatrix({
  context,
  checks,
  caption,
  lastGood,
}: {
  context: PageContext;
  checks: readonly CheckStatus[];
  caption: string;
  /** when a failing check was last good, Unix epoch UTC; left out: not shown */
  lastGood?: ReadonlyMap<string, number>;
}): JSX.Element {
  const vantages = [...new Set(checks.flatMap((check) => check.cells.map((cell) => cell.vantage)))];
  return (
    <div class="scroll" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="mut">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{context.say.check}</th>
            {vantages.map((vantage) => (
              <th key={vantage} scope="col">
                {vantageName(context, vantage)}
              </th>
            ))}
            {lastGood === undefined ? null : <th scope="col">{serviceWords(context.lang).lastGood}</th>}
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <Row key={check.id} context={context} check={check} vantages={vantages} lastGood={lastGood} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  context,
  check,
  vantages,
  lastGood,
}: {
  context: PageContext;
  check: CheckStatus;
  vantages: readonly string[];
  lastGood: ReadonlyMap<string, number> | undefined;
}): JSX.Element {
  const { site, lang } = context;
  const goodMs = lastGood?.get(check.id);
  return (
    <tr>
      <th scope="row">
        <a href={checkHref(check.id)}>{check.name}</a>
      </th>
      {vantages.map((vantage) => (
        <td key={vantage}>
          <Cell context={context} cell={check.cells.find((one) => one.vantage === vantage)} />
        </td>
      ))}
      {lastGood === undefined ? null : (
        <td>{goodMs === undefined ? "—" : <Time atMs={goodMs} zone={site.timeZone} lang={lang} />}</td>
      )}
    </tr>
  );
}

function Cell({ context, cell }: { context: PageContext; cell: CellStatus | undefined }): JSX.Element {
  const { lang } = context;
  if (cell === undefined) return <span class="mut">—</span>;
  return (
    <>
      <StateMark state={cell.stale && cell.state === "ok" ? "unknown" : cell.state} lang={lang} />
      {remarks(context, cell).map((remark) => (
        <span key={remark} class="mut">
          <br />
          {remark}
        </span>
      ))}
    </>
  );
}

/** How quick it answered; or why it could not look, where it stopped, and that the reading is old. */
function remarks(context: PageContext, { last, state, stale }: CellStatus): readonly string[] {
  if (last === null) return stale ? [context.say.staleReading] : [];
  const { lang, say, site } = context;
  if (stale) return [`${say.staleReading} (${clockTime(last.atMs, site.timeZone, lang)})`];
  if (state === "ok") return [milliseconds(last.timings.totalMs, lang)];
  const unseen = last.outcome === "unknown" ? notSeenReason(last.error?.code ?? "", lang)?.text : undefined;
  const layer = last.layer === null ? undefined : layerName(last.layer, lang);
  return [unseen, layer].filter((remark) => remark !== undefined);
}

/** What the confirming attempts saw, in the words they were given. */
export function Evidence({
  context,
  signals,
}: {
  context: PageContext;
  signals: readonly StoredSignal[];
}): JSX.Element {
  const { say, site, lang } = context;
  if (signals.length === 0) return <p>{say.evidenceEmpty}</p>;
  return (
    <ul class="rows">
      {signals.map((signal) => (
        <li key={signal.id}>
          <span class="name">{signal.checkId ?? componentName(site, signal.subject, lang)}</span>
          <StateMark state={signal.closedAt === null ? "down" : "ok"} lang={lang} word={ending(context, signal)} />
          <p>
            {besideSentence(signal, { lang, timeZone: site.timeZone }) ?? layerLine(signal.layer, signal.error, lang)}
            <br />
            <span class="mut">
              {say.signalTime(when(context, signal.startedAt), when(context, signal.openedAt))}
              {signal.failingFrom.length === 0
                ? null
                : ` · ${say.signalFrom(
                    list(
                      signal.failingFrom.map((vantage) => vantageName(context, vantage)),
                      lang,
                    ),
                  )}`}
            </span>
          </p>
          {signal.error === null ? null : (
            <p>
              <span class="mut">{say.said}</span>
              <br />
              <code>{signal.error.text.slice(0, shownChars)}</code>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function ending(context: PageContext, { closedAt }: StoredSignal): string {
  const { say } = context;
  return closedAt === null ? say.signalOpen : say.signalClosed(when(context, closedAt));
}
