import { editDistance } from "../../kernel/edit-distance.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";

type Covered = Pick<Site, "hosts" | "services" | "places" | "vantages" | "jobs">;

/** What a window's targets come to. */
export interface Cover {
  /** looked at after the work, in the order of the file */
  readonly hosts: readonly string[];
  readonly services: readonly string[];
  /** what is watched to see how the work goes */
  readonly units: readonly ComponentId[];
  /** whose alarms wait: hosts with their services and jobs, places with their hosts and vantages */
  readonly held: ReadonlySet<ComponentId>;
}

/** Names that are no longer in the file come to nothing. */
export function coverOf(site: Covered, targets: readonly ComponentId[]): Cover {
  const places = placesOf(site, targets);
  const isWorkedOn = ({ key, at }: { key: string; at: string | null }): boolean =>
    targets.includes(componentId("host", key)) || targets.includes("host:*") || (at !== null && places.has(at));
  const hosts = [...site.hosts.values()].filter(isWorkedOn).map(({ key }) => key);
  const named = [...site.services.keys()].filter((key) => targets.includes(componentId("service", key)));
  const services = servicesOf(site, new Set(hosts), new Set(named));
  const their = new Set(named.flatMap((key) => site.services.get(key)?.on ?? []));
  const jobs = [...site.jobs.values()].filter(({ on }) => on !== null && hosts.includes(on));
  const vantages = [...site.vantages.values()].filter(({ at }) => at !== null && places.has(at));
  return {
    hosts: [...site.hosts.keys()].filter((key) => hosts.includes(key) || their.has(key)),
    services,
    units: [...hosts.map((key) => componentId("host", key)), ...named.map((key) => componentId("service", key))],
    held: new Set([
      ...hosts.map((key) => componentId("host", key)),
      ...services.map((key) => componentId("service", key)),
      ...jobs.map(({ key }) => componentId("job", key)),
      ...[...places].map((key) => componentId("place", key)),
      ...vantages.map(({ name }) => componentId("vantage", name)),
    ]),
  };
}

/** Places that are named, and those of a provider that is. */
function placesOf(site: Covered, targets: readonly ComponentId[]): ReadonlySet<string> {
  const places = [...site.places.values()].filter(({ key, provider }) => {
    const isProviders = provider !== null && targets.includes(componentId("provider", provider));
    return isProviders || targets.includes(componentId("place", key));
  });
  return new Set(places.map(({ key }) => key));
}

/** Those on the hosts, and those without a host all of whose ways lead to them; in the order of the file. */
function servicesOf({ services }: Covered, hosts: ReadonlySet<string>, named: ReadonlySet<string>): readonly string[] {
  const found = new Set(named);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { key, on, needs } of services.values()) {
      const isHere = on === null ? needs.length > 0 && needs.every((need) => found.has(need)) : hosts.has(on);
      if (isHere) found.add(key);
    }
  }
  return [...services.keys()].filter((key) => found.has(key));
}

/** The first target that stands for nothing, with the nearest name there is; null: each stands for something. */
export function unknownTarget(
  site: Covered,
  targets: readonly ComponentId[],
): { readonly target: string; readonly nearest: string | null } | null {
  const known = namesOf(site);
  const target = targets.find((one) => one !== "host:*" && !known.includes(one));
  return target === undefined ? null : { target, nearest: nearestOf(target, known) };
}

function namesOf(site: Covered): readonly ComponentId[] {
  const providers = [...site.places.values()].flatMap(({ provider }) => provider ?? []);
  return [
    ...[...site.hosts.keys()].map((key) => componentId("host", key)),
    ...[...site.services.keys()].map((key) => componentId("service", key)),
    ...[...site.places.keys()].map((key) => componentId("place", key)),
    ...[...new Set(providers)].map((key) => componentId("provider", key)),
  ];
}

/** The same name of another kind before a like name; null when nothing is near. */
function nearestOf(target: ComponentId, known: readonly ComponentId[]): string | null {
  const written = nameOf(target).toLowerCase();
  const distances = known.map((id) => ({
    id,
    distance: editDistance(written, nameOf(id).toLowerCase()) * 2 + (kindOf(id) === kindOf(target) ? 0 : 1),
  }));
  const furthest = 2 * Math.max(1, Math.floor(written.length / 3)) + 1;
  return (
    distances.filter(({ distance }) => distance <= furthest).sort((a, b) => a.distance - b.distance)[0]?.id ?? null
  );
}
