/** Nodes that wait to be looked at: first in, first out. */
export interface Queue {
  push(node: number): void;
  /** -1: nothing waits */
  pop(): number;
}

/** Each node waits once. */
export function createQueue(size: number): Queue {
  const ring = new Uint32Array(size + 1);
  const waits = new Uint8Array(size);
  let [head, tail] = [0, 0];
  return {
    push(node) {
      if (waits[node] === 1) return;
      waits[node] = 1;
      ring[tail] = node;
      tail = tail === size ? 0 : tail + 1;
    },
    pop() {
      if (head === tail) return -1;
      const node = ring[head]!;
      head = head === size ? 0 : head + 1;
      waits[node] = 0;
      return node;
    },
  };
}
