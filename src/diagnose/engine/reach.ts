import type { ComponentId } from "../../kernel/model/component.ts";
import type { Part, PartEdge, PartGraph } from "../model.ts";

/** How far a failure of one part is felt at every other, by position of the part in `ids`. */
export interface Reach {
  readonly ids: readonly ComponentId[];
  /** position of a part; -1: not in the graph */
  indexOf(id: ComponentId): number;
  /** share of a failure at `from` that is felt at each part: 1 at itself and at all that cannot do without it, 0 where it is not felt */
  effectOf(from: number): Float64Array;
  /** programs reached through this part */
  behind(position: number): readonly number[];
  /** the same when both fail; null: no part feels more than it does of one of them alone */
  effectOfBoth(one: number, other: number): Float64Array | null;
}

/** What is felt through a group that still has enough members left: slowness, not failure. */
const spareShare = 0.1;

/** A member counts as lost from this share of a failure on. */
const lostFrom = 0.5;

interface Needs {
  /** felt by this share */
  readonly single: readonly { readonly to: number; readonly share: number }[];
  readonly groups: readonly { readonly members: readonly number[]; readonly atLeast: number }[];
}

/** A cycle ends where nothing is felt more strongly: shares never exceed one and only grow. */
export function createReach(graph: PartGraph): Reach {
  const ids = [...graph.parts.keys()];
  const positions = new Map(ids.map((id, index) => [id, index]));
  const needs = [...graph.parts.values()].map((part) => needsOf(part, positions));
  const dependents = dependentsOf(needs);
  const grouped = needs.some(({ groups }) => groups.length > 0);
  const rows = new Map<number, Float64Array>();
  const both = new Map<number, Float64Array | null>();

  function spread(starts: readonly number[]): Float64Array {
    const row = new Float64Array(ids.length);
    for (const start of starts) row[start] = 1;
    const queue = [...starts];
    for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
      for (const index of dependents[from] ?? []) {
        const share = shareAt(needs[index], row);
        if (share <= (row[index] ?? 0) + 1e-9) continue;
        row[index] = share;
        queue.push(index);
      }
    }
    return row;
  }

  function effectOf(from: number): Float64Array {
    const known = rows.get(from);
    if (known !== undefined) return known;
    const row = spread([from]);
    rows.set(from, row);
    return row;
  }

  function effectOfBoth(one: number, other: number): Float64Array | null {
    if (!grouped || one === other || one < 0 || other < 0) return null;
    const key = Math.min(one, other) * ids.length + Math.max(one, other);
    const known = both.get(key);
    if (known !== undefined) return known;
    const [first, second] = [effectOf(one), effectOf(other)];
    const row = spread([one, other]);
    const more = row.some((share, index) => share > Math.max(first[index] ?? 0, second[index] ?? 0) + 1e-9);
    both.set(key, more ? row : null);
    return more ? row : null;
  }

  const behind = ids.map((id) => (graph.behind?.get(id) ?? []).flatMap((program) => positions.get(program) ?? []));
  return {
    ids,
    indexOf: (id) => positions.get(id) ?? -1,
    effectOf,
    behind: (position) => behind[position] ?? [],
    effectOfBoth,
  };
}

function needsOf(part: Part, positions: ReadonlyMap<ComponentId, number>): Needs {
  const single: { to: number; share: number }[] = [];
  const groups = new Map<string, { members: number[]; atLeast: number }>();
  for (const edge of part.dependsOn) {
    const to = positions.get(edge.to);
    if (to === undefined) continue;
    if (edge.mode === "all") single.push({ to, share: 1 });
    else if (edge.mode === "soft") single.push({ to, share: edge.beta });
    else join(groups, edge, to);
  }
  return { single, groups: [...groups.values()] };
}

function join(
  groups: Map<string, { members: number[]; atLeast: number }>,
  edge: Extract<PartEdge, { group: string }>,
  to: number,
): void {
  const key = `${edge.mode} ${edge.group}`;
  const group = groups.get(key) ?? { members: [], atLeast: edge.mode === "kofn" ? edge.k : 1 };
  group.members.push(to);
  groups.set(key, group);
}

function dependentsOf(needs: readonly Needs[]): readonly (readonly number[])[] {
  const dependents: number[][] = needs.map(() => []);
  for (const [index, { single, groups }] of needs.entries()) {
    const targets = new Set([...single.map(({ to }) => to), ...groups.flatMap(({ members }) => members)]);
    for (const to of targets) dependents[to]?.push(index);
  }
  return dependents;
}

function shareAt(needs: Needs | undefined, row: Float64Array): number {
  let share = 0;
  for (const edge of needs?.single ?? []) share = Math.max(share, edge.share * (row[edge.to] ?? 0));
  for (const { members, atLeast } of needs?.groups ?? []) {
    let most = 0;
    let left = 0;
    for (const member of members) {
      const felt = row[member] ?? 0;
      most = Math.max(most, felt);
      if (felt < lostFrom) left += 1;
    }
    share = Math.max(share, left < atLeast ? most : spareShare * most);
  }
  return share;
}
