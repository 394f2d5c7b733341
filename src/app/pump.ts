import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { SignalChange } from "../kernel/model/signal.ts";
import type { Detector } from "../detect/index.ts";
import { every, type Repeating } from "./every.ts";
import { createWriter } from "./writer.ts";

export interface PumpDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly detector: Detector;
  /** looks at these checks now, from every vantage that runs them */
  probeNow(checkIds: readonly string[]): void;
  /** writes confirmed changes down with all that follows from them; throws when the ledger cannot take them */
  keep(changes: readonly SignalChange[]): Promise<void>;
}

export interface Pump {
  observe(observation: Observation): void;
  /** @returns when the changes are written */
  take(changes: readonly SignalChange[]): Promise<void>;
  start(): void;
  stop(): Promise<void>;
  blockedBy(): string | null;
}

const tickMs = 1_000;

/** Carries observations to the detector and what it confirms to the ledger. */
export function createPump({ clock, log, detector, probeNow, keep }: PumpDeps): Pump {
  const suspected = new Set<string>();
  const writer = createWriter({ clock, log, keep, undecided: (changes) => neighboursUndecided(detector, changes) });
  let ticking: Repeating | null = null;

  /** The first failing attempt of a check sends a look at everything that tells how far it reaches. */
  function suspectNeighbours({ checkId, outcome }: Observation): void {
    if (outcome === "up") suspected.delete(checkId);
    if (outcome !== "down" || suspected.has(checkId)) return;
    suspected.add(checkId);
    probeNow(detector.related(checkId).filter((id) => !suspected.has(id)));
  }

  return {
    observe(observation) {
      suspectNeighbours(observation);
      void writer.add(detector.take(observation));
    },
    take: (changes) => writer.add(changes),
    start() {
      ticking = every(clock, tickMs, {
        work: () => void writer.add(detector.tick()),
        failed: (thrown) => log.error("detector tick failed", { error: errorText(thrown) }),
      });
    },
    async stop() {
      ticking?.stop();
      await writer.stop();
    },
    blockedBy: () => writer.blockedBy(),
  };
}

/** A check near one that was just confirmed is in the middle of its own confirmation. */
function neighboursUndecided(detector: Detector, changes: readonly SignalChange[]): boolean {
  const confirming = new Set(detector.confirming());
  return changes.some(
    ({ change, signal }) =>
      change === "opened" &&
      signal.checkId !== null &&
      detector.related(signal.checkId).some((id) => confirming.has(id)),
  );
}
