import type { FineKey } from "./fine-key.ts";

const slots = 65_536;
const probes = 4;

/** From the fine key of a line to the index of its shape: bounded, open addressing, the oldest of a full row gives way. */
export interface FastTable {
  /** @returns -1 when the key is not there */
  get(key: FineKey): number;
  set(key: FineKey, index: number): void;
  clear(): void;
}

export function createFastTable(): FastTable {
  const firsts = new Int32Array(slots);
  const seconds = new Int32Array(slots);
  const indexes = new Int32Array(slots).fill(-1);
  let turn = 0;
  return {
    get({ first, second }) {
      for (let probe = 0; probe < probes; probe++) {
        const slot = (first + probe) & (slots - 1);
        if (firsts[slot] === first && seconds[slot] === second) return indexes[slot] ?? -1;
      }
      return -1;
    },
    set({ first, second }, index) {
      let slot = (first + (turn++ % probes)) & (slots - 1);
      for (let probe = 0; probe < probes; probe++) {
        const candidate = (first + probe) & (slots - 1);
        if (indexes[candidate] === -1) {
          slot = candidate;
          break;
        }
      }
      firsts[slot] = first;
      seconds[slot] = second;
      indexes[slot] = index;
    },
    clear: () => indexes.fill(-1),
  };
}
