import { errorText } from "../kernel/errors.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { Site } from "../kernel/model/site.ts";
import type { ProviderAnnouncement } from "../kernel/ports-feeds.ts";
import type { PeopleReport } from "../kernel/ports-people.ts";
import type { WebDeps } from "./deps.ts";

/** What others say of an incident while it lasts: they know nothing of it, so it is shown beside the evidence. */
export interface BesideIncident {
  readonly announcements: readonly ProviderAnnouncement[];
  readonly said: SaidByPeople;
}

/** `whole`: everything since the incident began; `part`: there was more than is looked through; `unreadable`: none could be read. */
export interface SaidByPeople {
  readonly state: "whole" | "part" | "unreadable";
  /** newest first */
  readonly reports: readonly PeopleReport[];
}

type Deps = Pick<WebDeps, "site" | "feeds" | "people" | "log">;

export async function besideIncident(deps: Deps, incident: Incident): Promise<BesideIncident> {
  return {
    announcements: announcementsAbout(deps.site(), incident, deps.feeds.current()),
    said: await saidAbout(deps, incident),
  };
}

type Incidents = Pick<Incident, "subject" | "services" | "affected" | "startedAt" | "resolvedAt" | "state">;
/** Less than this is a machine of somebody else. */
const leastConfidence = 0.2;

/** What the providers of the places and hosts it touches announced for its time, the surest first. */
export function announcementsAbout(
  site: Pick<Site, "services" | "hosts" | "places">,
  incident: Incidents,
  announcements: readonly ProviderAnnouncement[],
): readonly ProviderAnnouncement[] {
  const { hosts, providers } = touchedBy(site, incident);
  return announcements
    .filter((one) => providers.has(one.provider) && isInTime(one, incident))
    .flatMap((one): ProviderAnnouncement[] => {
      const named = one.hosts.filter(({ host }) => hosts.has(host));
      if (named.length > 0) {
        return [{ ...one, hosts: named, confidence: Math.max(...named.map(({ confidence }) => confidence)) }];
      }
      // it is about other machines of ours there
      if ([...hosts].some((host) => providerOf(site, host) === one.provider)) return [];
      return one.confidence < leastConfidence ? [] : [{ ...one, hosts: [] }];
    })
    .toSorted((a, b) => b.confidence - a.confidence);
}

/** Of an incident that is over, only what was announced for while it lasted. */
function isInTime({ startMs, endMs }: ProviderAnnouncement, incident: Incidents): boolean {
  if (isOpen(incident)) return true;
  const untilMs = incident.resolvedAt?.atMs ?? incident.startedAt.atMs;
  return startMs !== null && startMs <= untilMs && (endMs ?? Infinity) >= incident.startedAt.atMs;
}

interface Touched {
  readonly hosts: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

function touchedBy(site: Pick<Site, "services" | "hosts" | "places">, incident: Incidents): Touched {
  const components: readonly ComponentId[] = [
    incident.subject,
    ...incident.affected.map(({ component }) => component),
    ...incident.services.map((service) => componentId("service", service)),
  ];
  const named = (kind: string): readonly string[] => components.filter((id) => kindOf(id) === kind).map(nameOf);
  const segments = new Set(named("segment"));
  const hosts = new Set([
    ...named("host"),
    ...named("service").flatMap((service) => site.services.get(service)?.on ?? []),
    ...[...site.hosts.values()]
      .filter(({ segment }) => segment !== null && segments.has(segment))
      .map(({ key }) => key),
  ]);
  const places = [...named("place"), ...[...hosts].flatMap((host) => site.hosts.get(host)?.at ?? [])];
  const providers = new Set([
    ...named("provider"),
    ...places.flatMap((place) => site.places.get(place)?.provider ?? []),
  ]);
  return { hosts, providers };
}

function providerOf({ hosts, places }: Pick<Site, "hosts" | "places">, host: string): string | null {
  return places.get(hosts.get(host)?.at ?? "")?.provider ?? null;
}

const perRead = 200;
const mostReads = 10;

/** What people said of its services from its beginning to its end. */
async function saidAbout({ people, log }: Deps, incident: Incident): Promise<SaidByPeople> {
  const fromMs = incident.startedAt.atMs;
  const found: PeopleReport[] = [];
  try {
    for (let read = 0; read < mostReads; read += 1) {
      const last = found.at(-1);
      const page = await people.reports({ limit: perRead, ...(last === undefined ? {} : { before: last.id }) });
      found.push(...page);
      if (page.length < perRead || (page.at(-1)?.at.atMs ?? 0) < fromMs) {
        return { state: "whole", reports: found.filter((report) => isAbout(report, incident)) };
      }
    }
  } catch (thrown) {
    log.error("reports by people not read", { error: errorText(thrown) });
    return { state: "unreadable", reports: [] };
  }
  return { state: "part", reports: found.filter((report) => isAbout(report, incident)) };
}

function isAbout(
  { at, service }: PeopleReport,
  { startedAt, resolvedAt, services, subject, affected }: Incident,
): boolean {
  const id = componentId("service", service);
  const isOurs = services.includes(service) || subject === id || affected.some(({ component }) => component === id);
  return isOurs && at.atMs >= startedAt.atMs && at.atMs <= (resolvedAt?.atMs ?? Infinity);
}
