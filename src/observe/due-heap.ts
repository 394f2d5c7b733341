/** What is due when; the earliest first, and what was put in first among equals. */
export interface DueHeap<T> {
  push(dueMs: number, item: T): void;
  /** @returns when the earliest is due; null when empty */
  peekMs(): number | null;
  pop(): T | undefined;
  size(): number;
}

interface Entry<T> {
  readonly dueMs: number;
  readonly order: number;
  readonly item: T;
}

/** A binary heap: one timer serves any number of items. */
export function createDueHeap<T>(): DueHeap<T> {
  const entries: Entry<T>[] = [];
  let order = 0;

  function before(a: number, b: number): boolean {
    const [left, right] = [entries[a], entries[b]];
    if (left === undefined || right === undefined) return false;
    return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
  }

  function swap(a: number, b: number): void {
    const [left, right] = [entries[a], entries[b]];
    if (left === undefined || right === undefined) return;
    entries[a] = right;
    entries[b] = left;
  }

  function rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!before(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  }

  function sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = before(right, left) ? right : left;
      if (!before(least, at)) return;
      swap(least, at);
      at = least;
    }
  }

  return {
    push(dueMs, item) {
      entries.push({ dueMs, order: order++, item });
      rise(entries.length - 1);
    },
    peekMs: () => entries[0]?.dueMs ?? null,
    pop() {
      const first = entries[0];
      const last = entries.pop();
      if (first === undefined || last === undefined) return undefined;
      if (entries.length > 0) {
        entries[0] = last;
        sink();
      }
      return first.item;
    },
    size: () => entries.length,
  };
}
