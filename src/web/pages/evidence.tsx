import type { JSX } from "preact";
import { nameOf } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { CellStatus, CheckStatus, ServiceStatus } from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import type { StoredSignal } from "../../storage/ledger/ledger.ts";
import { list } from "../../words/format.ts";
import { layerName } from "../../words/first-look.ts";
import { componentName } from "../../words/incident.ts";
import { layerLine } from "../../words/scope.ts";
import type { PageContext } from "../context.ts";
import { notSeenReason } from "../../words/vantage.ts";
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
  const vantages = [...new Set(checks.flatMap((check) => check.cells.map((cell) => cell.vantage)))];
  return (
    <div class="scroll" role="region" aria-label={say.matrixCaption} tabIndex={0}>
      <table>
        <caption class="mut">{say.matrixCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{say.check}</th>
            {vantages.map((vantage) => (
              <th key={vantage} scope="col">
                {vantageName(context, vantage)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <Row key={check.id} context={context} check={check} vantages={vantages} />
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
}: {
  context: PageContext;
  check: CheckStatus;
  vantages: readonly string[];
}): JSX.Element {
  return (
    <tr>
      <th scope="row">{check.name}</th>
      {vantages.map((vantage) => (
        <td key={vantage}>
          <Cell context={context} cell={check.cells.find((one) => one.vantage === vantage)} />
        </td>
      ))}
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

/** Why it could not look, where it stopped, and that the reading is old. */
function remarks({ lang, say }: PageContext, { last, state, stale }: CellStatus): readonly string[] {
  const unseen = last?.outcome === "unknown" ? notSeenReason(last.error?.code ?? "", lang)?.text : undefined;
  const layer = last === null || last.layer === null || state === "ok" ? undefined : layerName(last.layer, lang);
  return [unseen, layer, stale ? say.staleReading : undefined].filter((remark) => remark !== undefined);
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
            {layerLine(signal.layer, signal.error, lang)}
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
