/** Sets that only ever grow together. */
export interface Disjoint<T> {
  join(a: T, b: T): void;
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
  return {
    find,
    join: (a, b) => void parents.set(find(b), find(a)),
    sets() {
      const sets = new Map<T, T[]>();
      for (const item of items) {
        const root = find(item);
        const members = sets.get(root);
        if (members === undefined) sets.set(root, [item]);
        else members.push(item);
      }
      return [...sets.values()];
    },
  };
}
