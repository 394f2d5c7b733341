import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { Graph } from "../kernel/graph.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { groupedBy } from "./grouped.ts";

/** what begins within five minutes in one place is taken for one event */
export const togetherMs = 300_000;

/** A service with open signals that belong together: it is down, or it is degraded. */
export interface Sufferer {
  readonly service: ComponentId;
  readonly isDown: boolean;
  /** oldest first */
  readonly signals: readonly PlacedSignal[];
  /** when its first signal of this kind was confirmed */
  readonly openedAt: Stamp;
}

/** What holds a service or a job: host, segment, place and provider, nearest first; a host is held by itself. */
export type PathOf = (held: ComponentId) => readonly ComponentId[];

/** By key: the host each job runs on; null: nobody said. */
export type JobHosts = ReadonlyMap<string, { readonly on: string | null }>;

export function pathsOf(graph: Graph, jobs: JobHosts): PathOf {
  const known = new Map<ComponentId, readonly ComponentId[]>();
  return (held) => {
    const path = known.get(held) ?? hostsOf(held, graph, jobs).flatMap((host) => [host, ...graph.closure(host)]);
    known.set(held, path);
    return path;
  };
}

function hostsOf(held: ComponentId, graph: Graph, jobs: JobHosts): readonly ComponentId[] {
  const kind = kindOf(held);
  if (kind === "host") return [held];
  const on = kind === "job" ? (jobs.get(nameOf(held))?.on ?? null) : null;
  if (on !== null) return [componentId("host", on)];
  return kind === "service" ? graph.needs(held).filter((id) => kindOf(id) === "host") : [];
}

/** Distance in time, whichever came first. */
export function apartMs(a: Stamp, b: Stamp): number {
  return Math.max(elapsedMs(a, b), elapsedMs(b, a));
}

/** Exact within one boot; across boots the wall clock is all there is. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.bootId === b.bootId ? a.monotonicMs - b.monotonicMs : a.atMs - b.atMs;
}

/** @param stamps at least one */
export function earliest(stamps: readonly Stamp[]): Stamp {
  const [first] = stamps.toSorted(compareStamps);
  if (first === undefined) throw new Error("no moment to choose from");
  return first;
}

export function byOpening(
  a: { readonly openedAt: Stamp; readonly id: string },
  b: { readonly openedAt: Stamp; readonly id: string },
): number {
  return compareStamps(a.openedAt, b.openedAt) || (a.id < b.id ? -1 : 1);
}

/** One service's outages together; a warning joins them unless it is older, like a certificate that runs out in weeks. */
export function sufferersOf(signals: readonly PlacedSignal[]): readonly Sufferer[] {
  const byService = groupedBy(signals.toSorted(byOpening), ({ subject }) => subject);
  const found = [...byService].flatMap(([service, list]) => ofOneService(service, list));
  return found.toSorted((a, b) => compareStamps(a.openedAt, b.openedAt) || (a.service < b.service ? -1 : 1));
}

function ofOneService(service: ComponentId, signals: readonly PlacedSignal[]): readonly Sufferer[] {
  const first = signals.find((signal) => signal.kind === "down");
  const joins = ({ kind, openedAt }: PlacedSignal): boolean =>
    first !== undefined &&
    (kind === "down" ||
      compareStamps(openedAt, first.openedAt) >= 0 ||
      apartMs(openedAt, first.openedAt) <= togetherMs);
  const outage = signals.filter(joins);
  const warnings = burstsOf(signals.filter((signal) => !joins(signal)));
  const sufferer = (isDown: boolean, members: readonly PlacedSignal[], openedAt: Stamp | undefined): Sufferer[] =>
    openedAt === undefined ? [] : [{ service, isDown, signals: members, openedAt }];
  return [
    ...sufferer(true, outage, first?.openedAt),
    ...warnings.flatMap((burst) => sufferer(false, burst, burst[0]?.openedAt)),
  ];
}

/** @param items oldest first @returns runs of items that lie within five minutes of the first of their run */
export function burstsOf<T extends { readonly openedAt: Stamp }>(items: readonly T[]): readonly (readonly T[])[] {
  const bursts: T[][] = [];
  for (const item of items) {
    const burst = bursts.at(-1);
    const start = burst?.[0]?.openedAt;
    if (burst !== undefined && start !== undefined && apartMs(start, item.openedAt) <= togetherMs) burst.push(item);
    else bursts.push([item]);
  }
  return bursts;
}
