import type { RepairStep } from "../../../kernel/model/aftercare.ts";
import type { Bilingual } from "../../../kernel/lang.ts";

/** A service may take a minute to start; longer than this is told as a failure. */
const usualTimeoutMs = 90_000;

interface Wanted {
  readonly id: string;
  readonly says: Bilingual;
  readonly command: string;
  readonly timeoutMs?: number;
  readonly expects?: string;
  readonly undo?: string;
}

export function step({ timeoutMs = usualTimeoutMs, expects, undo, ...wanted }: Wanted): RepairStep {
  return { ...wanted, timeoutMs, okCodes: [0], expects: expects ?? null, undo: undo ?? null };
}
