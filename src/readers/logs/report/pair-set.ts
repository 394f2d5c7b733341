/** A set of pairs of numbers, for visitors: who, and with which browser on which day. Plain data. */
export interface PairSet {
  /** two entries a slot, both one more than the numbers; 0: free */
  slots: Int32Array;
  size: number;
  /** there were more than there is room for */
  isFull: boolean;
}

const mostPairs = 1 << 20;

export function createPairSet(): PairSet {
  return { slots: new Int32Array(2_048), size: 0, isFull: false };
}

/** @param first, second 0 to 2³¹ − 2 */
export function addPair(set: PairSet, first: number, second: number): void {
  const { slots } = set;
  const mask = (slots.length >> 1) - 1;
  let slot = mix(first, second) & mask;
  for (;;) {
    const there = slots[slot << 1];
    if (there === 0) break;
    if (there === first + 1 && slots[(slot << 1) + 1] === second + 1) return;
    slot = (slot + 1) & mask;
  }
  if (set.size >= mostPairs) {
    set.isFull = true;
    return;
  }
  slots[slot << 1] = first + 1;
  slots[(slot << 1) + 1] = second + 1;
  if (++set.size * 2 > mask) grow(set);
}

function mix(first: number, second: number): number {
  const hash = Math.imul(Math.imul(first, 0x9e_37_79_b1) ^ second, 0x85_eb_ca_6b);
  return hash ^ (hash >>> 15);
}

function grow(set: PairSet): void {
  const before = set.slots;
  set.slots = new Int32Array(before.length * 2);
  set.size = 0;
  eachPair(before, (first, second) => addPair(set, first, second));
}

/** Every pair of a set's slots. */
export function eachPair(slots: Int32Array, visit: (first: number, second: number) => void): void {
  for (let at = 0; at < slots.length; at += 2) {
    const first = slots[at] ?? 0;
    if (first !== 0) visit(first - 1, (slots[at + 1] ?? 0) - 1);
  }
}
