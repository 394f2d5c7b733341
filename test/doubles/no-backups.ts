import { KoboshiError } from "../../src/kernel/errors.ts";
import type { BackupDesk } from "../../src/kernel/ports-recovery.ts";

const nothing = async (plan: string): Promise<never> => {
  throw new KoboshiError("KB1002", { what: plan });
};

/** A site that copies nothing. */
export const noBackups: BackupDesk = {
  all: async () => [],
  one: async () => null,
  runNow: nothing,
  refresh: nothing,
  verify: nothing,
  prove: nothing,
  outlook: ({ plan }) => nothing(plan),
  restore: ({ plan }) => nothing(plan),
  drill: nothing,
  restoreRun: async () => null,
  onProgress: () => () => undefined,
};
