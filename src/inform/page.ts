import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { Lang } from "../kernel/lang.ts";
import { kindOf, nameOf } from "../kernel/model/component.ts";
import { isOpen, type Incident, type IncidentState } from "../kernel/model/incident.ts";
import type { Site, StatusPageSpec } from "../kernel/model/site.ts";
import type { CheckStatus, ServiceStatus, SiteStatus, StateWord } from "../kernel/model/status.ts";
import type { Window } from "../kernel/model/window.ts";
import type { Availability } from "../kernel/ports.ts";
import { pageWindows, type PageWindow } from "./maintenance.ts";
import { nextNewsAfterMs, pageUpdates, type PageUpdate, type PublicUpdate } from "./notices.ts";

/** Older than this, the scheduler itself has stopped and its last words count for nothing. */
const pulseLimitMs = 180_000;
/** Ended incidents stay on the page for two weeks, at most this many. */
const recentMs = 14 * 86_400_000;
const recentCount = 10;

export type PageState = StateWord | "empty";

/** Worst first: what the page as a whole is said to be in. */
const order: readonly StateWord[] = ["down", "affected", "warning", "unknown", "maintenance", "paused", "ok"];

export interface PageService {
  readonly key: string;
  readonly name: string;
  readonly state: StateWord;
  /** the shown service it suffers from; null when that is nothing customers know */
  readonly because: string | null;
  /** its last 90 days, bars and number of one reading; null when they cannot be read */
  readonly past: Availability | null;
}

/** One incident as customers read it. */
export interface PageNotice {
  readonly id: number;
  readonly open: boolean;
  readonly state: IncidentState;
  /** what broke; when customers see nothing of that, what suffers from it */
  readonly names: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** newest first, at least one */
  readonly updates: readonly PageUpdate[];
}

/** Everything the status page says, in customers' words: no host, no status code, no service that is not shown. */
export interface PageModel {
  readonly title: string;
  /** the first is the language of `index.html` */
  readonly langs: readonly Lang[];
  /** the language names are written in */
  readonly nameLang: Lang;
  readonly zone: string;
  /** what the feed's ids are made from: stays the same for the life of the page */
  readonly identity: string;
  /** the moment of the facts */
  readonly atMs: number;
  readonly state: PageState;
  /** the monitoring itself cannot see */
  readonly blind: boolean;
  readonly services: readonly PageService[];
  /** open ones first, then newest first */
  readonly notices: readonly PageNotice[];
  readonly nextNewsAtMs: number | null;
  /** under way first, then what comes, then what ended */
  readonly maintenance: readonly PageWindow[];
  readonly contact: StatusPageSpec["contact"];
}

/** An incident with what people wrote about it for customers; the automatic notices need nothing but the incident. */
export interface PublicIncident {
  readonly incident: Incident;
  /** oldest first */
  readonly updates: readonly PublicUpdate[];
}

export interface PageFacts {
  readonly site: Site;
  readonly status: SiteStatus;
  readonly incidents: readonly PublicIncident[];
  readonly at: Stamp;
  /** also those that nobody outside hears of; left out: none */
  readonly windows?: readonly Window[];
  /** how well each shown service worked, by its key; left out where that is not known */
  readonly past?: ReadonlyMap<string, Availability>;
}

/** True when a page that shows `shown` looks better than the truth; one that says it does not know promises nothing. */
export function isGreener(shown: string, real: PageState): boolean {
  return shown !== "unknown" && rankOf(shown) > rankOf(real);
}

function rankOf(state: string): number {
  return state === "empty" ? order.length : order.indexOf(state as StateWord);
}

/** @returns null when the site has no status page */
export function pageModel({ site, status, incidents, at, windows = [], past }: PageFacts): PageModel | null {
  const spec = site.statusPage;
  if (spec === null) return null;
  const blind = isBlind(status, spec);
  const services = spec.show.map((key) => ({
    ...pageService(site, spec, { key, status, blind }),
    past: past?.get(key) ?? null,
  }));
  const notices = incidents
    .filter(({ incident }) => isPublic(incident, spec) && isRecent(incident, at))
    .map((told) => pageNotice(told, { site, spec, services: status.services, at }))
    .sort((a, b) => Number(b.open) - Number(a.open) || b.startedAtMs - a.startedAtMs || b.id - a.id);
  const open = notices.filter((notice) => notice.open);
  return {
    title: spec.title,
    langs: spec.langs.length === 0 ? [site.lang] : spec.langs,
    nameLang: site.lang,
    zone: site.timeZone,
    identity: site.url ?? spec.title,
    atMs: at.atMs,
    state: pageState(services, blind),
    blind,
    services,
    notices: [...open, ...notices.filter((notice) => !notice.open).slice(0, recentCount)],
    nextNewsAtMs:
      open.length === 0 ? null : Math.min(...open.map((notice) => nextNewsAfterMs(notice.updates, at.atMs))),
    maintenance: pageWindows({ site, spec, windows, atMs: at.atMs }),
    contact: spec.contact,
  };
}

/** Nobody sees: the scheduler stands still, no vantage can look, or not one shown service was seen. */
function isBlind(status: SiteStatus, spec: StatusPageSpec): boolean {
  if (status.pulseAgeMs > pulseLimitMs) return true;
  if (status.verdict === "unknown" && !status.vantages.some((vantage) => vantage.state === "ok")) return true;
  const seen = new Set(status.services.filter(({ state }) => state !== "unknown").map(({ key }) => key));
  return spec.show.length > 0 && !spec.show.some((key) => seen.has(key));
}

/** Blindness turns every green into unknown, and never hides what is known to be broken. */
function pageState(services: readonly PageService[], blind: boolean): PageState {
  if (services.length === 0) return blind ? "unknown" : "empty";
  const worst = order.find((state) => services.some((service) => service.state === state)) ?? "unknown";
  return blind && order.indexOf(worst) > order.indexOf("unknown") ? "unknown" : worst;
}

function pageService(
  site: Site,
  spec: StatusPageSpec,
  { key, status, blind }: { key: string; status: SiteStatus; blind: boolean },
): Omit<PageService, "past"> {
  const service = status.services.find((one) => one.key === key);
  const name = site.services.get(key)?.name ?? key;
  if (service === undefined) return { key, name, state: "unknown", because: null };
  return {
    key,
    name,
    state: shownState(service, blind),
    because: service.because === null ? null : shownName(site, spec, service.because),
  };
}

/** As customers meet it: an affected service whose own checks fail is as unusable as one that broke by itself. */
function shownState({ state, checks }: ServiceStatus, blind: boolean): StateWord {
  if (state === "ok") return blind ? "unknown" : "ok";
  return state === "affected" && checks.some(isFailing) ? "down" : state;
}

function isFailing({ state, cells }: CheckStatus): boolean {
  return state === "down" || cells.some((cell) => !cell.stale && cell.last?.outcome === "down");
}

function shownName(site: Site, spec: StatusPageSpec, id: NonNullable<ServiceStatus["because"]>): string | null {
  const key = nameOf(id);
  if (kindOf(id) !== "service" || !spec.show.includes(key)) return null;
  return site.services.get(key)?.name ?? key;
}

/** Shown services the incident hits, its own first. */
export function shownServices(incident: Incident, show: readonly string[]): readonly string[] {
  const affected = incident.affected.map((one) => one.component).filter((id) => kindOf(id) === "service");
  const hit = new Set([...incident.services, ...affected.map(nameOf)]);
  return show.filter((key) => hit.has(key));
}

/** No news for customers: what one vantage alone sees, what hits nothing that is shown, what another incident tells. */
function isPublic(incident: Incident, spec: StatusPageSpec): boolean {
  const isPartOfAnother = incident.resolvedBy?.startsWith("merged:") === true;
  return !incident.quiet && !isPartOfAnother && shownServices(incident, spec.show).length > 0;
}

function isRecent(incident: Incident, at: Stamp): boolean {
  return incident.resolvedAt === null || isOpen(incident) || elapsedMs(incident.resolvedAt, at) <= recentMs;
}

function pageNotice(
  { incident, updates }: PublicIncident,
  { site, spec, services, at }: { site: Site; spec: StatusPageSpec; services: readonly ServiceStatus[]; at: Stamp },
): PageNotice {
  const hit = shownServices(incident, spec.show).map((key) => ({ key, name: site.services.get(key)?.name ?? key }));
  const own = hit.filter(({ key }) => incident.services.includes(key));
  const news = pageUpdates({ incident, told: updates, hit, services, zone: site.timeZone, at });
  const told = isOpen(incident) ? news.find((update) => update.kind === "told") : undefined;
  return {
    id: incident.id,
    open: isOpen(incident),
    state: told?.state ?? incident.state,
    names: (own.length > 0 ? own : hit).map(({ name }) => name),
    startedAtMs: incident.startedAt.atMs,
    endedAtMs: incident.resolvedAt?.atMs ?? null,
    updates: news,
  };
}
