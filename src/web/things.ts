import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type { Site } from "../kernel/model/site.ts";
import { stateWords, type ServiceStatus, type SiteStatus, type StateWord } from "../kernel/model/status.ts";

/** Worst first: how anything made of several parts is shown. */
const worstOrder: readonly StateWord[] = ["down", "affected", "unknown", "warning", "maintenance", "paused", "ok"];

export function worstOf(states: readonly StateWord[]): StateWord {
  return worstOrder.find((state) => states.includes(state)) ?? "unknown";
}

/** The place a service's host stands at; null when the file does not say. */
export function placeOf(site: Site, service: string): string | null {
  const host = site.services.get(service)?.on ?? null;
  return host === null ? null : (site.hosts.get(host)?.at ?? null);
}

/** The page of a component; null when it has none of its own. */
export function hrefOf(id: ComponentId): string | null {
  const name = encodeURIComponent(nameOf(id));
  if (kindOf(id) === "service") return `/services/${name}`;
  if (kindOf(id) === "place") return `/services?q=${encodeURIComponent(`place:${nameOf(id)}`)}`;
  if (kindOf(id) === "host") return `/hosts/${name}`;
  return kindOf(id) === "vantage" ? "/vantages" : null;
}

export function checkHref(id: string): string {
  return `/checks/${encodeURIComponent(id)}`;
}

/** What a component shows: a service its own state, an incident's subject its failure, a whole the worst within. */
export function stateOf(site: Site, status: SiteStatus, id: ComponentId): StateWord {
  if (kindOf(id) === "service") return status.services.find(({ key }) => key === nameOf(id))?.state ?? "unknown";
  if (status.openIncidents.some(({ subject, quiet }) => subject === id && !quiet)) return "down";
  if (kindOf(id) === "vantage") {
    return status.vantages.find(({ name }) => name === nameOf(id))?.state === "ok" ? "ok" : "unknown";
  }
  return worstOf(servicesIn(site, status.services, id).map(({ state }) => state));
}

function servicesIn(site: Site, services: readonly ServiceStatus[], id: ComponentId): readonly ServiceStatus[] {
  return services.filter(({ key }) => {
    const host = site.services.get(key)?.on ?? null;
    const place = placeOf(site, key);
    const provider = place === null ? null : (site.places.get(place)?.provider ?? null);
    const segment = host === null ? null : (site.hosts.get(host)?.segment ?? null);
    const wholes = { host, place, provider, segment } as const;
    return Object.entries(wholes).some(([kind, name]) => name !== null && id === componentId(kind as "host", name));
  });
}

/** How many services of each place are in which state; places in the order of the file, those without one last. */
export function placeMatrix(
  site: Site,
  services: readonly ServiceStatus[],
): readonly { readonly place: string | null; readonly counts: ReadonlyMap<StateWord, number> }[] {
  const rows = new Map<string | null, Map<StateWord, number>>();
  for (const place of site.places.keys()) rows.set(place, new Map());
  for (const { key, state } of services) {
    const place = placeOf(site, key);
    const counts = rows.get(place) ?? new Map<StateWord, number>();
    rows.set(place, counts.set(state, (counts.get(state) ?? 0) + 1));
  }
  return [...rows]
    .filter(([, counts]) => counts.size > 0)
    .map(([place, counts]) => ({ place, counts }))
    .toSorted((a, b) => Number(a.place === null) - Number(b.place === null));
}

/** The states that occur, worst first. */
export function statesOf(services: readonly ServiceStatus[]): readonly StateWord[] {
  const found = new Set(services.map(({ state }) => state));
  return worstOrder.filter((state) => found.has(state) && stateWords.includes(state));
}
