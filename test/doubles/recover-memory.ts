import type { RecoveryMemory } from "../../src/recover/schedule/memory.ts";

/** Remembers as the ledger does, without one. */
export function createMemory(): RecoveryMemory {
  const values = new Map<string, string>();
  return {
    async get(name, shape) {
      const text = values.get(name);
      const read = text === undefined ? null : shape.safeParse(JSON.parse(text));
      return read?.success === true ? read.data : null;
    },
    async put(name, value) {
      values.set(name, JSON.stringify(value));
    },
  };
}
