import type { Clock } from "../../kernel/clock.ts";
import type { DrillPhase, PhaseTime } from "../../kernel/model/recovery.ts";

/** Times the phases of a drill by the clock that cannot jump. */
export interface Stopwatch {
  /** Runs one phase and keeps its time, also when it fails. */
  time<T extends PhaseWork | null>(phase: DrillPhase, work: () => Promise<T>): Promise<T>;
  /** Takes phases that were timed elsewhere. */
  add(phases: readonly PhaseTime[]): void;
  phases(): readonly PhaseTime[];
}

export interface PhaseWork {
  readonly bytes: number;
  readonly files: number;
  readonly manualSteps: number;
}

export function createStopwatch(clock: Clock, onPhase: (phase: DrillPhase) => void): Stopwatch {
  const done: PhaseTime[] = [];
  return {
    async time(phase, work) {
      onPhase(phase);
      const began = clock.monotonicMs();
      let took: PhaseWork | null = null;
      try {
        const result = await work();
        took = result;
        return result;
      } finally {
        const { bytes = 0, files = 0, manualSteps = 0 } = took ?? {};
        done.push({ phase, seconds: (clock.monotonicMs() - began) / 1000, bytes, files, manualSteps });
      }
    },
    add: (phases) => void done.push(...phases),
    phases: () => [...done],
  };
}
