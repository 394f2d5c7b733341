import { createDueHeap } from "./due-heap.ts";

/** Starts items in the order they fell due, at most `limit` at a time, and never one that is running already. */
export interface StartQueue<T extends object> {
  /** Does nothing while the item waits or runs: a slow check never piles up. */
  add(item: T, dueMs: number): void;
  /** Ahead of all others. While the item runs it is noted once and runs again after. */
  addFirst(item: T): void;
  forget(item: T): void;
  /** Resolves when nothing runs; what waits is dropped. */
  drain(): Promise<void>;
}

/** @param run must not reject */
export function createStartQueue<T extends object>(limit: number, run: (item: T) => Promise<void>): StartQueue<T> {
  let heap = createDueHeap<T>();
  const waiting = new Set<T>();
  const running = new Map<T, Promise<void>>();
  const again = new Set<T>();

  function pump(): void {
    while (running.size < limit) {
      const item = heap.pop();
      if (item === undefined) return;
      if (waiting.delete(item)) start(item);
    }
  }

  function start(item: T): void {
    const ended = run(item).then(() => end(item));
    running.set(item, ended);
  }

  function end(item: T): void {
    running.delete(item);
    if (again.delete(item)) addFirst(item);
    else pump();
  }

  function enqueue(item: T, dueMs: number): void {
    waiting.add(item);
    heap.push(dueMs, item);
    pump();
  }

  function addFirst(item: T): void {
    if (running.has(item)) again.add(item);
    else enqueue(item, -Infinity);
  }

  return {
    add(item, dueMs) {
      if (!running.has(item) && !waiting.has(item)) enqueue(item, dueMs);
    },
    addFirst,
    forget(item) {
      waiting.delete(item);
      again.delete(item);
    },
    async drain() {
      heap = createDueHeap<T>();
      waiting.clear();
      again.clear();
      await Promise.all(running.values());
    },
  };
}
