import type { BlindSpot } from "../../kernel/ports-diagnosis.ts";
import { kindOf, nameOf } from "../../kernel/model/component.ts";
import { leakOf } from "./columns.ts";
import type { World } from "./infer.ts";
import { statesOf } from "./plan.ts";
import type { Look } from "./speakers.ts";

/** At this distance one diagnosis in ten would take one of two equally likely causes for the other: ½·e^−D. */
const clearFrom = 1.61;
const mostSpots = 1_000;

/**
 * Pairs of causes that what can be looked at cannot tell apart: Bhattacharyya distance over all of it, nearest first, each with the
 * evidence not to be had today that would part them best.
 */
export function blindSpots(available: readonly Look[], world: World): readonly BlindSpot[] {
  const known = world.hypotheses.flatMap(({ cause }, position) => (cause === null ? [] : [position]));
  const distances = distancesOver(available, known, world);
  const spots: { one: number; other: number; distance: number }[] = [];
  for (const [rank, one] of known.entries()) {
    for (let place = rank + 1; place < known.length; place += 1) {
      const distance = distances(rank, place);
      if (distance < clearFrom) spots.push({ one, other: known[place] ?? 0, distance });
    }
  }
  const nearest = spots
    .toSorted((a, b) => a.distance - b.distance || a.one - b.one || a.other - b.other)
    .slice(0, mostSpots);
  const additions = additionsFor(absentLooks(available, world), world);
  return nearest.flatMap(({ one, other, distance }) => {
    const [first, second] = [world.hypotheses[one], world.hypotheses[other]];
    if (first === undefined || second === undefined) return [];
    const both = new Set([...(additions.get(one) ?? []), ...(additions.get(other) ?? [])]);
    return [{ one: first.at, other: second.at, distance, add: bestAddition({ one, other, distance }, both, world) }];
  });
}

interface Addition {
  readonly evidence: string;
  readonly roots: Roots;
}

/** What could be added, by position of each cause that it would tell of. */
function additionsFor(looks: readonly Look[], world: World): ReadonlyMap<number, readonly Addition[]> {
  const by = new Map<number, Addition[]>();
  for (const look of looks) {
    const roots = world.book.of(look).size === 0 ? null : rootsOf(look, world);
    if (roots === null) continue;
    for (const position of roots.by.keys()) {
      const list = by.get(position) ?? [];
      list.push({ evidence: look.evidence, roots });
      by.set(position, list);
    }
  }
  return by;
}

/** Sum of −ln Σ √(p·q) over all looks; only pairs of which one at least speaks of a look are moved apart by it. */
function distancesOver(
  looks: readonly Look[],
  known: readonly number[],
  world: World,
): (one: number, other: number) => number {
  const sums = known.map(() => new Float64Array(known.length));
  for (const look of looks) {
    const roots = rootsOf(look, world);
    if (roots !== null) moveApart(sums, known, roots);
  }
  return (one, other) => sums[one]?.[other] ?? 0;
}

function moveApart(sums: readonly Float64Array[], known: readonly number[], { silent, by }: Roots): void {
  for (const [rank, row] of sums.entries()) {
    const own = by.get(known[rank] ?? -1);
    for (let place = rank + 1; place < known.length; place += 1) {
      const other = by.get(known[place] ?? -1);
      if (own === undefined && other === undefined) continue;
      row[place] = (row[place] ?? 0) + apart(own ?? silent, other ?? silent);
    }
  }
}

interface Roots {
  readonly silent: Float64Array;
  readonly by: ReadonlyMap<number, Float64Array>;
}

/** Square roots of P(state), for causes that speak of the look and for those that do not. */
function rootsOf(look: Look, { catalogue, habits, book }: World): Roots | null {
  const kind = catalogue.evidence.get(look.evidence);
  if (kind === undefined) return null;
  const leak = leakOf(kind, look, habits);
  const root = (line: readonly Float64Array[]): Float64Array =>
    statesOf(leak, line).map((chance) => Math.sqrt(Math.max(0, chance)));
  return { silent: root([]), by: new Map([...book.of(look)].map(([position, line]) => [position, root([line])])) };
}

function apart(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (const [state, root] of one.entries()) sum += root * (other[state] ?? 0);
  return sum >= 1 ? 0 : -Math.log(Math.max(1e-12, sum));
}

/** What nobody looks at today: evidence at every part of a kind where it can be had elsewhere, or anywhere when it is had nowhere. */
function absentLooks(available: readonly Look[], { catalogue, graph }: World): readonly Look[] {
  const there = new Set(available.map(({ evidence, target }) => `${evidence} ${target}`));
  const kinds = new Map<string, Set<string>>();
  for (const { evidence, target } of available) {
    const known = kinds.get(evidence) ?? new Set();
    for (const kind of graph.parts.get(target)?.kinds ?? []) known.add(kind);
    kinds.set(evidence, known);
  }
  return [...catalogue.evidence.keys()].flatMap((evidence) =>
    [...graph.parts.values()]
      .filter(({ id }) => !there.has(`${evidence} ${id}`))
      .filter((part) => part.kinds.some((kind) => kinds.get(evidence)?.has(kind) ?? true))
      .map(({ id }) => ({ evidence, target: id, vantage: kindOf(id) === "vantage" ? nameOf(id) : null })),
  );
}

function bestAddition(
  { one, other, distance }: { one: number; other: number; distance: number },
  additions: ReadonlySet<Addition>,
  { catalogue }: World,
): BlindSpot["add"] {
  let best: BlindSpot["add"] = null;
  for (const { evidence, roots } of additions) {
    const together = distance + apart(roots.by.get(one) ?? roots.silent, roots.by.get(other) ?? roots.silent);
    if (together <= Math.max(distance, best?.distance ?? 0) + 1e-9) continue;
    const title = catalogue.evidence.get(evidence)?.title ?? { ja: evidence, en: evidence };
    best = { evidence, title, distance: together };
  }
  return best;
}
