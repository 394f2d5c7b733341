import type { JSX } from "preact";
import type { Check } from "../../kernel/model/check.ts";
import type { Outcome, Timings } from "../../kernel/model/observation.ts";
import type { CheckStatus, StateWord } from "../../kernel/model/status.ts";
import type { Pause } from "../../kernel/ports.ts";
import { Secret } from "../../kernel/secret.ts";
import { Glyph, StateMark, Time } from "../../render/parts.tsx";
import type { StoredObservation } from "../../storage/telemetry/telemetry.ts";
import { duration } from "../../words/format.ts";
import { milliseconds } from "../../words/figures.ts";
import { layerLine } from "../../words/scope.ts";
import { serviceWords } from "../../words/services.ts";
import { glyphs, stateName } from "../../words/states.ts";
import type { CheckPath } from "../check-path.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import type { Reading } from "../past.ts";
import { NotReady } from "./bars.tsx";
import { CheckPathPart } from "./check-path.tsx";
import { ChecksMatrix } from "./evidence.tsx";
import { askWhom, Done, Part, PauseForms, type ServiceView } from "./service.tsx";
import { vantageName, when } from "./summary.tsx";

export const attemptsShown = 50;
/** an error text or a fact longer than this is cut on the page; the API has it whole */
const shownChars = 300;

export interface CheckView {
  readonly check: CheckStatus;
  /** as configured */
  readonly written: Check;
  readonly pause: Pause | null;
  /** newest first */
  readonly attempts: Reading<readonly StoredObservation[]>;
  /** null: no way to its target is measured */
  readonly path: CheckPath | null;
  readonly done: ServiceView["done"];
}

/** One check: what every vantage sees now, what its last attempts saw, and how it is configured. */
export function checkPage(context: PageContext, view: CheckView): Page {
  const { check } = view;
  return {
    title: `${glyphs[check.state]} ${check.name}`,
    mark: check.state,
    here: "checks",
    wide: true,
    body: <CheckRoom context={context} view={view} />,
  };
}

function CheckRoom({ context, view }: { context: PageContext; view: CheckView }): JSX.Element {
  const { lang, site, viewer } = context;
  const say = serviceWords(lang);
  const { check, pause } = view;
  return (
    <>
      <Done context={context} done={view.done} />
      <section class={`v s-${check.state}`} aria-labelledby="verdict">
        <h1 id="verdict">
          <Glyph state={check.state} /> {check.name}: {stateName(check.state, lang)}
        </h1>
        <p>
          <a href={`/services/${encodeURIComponent(check.service)}`}>
            {site.services.get(check.service)?.name ?? check.service}
          </a>{" "}
          · {check.kind} · {say.everyOf(duration(check.everyMs, lang))}
        </p>
      </section>
      {pause === null ? null : (
        <p>{say.pausedBy(who(context, pause.actor), when(context, pause.until), pause.reason)}</p>
      )}
      {viewer === null ? (
        <p class="mut">
          {askWhom(
            context,
            [...site.people.values()].map(({ name }) => name),
          )}
        </p>
      ) : (
        <PauseForms context={context} base="/checks" check={check.id} isPaused={pause !== null} canProbe />
      )}
      <Part id="now" title={say.matrix}>
        <ChecksMatrix context={context} checks={[check]} caption={say.matrix} />
      </Part>
      <CheckPathPart context={context} path={view.path} />
      <Part id="attempts" title={say.attemptsTitle(attemptsShown)}>
        <Attempts context={context} reading={view.attempts} />
      </Part>
      <Part id="spec" title={say.spec}>
        <p class="mut">{say.specMasked}</p>
        <pre>{specText(view.written)}</pre>
      </Part>
    </>
  );
}

const marks: Readonly<Record<Outcome, StateWord>> = { up: "ok", degraded: "warning", down: "down", unknown: "unknown" };

function Attempts({
  context,
  reading,
}: {
  context: PageContext;
  reading: Reading<readonly StoredObservation[]>;
}): JSX.Element {
  const { lang, site } = context;
  const say = serviceWords(lang);
  if (reading.state !== "ready") return <NotReady context={context} state={reading.state} />;
  if (reading.value.length === 0) return <p>{say.attemptsNone}</p>;
  return (
    <div class="scroll" role="group" aria-label={say.attemptsTitle(attemptsShown)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.time}</th>
            <th scope="col">{say.vantage}</th>
            <th scope="col">{say.outcome}</th>
            <th scope="col">{say.timings}</th>
            <th scope="col">{say.facts}</th>
          </tr>
        </thead>
        <tbody>
          {reading.value.map((one) => (
            <tr key={`${one.vantage} ${one.atMs} ${one.attempt}`}>
              <th scope="row">
                <Time atMs={one.atMs} zone={site.timeZone} lang={lang} />
              </th>
              <td>{vantageName(context, one.vantage)}</td>
              <td>
                <StateMark state={marks[one.outcome]} lang={lang} word={say[one.outcome]} />
                {one.layer === null ? null : <span class="mut"> {layerLine(one.layer, one.error, lang)}</span>}
              </td>
              <td>{timingsText(context, one.timings)}</td>
              <td>
                {one.error === null ? null : <code>{cut(one.error.text)}</code>} <FactsText facts={one.facts} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function timingsText({ lang }: PageContext, timings: Timings): string {
  const say = serviceWords(lang);
  const phases = [
    [say.phaseDns, timings.dnsMs],
    [say.phaseConnect, timings.connectMs],
    [say.phaseTls, timings.tlsMs],
    [say.phaseFirstByte, timings.firstByteMs],
    [say.phaseBody, timings.bodyMs],
    [say.total, timings.totalMs],
  ] as const;
  return phases.flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${milliseconds(ms, lang)}`])).join(" · ");
}

function FactsText({ facts }: { facts: StoredObservation["facts"] }): JSX.Element | null {
  const entries = Object.entries(facts).filter(([, value]) => value !== null && value !== "");
  if (entries.length === 0) return null;
  return <span class="mut">{cut(entries.map(([key, value]) => `${key}=${String(value)}`).join(" "))}</span>;
}

function cut(text: string): string {
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
}

/** The check's own keys; a secret prints as `***` wherever it stands, and so does a password within an address. */
export function specText(check: Check): string {
  const { id, service, kind, target, everyMs, timeoutMs, attempts, vantages, spec } = check;
  const shown = { id, service, kind, target, everyMs, timeoutMs, attempts, vantages, spec };
  const text = JSON.stringify(
    shown,
    (_key, value: unknown) => {
      if (value instanceof Secret) return "***";
      if (value instanceof RegExp || value instanceof URL) return String(value);
      return value instanceof Map || value instanceof Set ? [...value] : value;
    },
    2,
  );
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+@/gi, "$1***@");
}
