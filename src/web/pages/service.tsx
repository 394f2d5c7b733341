import type { ComponentChildren, JSX } from "preact";
import { elapsedMs } from "../../kernel/clock.ts";
import { nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { ServiceStatus, SiteStatus } from "../../kernel/model/status.ts";
import type { Availability, Pause } from "../../kernel/ports.ts";
import { Glyph, StateMark } from "../../render/parts.tsx";
import type { SeriesStep } from "../../storage/telemetry/telemetry.ts";
import { duration } from "../../words/format.ts";
import { componentName } from "../../words/incident.ts";
import { serviceWords } from "../../words/services.ts";
import { glyphs, stateName } from "../../words/states.ts";
import { shellWords } from "../../words/web-shell.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import type { MapDrawing } from "../map-layout.ts";
import type { Reading } from "../past.ts";
import { hrefOf, stateOf } from "../things.ts";
import { VerbForm } from "./actions.tsx";
import { PastDays } from "./bars.tsx";
import { ResponseChart } from "./chart.tsx";
import { ChecksMatrix } from "./evidence.tsx";
import { DependencyMap } from "./map.tsx";
import { IncidentRows } from "./rows.tsx";
import { when } from "./summary.tsx";

export interface ServiceView {
  readonly status: SiteStatus;
  readonly service: ServiceStatus;
  /** what it needs and what needs it, directly */
  readonly needs: readonly ComponentId[];
  readonly neededBy: readonly ComponentId[];
  /** of its checks that are paused */
  readonly pauses: readonly Pause[];
  readonly past: Reading<ReadonlyMap<string, Availability>>;
  readonly series: Reading<readonly SeriesStep[]>;
  readonly lastGood: Reading<ReadonlyMap<string, number>>;
  /** open ones first, then newest first */
  readonly incidents: readonly Incident[];
  readonly drawing: MapDrawing;
  /** what was just done from here */
  readonly done: "" | "probed" | "paused" | "resumed";
}

/** One service: what it does, on what it stands, who sees it how, and how it did. */
export function servicePage(context: PageContext, view: ServiceView): Page {
  const { service } = view;
  return {
    title: `${glyphs[service.state]} ${service.name}`,
    mark: service.state,
    here: "services",
    wide: true,
    body: <Service context={context} view={view} />,
  };
}

interface Props {
  readonly context: PageContext;
  readonly view: ServiceView;
}

function Service({ context, view }: Props): JSX.Element {
  const { lang } = context;
  const say = serviceWords(lang);
  const { service } = view;
  return (
    <>
      <Done context={context} done={view.done} />
      <section class={`v s-${service.state}`} aria-labelledby="verdict">
        <h1 id="verdict">
          <Glyph state={service.state} /> {service.name}: {stateName(service.state, lang)}
        </h1>
        <Since context={context} view={view} />
        <Chain context={context} view={view} />
      </section>
      <ServiceActions context={context} view={view} />
      <Part id="checks" title={say.checksTitle}>
        {service.checks.length === 0 ? (
          <p>{say.noChecks}</p>
        ) : (
          <ChecksMatrix
            context={context}
            checks={service.checks}
            caption={say.matrix}
            {...(view.lastGood.state === "ready" && view.lastGood.value.size > 0
              ? { lastGood: view.lastGood.value }
              : {})}
          />
        )}
      </Part>
      <Part id="response" title={say.responseTitle}>
        <ResponseChart context={context} reading={view.series} incidents={view.incidents} />
      </Part>
      <Part id="past" title={say.past90}>
        <PastDays context={context} reading={view.past} service={service.key} />
      </Part>
      <Part id="incidents" title={say.incidents}>
        {view.incidents.length === 0 ? (
          <p>{say.incidentsNone}</p>
        ) : (
          <IncidentRows context={context} incidents={view.incidents} />
        )}
      </Part>
      <Part id="map" title={say.mapTitle}>
        <DependencyMap context={context} status={view.status} drawing={view.drawing} current={service.key} />
      </Part>
    </>
  );
}

export function Part({ id, title, children }: { id: string; title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

export function Done({ context, done }: { context: PageContext; done: ServiceView["done"] }): JSX.Element | null {
  if (done === "") return null;
  return (
    <div class="notice s-ok" role="status">
      <p>{serviceWords(context.lang)[done]}</p>
    </div>
  );
}

function Since({ context, view }: Props): JSX.Element | null {
  const { lang, site, now } = context;
  const say = serviceWords(lang);
  const { because, since } = view.service;
  const parts = [
    because === null ? null : say.because(componentName(site, because, lang)),
    since === null ? null : say.since(when(context, since), duration(elapsedMs(since, now), lang)),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : <p>{parts.join(" · ")}</p>;
}

/** Needs, needed by, runs on: each with its state, so that the root of a fault is in sight. */
function Chain({ context, view }: Props): JSX.Element {
  const say = serviceWords(context.lang);
  const services = view.needs.filter((id) => id.startsWith("service:"));
  const wholes = view.needs.filter((id) => !id.startsWith("service:"));
  return (
    <dl class="chain">
      <Links context={context} view={view} title={say.needs} ids={services} />
      <Links context={context} view={view} title={say.neededBy} ids={view.neededBy} />
      <Links context={context} view={view} title={say.runsOn} ids={wholes} />
    </dl>
  );
}

function Links({ context, view, title, ids }: Props & { title: string; ids: readonly ComponentId[] }): JSX.Element {
  const { lang, site } = context;
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {ids.length === 0 ? serviceWords(lang).nothing : null}
        {ids.map((id) => {
          const href = hrefOf(id);
          const name = componentName(site, id, lang) || nameOf(id);
          return (
            <span key={id} class="linked">
              {href === null ? name : <a href={href}>{name}</a>}{" "}
              <StateMark state={stateOf(site, view.status, id)} lang={lang} />
            </span>
          );
        })}
      </dd>
    </div>
  );
}

function ServiceActions({ context, view }: Props): JSX.Element {
  const { lang, viewer, site } = context;
  const say = serviceWords(lang);
  const { service } = view;
  const base = `/services/${encodeURIComponent(service.key)}`;
  const names = [...site.people.values()].map(({ name }) => name);
  return (
    <>
      {view.pauses.slice(0, 1).map((pause) => (
        <p key={pause.checkId}>
          <StateMark state="paused" lang={lang} />{" "}
          {say.pausedBy(who(context, pause.actor), when(context, pause.until), pause.reason)}
        </p>
      ))}
      {viewer === null ? (
        <p class="mut">{askWhom(context, names)}</p>
      ) : (
        <PauseForms
          context={context}
          base={base}
          isPaused={view.pauses.length > 0}
          canProbe={service.checks.length > 0}
        />
      )}
      {viewer === null ? null : <ReportForm context={context} base={base} />}
      <div class="act">
        <a class="btn" href={`/settings/config/edit?at=${encodeURIComponent(`services.${service.key}`)}`}>
          {say.edit}
        </a>
      </div>
    </>
  );
}

/** Somebody telephoned: an incident that nothing watched has noticed. */
function ReportForm({ context, base }: { context: PageContext; base: string }): JSX.Element {
  const say = serviceWords(context.lang);
  return (
    <details>
      <summary>{say.report}</summary>
      <p>{say.reportHow}</p>
      <VerbForm context={context} action={`${base}/incident`} back={base} stack>
        <label>
          {say.reportText}
          <input name="text" required maxLength={500} />
        </label>
        <label class="ck">
          <input type="checkbox" name="wake" value="yes" /> {say.reportWake}
        </label>
        <button>{say.report}</button>
      </VerbForm>
    </details>
  );
}

/** Who may, for someone who may not. */
export function askWhom({ lang }: PageContext, names: readonly string[]): string {
  const words = shellWords(lang);
  return names.length === 0 ? words.askAdministrator : words.askSomeone(names.join("、"));
}

const pauseLengths = [
  { minutes: 30 },
  { hours: 1 },
  { hours: 4 },
  { days: 1 },
  { days: 7 },
  { days: 30 },
] as const satisfies readonly ({ minutes: number } | { hours: number } | { days: number })[];

/** The buttons of a service or a check; each a plain form that works without a script. */
export function PauseForms({
  context,
  base,
  check = "",
  isPaused,
  canProbe,
}: {
  context: PageContext;
  /** the path the verbs are below */
  base: string;
  /** the one check it is about; left out: all of the service */
  check?: string;
  isPaused: boolean;
  canProbe: boolean;
}): JSX.Element {
  const say = serviceWords(context.lang);
  const which = <input type="hidden" name="check" value={check} />;
  return (
    <>
      <div class="act">
        {canProbe && !isPaused ? (
          <VerbForm context={context} action={`${base}/probe`} back={base}>
            {which}
            <button>{say.probeNow}</button>
          </VerbForm>
        ) : null}
        {isPaused ? (
          <VerbForm context={context} action={`${base}/resume`} back={base}>
            {which}
            <button class="pri">{say.resume}</button>
          </VerbForm>
        ) : null}
      </div>
      {isPaused || !canProbe ? null : (
        <details>
          <summary>{say.pause}</summary>
          <p>{say.pauseHow}</p>
          <VerbForm context={context} action={`${base}/pause`} back={base} stack>
            {which}
            <label>
              {say.pauseReason}
              <input name="reason" required maxLength={500} />
            </label>
            <label>
              {say.pauseFor}
              <select name="minutes">
                {pauseLengths.map((length) => (
                  <option key={minutesOf(length)} value={minutesOf(length)}>
                    {lengthText(context, length)}
                  </option>
                ))}
              </select>
            </label>
            <button>{say.pause}</button>
          </VerbForm>
        </details>
      )}
    </>
  );
}

type PauseLength = (typeof pauseLengths)[number];

function minutesOf(length: PauseLength): number {
  if ("minutes" in length) return length.minutes;
  return "hours" in length ? length.hours * 60 : length.days * 1_440;
}

function lengthText({ lang }: PageContext, length: PauseLength): string {
  const say = serviceWords(lang);
  if ("minutes" in length) return say.minutes(length.minutes);
  return "hours" in length ? say.hours(length.hours) : say.days(length.days);
}
