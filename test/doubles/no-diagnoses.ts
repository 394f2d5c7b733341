import { KoboshiError } from "../../src/kernel/errors.ts";
import type { DiagnosisDesk } from "../../src/kernel/ports-diagnosis.ts";

const none = { ok: false, error: new KoboshiError("KB1002", { what: "diagnosis" }) } as const;

const asShipped = { shipped: 1.2, temperature: null, cases: 0, leastCases: 30 };

/** Nothing is diagnosed. */
export const noDiagnoses: DiagnosisDesk = {
  again: () => Promise.resolve(none),
  confirm: () => Promise.resolve(none),
  withdraw: () => Promise.resolve(none),
  causes: () => [],
  without: () => Promise.resolve(none),
  blindSpots: () => [],
  learned: () => Promise.resolve({ cases: [], habits: [], habitsKept: 0, proposals: [], fit: asShipped }),
  casesOf: () => Promise.resolve([]),
  habits: () => [],
  setHabit: () => Promise.resolve(none),
};
