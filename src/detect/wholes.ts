import { servicesOn, type Graph } from "../kernel/graph.ts";
import type { Stamp } from "../kernel/clock.ts";
import { kindOf, type ComponentId, type ComponentKind } from "../kernel/model/component.ts";
import { apartMs, compareStamps, togetherMs, type PathOf, type Sufferer } from "./sufferers.ts";

/** more than five services of three hosts within two minutes are one event, even if some of the place still stands */
const storm = { withinMs: 120_000, services: 6, hosts: 3 };
const widest: readonly ComponentKind[] = ["provider", "place", "segment", "host"];

/** A host, segment, place or provider that is down as a whole, with its services that show it. */
export interface Whole {
  readonly id: ComponentId;
  readonly sufferers: ReadonlySet<Sufferer>;
}

interface Ground {
  readonly graph: Graph;
  readonly pathOf: PathOf;
  /** services that have checks; null: all of them */
  readonly watched: ReadonlySet<ComponentId> | null;
}

/** @param down sufferers that are down, oldest first @returns the widest first */
export function wholesOf(ground: Ground, down: readonly Sufferer[]): readonly Whole[] {
  const held = new Map<ComponentId, Sufferer[]>();
  for (const sufferer of down)
    for (const id of ground.pathOf(sufferer.service)) {
      const list = held.get(id);
      if (list === undefined) held.set(id, [sufferer]);
      else list.push(sufferer);
    }
  const wholes = [...held].flatMap(([id, hit]): Whole[] => {
    const members = isWhole(ground, id, hit) ? hit : stormOf(ground, id, hit);
    return members.length === 0 ? [] : [{ id, sufferers: new Set(members) }];
  });
  return wholes.toSorted(
    (a, b) => widest.indexOf(kindOf(a.id)) - widest.indexOf(kindOf(b.id)) || (a.id < b.id ? -1 : 1),
  );
}

/** All that is watched is down; two services make a host, two hosts a place or segment, two places a provider. */
function isWhole(ground: Ground, id: ComponentId, hit: readonly Sufferer[]): boolean {
  if (hit.length < 2) return false;
  const parts = partsOf(ground, hit, kindOf(id) === "provider" ? "place" : "host");
  if (kindOf(id) !== "host" && (parts.size < 2 || !fellTogether(parts))) return false;
  const services = servicesOn(ground.graph, id).filter(
    (service) => (ground.watched === null || ground.watched.has(service)) && ground.pathOf(service).includes(id),
  );
  return hit.length === services.length;
}

/** The moment at which each host or place was wholly down. */
function partsOf(
  { pathOf }: Ground,
  hit: readonly Sufferer[],
  kind: "host" | "place",
): ReadonlyMap<ComponentId, Stamp> {
  const parts = new Map<ComponentId, Stamp>();
  for (const { service, openedAt } of hit) {
    const part = pathOf(service).find((id) => kindOf(id) === kind);
    if (part === undefined) continue;
    const known = parts.get(part);
    if (known === undefined || compareStamps(known, openedAt) < 0) parts.set(part, openedAt);
  }
  return parts;
}

/** A gap of more than five minutes makes two events. */
function fellTogether(parts: ReadonlyMap<ComponentId, Stamp>): boolean {
  const moments = [...parts.values()].toSorted(compareStamps);
  return moments.every((moment, index) => index === 0 || apartMs(moments[index - 1] ?? moment, moment) <= togetherMs);
}

/** The first burst that is a storm, by a window that slides over `hit`; empty when there is none. */
function stormOf({ pathOf }: Ground, id: ComponentId, hit: readonly Sufferer[]): readonly Sufferer[] {
  if (kindOf(id) === "host" || hit.length < storm.services) return [];
  const hosts = new Map<ComponentId | undefined, number>();
  let start = 0;
  for (const [index, sufferer] of hit.entries()) {
    add(hosts, pathOf(sufferer.service)[0], 1);
    for (let first = hit[start]; first !== undefined && !isWithin(first, sufferer); first = hit[++start])
      add(hosts, pathOf(first.service)[0], -1);
    if (index - start + 1 < storm.services || hosts.size < storm.hosts) continue;
    const opening = hit[start] ?? sufferer;
    return hit.slice(start).filter((other) => isWithin(opening, other));
  }
  return [];
}

function add(counts: Map<ComponentId | undefined, number>, key: ComponentId | undefined, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function isWithin(first: Sufferer, other: Sufferer): boolean {
  return apartMs(first.openedAt, other.openedAt) <= storm.withinMs;
}
