import type { Graph } from "../kernel/graph.ts";
import { kindOf, type ComponentId } from "../kernel/model/component.ts";
import { createDisjoint, type Disjoint } from "./disjoint.ts";
import { groupedBy } from "./grouped.ts";
import { apartMs, burstsOf, compareStamps, togetherMs, type PathOf, type Sufferer } from "./sufferers.ts";
import { wholesOf, type Whole } from "./wholes.ts";

/** Which sufferers are one event, before what the ledger already says of them. */
export interface Clusters {
  readonly sets: Disjoint<Sufferer>;
  /** what a sufferer suffers from, as far as that is down itself; absent: it is a root */
  readonly causes: ReadonlyMap<Sufferer, Sufferer>;
  /** widest first */
  readonly wholes: readonly Whole[];
}

interface Ground {
  readonly graph: Graph;
  readonly pathOf: PathOf;
  readonly watched: ReadonlySet<ComponentId> | null;
}

/** @param sufferers oldest first */
export function clustersOf(ground: Ground, sufferers: readonly Sufferer[]): Clusters {
  const sets = createDisjoint(sufferers);
  const down = sufferers.filter((sufferer) => sufferer.isDown);
  const wholes = wholesOf(ground, down);
  for (const { sufferers: members } of wholes) sets.joinAll(members);
  for (const [host, neighbours] of groupedBy(sufferers, ({ service }) => ground.pathOf(service)[0]))
    if (host !== undefined) for (const burst of burstsOf(neighbours)) sets.joinAll(burst);
  const causes = causesOf(ground.graph, sufferers);
  for (const [sufferer, cause] of causes) sets.join(cause, sufferer);
  joinKnots(ground.graph, sets, sufferers);
  joinSlowNeeds(ground.graph, sets, sufferers);
  return { sets, causes, wholes };
}

/** Each dependent hangs on one root: two faults that share a dependent stay two. */
function causesOf(graph: Graph, sufferers: readonly Sufferer[]): ReadonlyMap<Sufferer, Sufferer> {
  const down = indexOf(sufferers.filter((sufferer) => sufferer.isDown));
  const degraded = indexOf(sufferers.filter((sufferer) => !sufferer.isDown));
  const causes = new Map<Sufferer, Sufferer>();
  for (const sufferer of sufferers) {
    const cause = rootFor(graph, sufferer, down) ?? (sufferer.isDown ? null : rootFor(graph, sufferer, degraded));
    if (cause !== null) causes.set(sufferer, cause);
  }
  return causes;
}

/** Oldest of each service: what is listed first stays. */
function indexOf(sufferers: readonly Sufferer[]): ReadonlyMap<ComponentId, Sufferer> {
  return new Map(sufferers.toReversed().map((sufferer) => [sufferer.service, sufferer]));
}

/** What failed first of all it needs, followed down to what needs nothing that failed; null: it is a root itself. */
function rootFor(graph: Graph, sufferer: Sufferer, suspects: ReadonlyMap<ComponentId, Sufferer>): Sufferer | null {
  let root: Sufferer | null = null;
  for (let at: Sufferer | null = sufferer; at !== null;) {
    const needed: readonly Sufferer[] = neededOf(graph, at, suspects).filter((suspect) => explains(suspect, sufferer));
    // nearest first already, and sorting is stable: of those confirmed at the same moment the nearest wins
    at = needed.toSorted((a, b) => compareStamps(a.openedAt, b.openedAt))[0] ?? null;
    root = at ?? root;
  }
  return root;
}

/** What it needs and what needs it back are one knot, not cause and effect. */
function neededOf(
  graph: Graph,
  { service }: Sufferer,
  suspects: ReadonlyMap<ComponentId, Sufferer>,
): readonly Sufferer[] {
  const found: Sufferer[] = [];
  for (const id of graph.closure(service)) {
    const suspect = kindOf(id) === "service" ? suspects.get(id) : undefined;
    if (suspect !== undefined && !graph.dependsOn(id, service)) found.push(suspect);
  }
  return found;
}

/** An outage explains another, whichever was confirmed first; a warning is explained only by what began with it or before. */
function explains(suspect: Sufferer, sufferer: Sufferer): boolean {
  if (sufferer.isDown) return true;
  const apart = apartMs(suspect.openedAt, sufferer.openedAt);
  if (apart <= togetherMs) return true;
  return suspect.isDown && compareStamps(suspect.openedAt, sufferer.openedAt) < 0;
}

/** Outages of services that need each other, directly or not. */
function joinKnots(graph: Graph, sets: Disjoint<Sufferer>, sufferers: readonly Sufferer[]): void {
  const down = indexOf(sufferers.filter((sufferer) => sufferer.isDown));
  for (const sufferer of down.values())
    for (const id of graph.closure(sufferer.service)) {
      const other = down.get(id);
      if (other !== undefined && graph.dependsOn(id, sufferer.service)) sets.join(other, sufferer);
    }
}

/** What turned bad within minutes of a warning about something it needs belongs to that warning. */
function joinSlowNeeds(graph: Graph, sets: Disjoint<Sufferer>, sufferers: readonly Sufferer[]): void {
  const slow = groupedBy(
    sufferers.filter(({ signals }) => signals.some(isWarning)),
    ({ service }) => service,
  );
  if (slow.size === 0) return;
  for (const sufferer of sufferers)
    for (const id of graph.closure(sufferer.service))
      for (const need of slow.get(id) ?? []) if (turnedTogether(need, sufferer)) sets.join(need, sufferer);
}

function isWarning({ kind }: Sufferer["signals"][number]): boolean {
  return kind === "degraded";
}

function turnedTogether(need: Sufferer, sufferer: Sufferer): boolean {
  return need.signals
    .filter(isWarning)
    .some((warning) => sufferer.signals.some((signal) => apartMs(warning.openedAt, signal.openedAt) <= togetherMs));
}
