import type { Clock } from "../../../src/kernel/clock.ts";
import type { Log } from "../../../src/kernel/log.ts";
import type { Ledger } from "../../../src/storage/ledger/ledger.ts";
import { createFakeClock, type FakeClock } from "../../doubles/fake-clock.ts";

export interface LedgerDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** One engine under the contract: each call gives an empty ledger of its own. */
export interface Engine {
  readonly name: string;
  open(deps: LedgerDeps): Promise<{ readonly ledger: Ledger; dispose(): Promise<void> }>;
}

export interface Bench {
  readonly ledger: Ledger;
  readonly clock: FakeClock;
  /** warnings and errors logged */
  readonly complaints: string[];
}

function quiet(): void {
  // debug and info are of no interest here
}

export async function withLedger(engine: Engine, body: (bench: Bench) => Promise<void>): Promise<void> {
  const clock = createFakeClock();
  const complaints: string[] = [];
  const complain = (message: string): void => {
    complaints.push(message);
  };
  const { ledger, dispose } = await engine.open({
    clock,
    log: { debug: quiet, info: quiet, warn: complain, error: complain },
  });
  try {
    await body({ ledger, clock, complaints });
  } finally {
    await dispose();
  }
}
