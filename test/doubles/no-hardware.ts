import { err } from "../../src/kernel/result.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { HardwareDesk } from "../../src/kernel/ports-hardware.ts";

/** A site whose machines nobody asks about their hardware. */
export const noHardware: HardwareDesk = {
  hardware: () => [],
  hardwareOf: () => null,
  lookNow: async (host) => err(new KoboshiError("KB1002", { what: host })),
  trustCertificate: async ({ host }) => err(new KoboshiError("KB1002", { what: host })),
  traps: async () => [],
  trapIntake: () => ({
    port: null,
    problem: null,
    taken: 0,
    refused: 0,
    malformed: 0,
    dropped: 0,
    lastRefusedFrom: null,
    unwritten: 0,
  }),
};
