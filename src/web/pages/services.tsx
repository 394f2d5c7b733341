import type { ComponentChildren, JSX } from "preact";
import { elapsedMs } from "../../kernel/clock.ts";
import type { ServiceStatus, SiteStatus } from "../../kernel/model/status.ts";
import type { Availability } from "../../kernel/ports.ts";
import { StateMark } from "../../render/parts.tsx";
import type { SeriesStep } from "../../storage/telemetry/telemetry.ts";
import { duration } from "../../words/format.ts";
import { componentName } from "../../words/incident.ts";
import { serviceWords } from "../../words/services.ts";
import { glyphs, stateName } from "../../words/states.ts";
import type { PageContext } from "../context.ts";
import type { Filter } from "../filter.ts";
import type { Page } from "../frame.tsx";
import type { Reading } from "../past.ts";
import { placeOf, worstOf } from "../things.ts";
import { NotReady, RowBars } from "./bars.tsx";
import { Sparkline } from "./chart.tsx";
import { when } from "./summary.tsx";

export const servicesPerPage = 200;
export const groupings = ["none", "place", "host", "state"] as const;

export interface ServiceList {
  /** null: the present state cannot be read */
  readonly status: SiteStatus | null;
  /** those the filter leaves, of this page */
  readonly shown: readonly ServiceStatus[];
  /** how many the filter leaves in all */
  readonly found: number;
  /** 1 and up */
  readonly page: number;
  readonly filter: Filter;
  readonly group: (typeof groupings)[number];
  readonly past: Reading<ReadonlyMap<string, Availability>>;
  readonly series: Reading<readonly SeriesStep[]>;
}

/** Every service, broken first: what it does now, did in 24 hours and in 90 days. */
export function servicesPage(context: PageContext, list: ServiceList): Page {
  const say = serviceWords(context.lang);
  const worst = list.status === null ? "unknown" : worstOf(list.status.services.map(({ state }) => state));
  return {
    title: `${glyphs[worst]} ${say.services}`,
    mark: worst,
    here: "services",
    wide: true,
    body: <Services context={context} list={list} />,
  };
}

interface ListProps {
  readonly context: PageContext;
  readonly list: ServiceList;
}

function Services({ context, list }: ListProps): JSX.Element {
  const say = serviceWords(context.lang);
  const { status } = list;
  if (status === null) return <Unreadable context={context} title={say.services} />;
  if (status.services.length === 0) return <Empty context={context} />;
  return (
    <>
      <h1>{say.services}</h1>
      <FilterForm context={context} action="/services" filter={list.filter}>
        <label>
          {say.groupBy}
          <select name="group">
            {groupings.map((group) => (
              <option key={group} value={group} selected={group === list.group}>
                {groupName(context, group)}
              </option>
            ))}
          </select>
        </label>
      </FilterForm>
      {list.found === 0 ? <NothingFound context={context} filter={list.filter} all="/services" /> : null}
      {list.past.state === "ready" || list.found === 0 ? null : <NotReady context={context} state={list.past.state} />}
      {groupsOf(context, list).map(({ name, services }) => (
        <Group key={name} context={context} name={name} list={list} services={services} />
      ))}
      <Paging context={context} list={list} />
    </>
  );
}

export function Unreadable({ context, title }: { context: PageContext; title: string }): JSX.Element {
  const { say } = context;
  return (
    <>
      <h1>{title}</h1>
      <div class="notice s-unknown" role="note">
        <p>
          <b>{say.stateUnreadable}</b>
        </p>
      </div>
    </>
  );
}

function Empty({ context }: { context: PageContext }): JSX.Element {
  const say = serviceWords(context.lang);
  return (
    <>
      <h1>{say.services}</h1>
      <p>{say.servicesEmpty}</p>
      <pre>{context.say.emptyExample}</pre>
      <div class="act">
        <a class="btn" href="/settings/config">
          {say.addFirst}
        </a>
      </div>
    </>
  );
}

/** The filter is part of the address, so that a view can be kept as a bookmark. */
export function FilterForm({
  context,
  action,
  filter,
  children,
}: {
  context: PageContext;
  action: string;
  filter: Filter;
  children?: ComponentChildren;
}): JSX.Element {
  const say = serviceWords(context.lang);
  return (
    <form method="get" action={action} class="filter">
      <label>
        {say.filter}
        <input type="search" name="q" value={filter.text} placeholder={say.filterHow} autocapitalize="none" />
      </label>
      {children}
      <button>{say.filterButton}</button>
    </form>
  );
}

export function NothingFound({
  context,
  filter,
  all,
}: {
  context: PageContext;
  filter: Filter;
  all: string;
}): JSX.Element {
  const say = serviceWords(context.lang);
  return (
    <>
      <p>{say.filterNone(filter.text)}</p>
      <div class="act">
        <a class="btn" href={all}>
          {say.filterAll}
        </a>
      </div>
    </>
  );
}

function groupName({ lang }: PageContext, group: ServiceList["group"]): string {
  const say = serviceWords(lang);
  return { none: say.groupNone, place: say.groupPlace, host: say.groupHost, state: say.groupState }[group];
}

interface ServiceGroup {
  /** empty: the list is not grouped */
  readonly name: string;
  readonly services: readonly ServiceStatus[];
}

/** In the order in which the first of each group comes, so that the worst group is on top. */
function groupsOf(context: PageContext, { shown, group }: ServiceList): readonly ServiceGroup[] {
  if (group === "none") return [{ name: "", services: shown }];
  const { site, lang } = context;
  const say = serviceWords(lang);
  const nameOf = (service: ServiceStatus): string => {
    if (group === "state") return stateName(service.state, lang);
    if (group === "host") return site.services.get(service.key)?.on ?? say.noHost;
    return placeOf(site, service.key) ?? say.noPlace;
  };
  const groups = new Map<string, ServiceStatus[]>();
  for (const service of shown) groups.set(nameOf(service), [...(groups.get(nameOf(service)) ?? []), service]);
  return [...groups].map(([name, services]) => ({ name, services }));
}

function Group({ context, name, list, services }: ListProps & ServiceGroup): JSX.Element | null {
  if (services.length === 0) return null;
  const rows = (
    <ul class="rows wide">
      {services.map((service) => (
        <ServiceLine key={service.key} context={context} list={list} service={service} />
      ))}
    </ul>
  );
  if (name === "") return rows;
  return (
    <section>
      <h2>
        {name} <span class="mut">{serviceWords(context.lang).all(services.length)}</span>
      </h2>
      {rows}
    </section>
  );
}

function ServiceLine({ context, list, service }: ListProps & { service: ServiceStatus }): JSX.Element {
  const { lang, now } = context;
  const past = list.past.state === "ready" ? list.past.value.get(service.key) : undefined;
  const own = new Set(service.checks.map(({ id }) => id));
  const rows = list.series.state === "ready" ? list.series.value.filter(({ checkId }) => own.has(checkId)) : [];
  return (
    <li data-live={`s-${encodeURIComponent(service.key)}`}>
      <a class="name" href={`/services/${encodeURIComponent(service.key)}`}>
        {service.name}
      </a>
      <StateMark state={service.state} lang={lang} />
      <Sparkline rows={rows} now={now.atMs} label={serviceWords(lang).responseTitle} />
      {past === undefined ? null : <RowBars context={context} past={past} />}
      <ServiceNotes context={context} service={service} />
    </li>
  );
}

/** Why, since when, and what is being done about it; nothing for one that is well. */
export function ServiceNotes({
  context,
  service,
}: {
  context: PageContext;
  service: ServiceStatus;
}): JSX.Element | null {
  const { lang, site, now } = context;
  const say = serviceWords(lang);
  const { state, because, since, checks } = service;
  const notes = [
    because === null ? null : say.because(componentName(site, because, lang)),
    state === "ok" || since === null ? null : say.since(when(context, since), duration(elapsedMs(since, now), lang)),
    checks.some(({ confirming }) => confirming) ? say.confirming : null,
    checks.length === 0 ? say.noChecks : null,
    checks.length > 0 && checks.every(({ cells }) => cells.every(({ last }) => last === null)) && state !== "paused"
      ? say.noReading
      : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : <p class="mut">{notes.join(" · ")}</p>;
}

function Paging({ context, list }: ListProps): JSX.Element | null {
  const { found, page, filter, group } = list;
  if (found <= servicesPerPage) return null;
  const say = serviceWords(context.lang);
  const from = (page - 1) * servicesPerPage + 1;
  const to = Math.min(found, page * servicesPerPage);
  const href = (number: number): string =>
    `/services?${new URLSearchParams({ q: filter.text, group, page: String(number) }).toString()}`;
  return (
    <div class="act">
      {page > 1 ? (
        <a class="btn" href={href(page - 1)}>
          {say.previousPage}
        </a>
      ) : null}
      {to < found ? (
        <a class="btn" href={href(page + 1)}>
          {say.nextPage}
        </a>
      ) : null}
      <p>{say.shownOf(from, to, found)}</p>
    </div>
  );
}
