import type { ClockReading } from "../../kernel/model/aftercare.ts";
import type { RepairRun } from "../../kernel/ports-prevent.ts";

/** When a repair last moved a host's clock or what keeps it; null: none did. */
export function clockSetMs(runs: readonly RepairRun[], host: string): number | null {
  const steps = runs.filter((run) => run.host === host && run.repair.id === "clock").flatMap((run) => run.steps);
  const ended = steps.flatMap(({ state, at }) => (state === "done" && at !== null ? [at.atMs] : []));
  return ended.length === 0 ? null : Math.max(...ended);
}

/** How clocks were read since repairs set them. Nothing is kept over a restart: then it is read anew. */
export interface ClockReadings {
  /** @param of a host in a window @returns those since that moment, oldest first; null: no repair set it */
  since(of: string, setMs: number | null, reading: ClockReading | null): readonly ClockReading[] | null;
}

interface Known {
  readonly setMs: number;
  readonly readings: readonly ClockReading[];
}

/** As many as two a minute apart are found among, also where it is read every few seconds. */
const mostReadings = 30;
/** Clocks that were set in windows which ended long ago. */
const mostKnown = 1_000;

export function createClockReadings(): ClockReadings {
  const known = new Map<string, Known>();
  return {
    since(of, setMs, reading) {
      const last = known.get(of);
      known.delete(of);
      if (setMs === null) return null;
      const before = last?.setMs === setMs ? last.readings : [];
      // one that was shown before is no second reading
      const isNew = reading !== null && before.every(({ at }) => at.monotonicMs !== reading.at.monotonicMs);
      const readings = isNew ? [...before, reading].slice(-mostReadings) : before;
      known.set(of, { setMs, readings });
      for (const oldest of known.keys()) {
        if (known.size <= mostKnown) break;
        known.delete(oldest);
      }
      return readings;
    },
  };
}
