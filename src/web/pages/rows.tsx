import type { JSX } from "preact";
import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { Observation } from "../../kernel/model/observation.ts";
import {
  stateWords,
  type Attention,
  type ServiceStatus,
  type StateWord,
  type VantageStatus,
} from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import type { Publication } from "../../storage/ledger/ledger.ts";
import { attentionFix, attentionText } from "../../words/attention.ts";
import { duration } from "../../words/format.ts";
import { componentName, incidentTitle } from "../../words/incident.ts";
import { customerState, publishReason } from "../../words/page.ts";
import { serviceWords } from "../../words/services.ts";
import { incidentStateName, vantageStateName } from "../../words/states.ts";
import type { PageContext } from "../context.ts";
import { placeMatrix, statesOf } from "../things.ts";
import { vantageName, when } from "./summary.tsx";

/** more healthy services than this are folded: what is broken must not be looked for */
const mostHealthyRows = 30;

export function AttentionRow({ context, attention }: { context: PageContext; attention: Attention }): JSX.Element {
  const { lang } = context;
  const fix = attentionFix(attention, lang);
  const state: StateWord = attention.level === "info" ? "paused" : attention.level;
  return (
    <li>
      <span>
        {attention.level === "info" ? null : <StateMark state={state} lang={lang} />} {attentionText(attention, lang)}
      </span>
      {fix === "" ? null : <p class="mut">{fix}</p>}
    </li>
  );
}

/** Broken ones first, as the status lists them. */
export function Services({
  context,
  services,
}: {
  context: PageContext;
  services: readonly ServiceStatus[];
}): JSX.Element | null {
  const { say, lang } = context;
  if (services.length === 0) return null;
  const healthy = services.filter(({ state }) => state === "ok");
  const fold = healthy.length > mostHealthyRows;
  const shown = fold ? services.filter(({ state }) => state !== "ok") : services;
  return (
    <section aria-labelledby="services">
      <h2 id="services">{say.services}</h2>
      {fold ? <PlaceMatrix context={context} services={services} /> : null}
      {shown.length === 0 ? null : <ServiceRows context={context} services={shown} brief={fold} />}
      {fold ? (
        <details>
          <summary>
            <StateMark state="ok" lang={lang} /> {healthy.length}
          </summary>
          <ServiceRows context={context} services={healthy} brief />
        </details>
      ) : null}
      <p>
        <a href="/services">{serviceWords(lang).seeAll(services.length)}</a>
      </p>
    </section>
  );
}

interface ServiceRowsProps {
  readonly context: PageContext;
  readonly services: readonly ServiceStatus[];
  /** among many, a row that is well says no more than that */
  readonly brief: boolean;
}

function ServiceRows({ context, services, brief }: ServiceRowsProps): JSX.Element {
  return (
    <ul class="rows">
      {services.map((service) => (
        <ServiceRow key={service.key} context={context} service={service} brief={brief} />
      ))}
    </ul>
  );
}

function ServiceRow({
  context,
  service,
  brief,
}: {
  context: PageContext;
  service: ServiceStatus;
  brief: boolean;
}): JSX.Element {
  const { say, lang, site } = context;
  const { state, because, since } = service;
  const notes = [
    because === null ? null : say.because(componentName(site, because, lang)),
    state === "ok" || since === null ? null : say.since(when(context, since)),
    service.checks.some(({ confirming }) => confirming) ? say.confirming : null,
    brief && state === "ok" ? null : lastReading(context, service),
  ].filter((note) => note !== null);
  return (
    <li data-live={`s-${encodeURIComponent(service.key)}`}>
      <a class="name" href={`/services/${encodeURIComponent(service.key)}`}>
        {service.name}
      </a>
      <StateMark state={state} lang={lang} />
      {notes.length === 0 ? null : <p class="mut">{notes.join(" · ")}</p>}
    </li>
  );
}

/** How many of each place are in which state; a number leads to them. */
function PlaceMatrix({ context, services }: Omit<ServiceRowsProps, "brief">): JSX.Element {
  const { site, lang } = context;
  const say = serviceWords(lang);
  const states = statesOf(services);
  return (
    <div class="scroll" role="group" aria-label={say.places} tabIndex={0}>
      <table>
        <caption class="mut">{say.matrixNote}</caption>
        <thead>
          <tr>
            <th scope="col">{say.place}</th>
            {states.map((state) => (
              <th key={state} scope="col">
                <StateMark state={state} lang={lang} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {placeMatrix(site, services).map(({ place, counts }) => (
            <tr key={place ?? ""}>
              <th scope="row">{place ?? say.noPlace}</th>
              {states.map((state) => (
                <td key={state}>
                  {counts.has(state) ? (
                    <a
                      class="count"
                      href={`/services?q=${encodeURIComponent(`state:${state} place:${place ?? "none"}`)}`}
                    >
                      {counts.get(state)}
                    </a>
                  ) : (
                    <span class="mut">0</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** When it was last seen good; for a service with nothing to see it by, that. */
function lastReading(context: PageContext, { checks, state }: ServiceStatus): string | null {
  const { say, lang, now } = context;
  const cells = checks.flatMap((check) => check.cells);
  const last = cells.map((cell) => cell.last).filter((one) => one !== null);
  if (last.length === 0) return say.noReading;
  const good = last.filter(({ outcome }) => outcome === "up").toSorted((a, b) => b.atMs - a.atMs)[0];
  if (good === undefined) return cells.every(({ stale }) => stale) ? say.staleReading : null;
  const seen = stampOf(good, now);
  if (state === "ok") return say.checked(duration(elapsedMs(seen, now), lang));
  return say.lastGood(when(context, seen));
}

/** Readings live in memory, so they are of this start of the machine. */
function stampOf({ atMs, monotonicMs }: Observation, { bootId }: Stamp): Stamp {
  return { atMs, monotonicMs, bootId };
}

const vantageStates = { ok: "ok", blind: "unknown", silent: "unknown", "never-joined": "unknown" } as const;

export function Vantages({
  context,
  vantages,
}: {
  context: PageContext;
  vantages: readonly VantageStatus[];
}): JSX.Element | null {
  const { say, lang } = context;
  if (vantages.length === 0) return null;
  return (
    <section aria-labelledby="vantages">
      <h2 id="vantages">{say.vantages}</h2>
      <ul class="rows">
        {vantages.map(({ name, state, lastSeenAt }) => (
          <li key={name}>
            <span class="name">{vantageName(context, name)}</span>
            <StateMark state={vantageStates[state]} lang={lang} word={vantageStateName(state, lang)} />
            {lastSeenAt === null || state === "ok" ? null : (
              <p class="mut">{say.lastSeen(when(context, lastSeenAt))}</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Incidents as rows: shape and title first, then number, state and times. */
export function IncidentRows({
  context,
  incidents,
}: {
  context: PageContext;
  incidents: readonly Incident[];
}): JSX.Element {
  const { say, site, lang } = context;
  return (
    <ul class="rows">
      {incidents.map((incident) => (
        <li key={incident.id}>
          <a class="name" href={`/i/${incident.id}`}>
            #{incident.id} {incidentTitle(incident, site, lang)}
          </a>
          <StateMark state={incidentMark(incident)} lang={lang} word={incidentStateName(incident.state, lang)} />
          <p class="mut">
            {incident.resolvedAt === null
              ? say.sinceFor(
                  when(context, incident.startedAt),
                  duration(elapsedMs(incident.startedAt, context.now), lang),
                )
              : say.lasted(
                  when(context, incident.startedAt),
                  when(context, incident.resolvedAt),
                  duration(elapsedMs(incident.startedAt, incident.resolvedAt), lang),
                )}
            {incident.quiet ? ` · ${say.quiet}` : null}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The shape an incident is shown with: its state's while it lasts, calm once it is over. */
export function incidentMark(incident: Incident): StateWord {
  if (!isOpen(incident)) return incident.state === "false-alarm" ? "paused" : "ok";
  return incident.severity === "critical" && !incident.quiet ? "down" : "warning";
}

/** Where the public page stands: what was last written, fetched back and found equal. Never greener than that. */
export function PublicPage({
  context,
  publications,
}: {
  context: PageContext;
  publications: readonly Publication[];
}): JSX.Element | null {
  const { say, site, lang } = context;
  const targets = site.statusPage?.publish ?? [];
  if (targets.length === 0) return null;
  return (
    <section aria-labelledby="public">
      <h2 id="public">{say.publicPage}</h2>
      <ul class="rows">
        {targets.map(({ key }) => {
          const found = publications.find(({ target }) => target === key);
          const verified = found?.verifiedAt ?? null;
          const shows = stateWords.find((state) => state === found?.verifiedState);
          return (
            <li key={key}>
              <span class="name">{key}</span>
              {shows === undefined || found?.lastError !== null ? (
                <StateMark state="unknown" lang={lang} />
              ) : (
                <StateMark state={shows} lang={lang} word={say.pageShows(customerState(shows, lang))} />
              )}
              <p class="mut">{verified === null ? say.pageNever : say.pageVerified(when(context, verified))}</p>
              {found === undefined || found.lastError === null ? null : (
                <p class="mut">{say.pageError(publishReason(found.lastError, lang))}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
