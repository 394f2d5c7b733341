import { groupedBy } from "./grouped.ts";

/** Sets that only ever grow together. */
export interface Disjoint<T> {
  join(a: T, b: T): void;
  joinAll(members: Iterable<T>): void;
  /** the member that stands for the set of `item` */
  find(item: T): T;
  sets(): readonly (readonly T[])[];
}

/** @param items in the order in which sets and their members come out again */
export function createDisjoint<T>(items: readonly T[]): Disjoint<T> {
  const parents = new Map(items.map((item) => [item, item]));
  function find(item: T): T {
    const parent = parents.get(item) ?? item;
    if (parent === item) return item;
    const root = find(parent);
    parents.set(item, root);
    return root;
  }
  function join(a: T, b: T): void {
    parents.set(find(b), find(a));
  }
  return {
    find,
    join,
    joinAll(members) {
      const [first, ...others] = members;
      for (const other of others) join(first as T, other);
    },
    sets: () => [...groupedBy(items, find).values()],
  };
}
