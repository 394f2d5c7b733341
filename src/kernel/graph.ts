import { componentId, kindOf, type ComponentId } from "./model/component.ts";
import type { Site } from "./model/site.ts";

/** What depends on what: a failure of `to` reaches everything that depends on it. */
export interface Graph {
  readonly nodes: ReadonlySet<ComponentId>;
  /** what `id` needs, directly */
  needs(id: ComponentId): readonly ComponentId[];
  /** everything `id` needs, nearest first, without itself */
  closure(id: ComponentId): readonly ComponentId[];
  /** everything that needs `id`, directly or not */
  dependents(id: ComponentId): readonly ComponentId[];
  /** true when `id` needs `other`, directly or not */
  dependsOn(id: ComponentId, other: ComponentId): boolean;
}

type Edges = ReadonlyMap<ComponentId, readonly ComponentId[]>;

function at(kind: "host" | "place" | "segment" | "provider", name: string | null): ComponentId | null {
  return name === null ? null : componentId(kind, name);
}

/** Edges of the site: service → needed services and its host; host → segment and place; place → provider; vantage → place. */
export function siteGraph(site: Site): Graph {
  const edges = new Map<ComponentId, ComponentId[]>();
  const link = (from: ComponentId, to: ComponentId | null): void => {
    const list = edges.get(from) ?? [];
    edges.set(from, to === null ? list : [...list, to]);
    if (to !== null && !edges.has(to)) edges.set(to, []);
  };
  for (const service of site.services.values()) {
    const id = componentId("service", service.key);
    link(id, at("host", service.on));
    for (const need of service.needs) link(id, componentId("service", need));
  }
  for (const host of site.hosts.values()) {
    const id = componentId("host", host.key);
    link(id, at("segment", host.segment));
    link(id, at("place", host.at));
  }
  for (const place of site.places.values()) link(componentId("place", place.key), at("provider", place.provider));
  for (const vantage of site.vantages.values()) link(componentId("vantage", vantage.name), at("place", vantage.at));
  return graphOf(edges);
}

export function graphOf(edges: Edges): Graph {
  const reverse = new Map<ComponentId, ComponentId[]>();
  for (const [from, targets] of edges) for (const to of targets) reverse.set(to, [...(reverse.get(to) ?? []), from]);
  const closures = new Map<ComponentId, readonly ComponentId[]>();
  const closure = (id: ComponentId): readonly ComponentId[] => {
    const known = closures.get(id);
    if (known !== undefined) return known;
    const found = reachable(edges, id);
    closures.set(id, found);
    return found;
  };
  return {
    nodes: new Set(edges.keys()),
    needs: (id) => edges.get(id) ?? [],
    closure,
    dependents: (id) => reachable(reverse, id),
    dependsOn: (id, other) => closure(id).includes(other),
  };
}

/** Breadth first, so nearer components come first; a cycle ends where it began. */
function reachable(edges: Edges, start: ComponentId): ComponentId[] {
  const seen = new Set<ComponentId>([start]);
  const queue = [start];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const next of edges.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  seen.delete(start);
  return [...seen];
}

/** Services that run on `id` (a host, segment, place or provider), directly or through what holds them. */
export function servicesOn(graph: Graph, id: ComponentId): readonly ComponentId[] {
  return graph.dependents(id).filter((dependent) => kindOf(dependent) === "service");
}
