import { z } from "zod";
import type { Stamp } from "../../kernel/clock.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";

/** What the recovering stage remembers over a restart beside its runs, one small value a name. */
export interface RecoveryMemory {
  /** @returns null when nothing is there, or what is there is not of this shape */
  get<T>(name: string, shape: z.ZodType<T>): Promise<T | null>;
  put(name: string, value: unknown): Promise<void>;
}

/** Keeps it among the ledger's settings. */
export function createLedgerMemory(ledger: Ledger): RecoveryMemory {
  return {
    async get(name, shape) {
      const text = await ledger.read.setting(settingOf(name));
      if (text === null) return null;
      const read = shape.safeParse(JSON.parse(text));
      return read.success ? read.data : null;
    },
    put: (name, value) => ledger.transaction((tx) => tx.putSetting(settingOf(name), JSON.stringify(value))),
  };
}

export const StampShape: z.ZodType<Stamp> = z.object({ atMs: z.number(), monotonicMs: z.number(), bootId: z.string() });

function settingOf(name: string): string {
  return `recovery.${name}`;
}
