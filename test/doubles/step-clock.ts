import type { Clock } from "../../src/kernel/clock.ts";
import { createDueHeap } from "../../src/observe/due-heap.ts";

export interface StepClock extends Clock {
  /** Moves on by `ms`, running timers in order; between them only promises settle, so a day of a thousand checks takes seconds. */
  advance(ms: number): Promise<void>;
  /** The process stands still for `ms`: time passes, and the timers that fell due run late. */
  stall(ms: number): Promise<void>;
  stepWall(ms: number): void;
  timersSet(): number;
}

const microtasks = 12;

/** A fake clock for long times and for stalls. */
export function createStepClock(): StepClock {
  const timers = createDueHeap<{ run: (() => void) | null }>();
  let monotonicMs = 5_000_000;
  let wallOffsetMs = Date.UTC(2026, 10, 21);
  let set = 0;

  async function runDue(untilMs: number): Promise<void> {
    for (let dueMs = timers.peekMs(); dueMs !== null && dueMs <= untilMs; dueMs = timers.peekMs()) {
      const timer = timers.pop();
      if (timer === undefined || timer.run === null) continue;
      monotonicMs = Math.max(monotonicMs, dueMs);
      timer.run();
      set--;
      await settle();
    }
  }

  return {
    bootId: "boot-1",
    nowMs: () => monotonicMs + wallOffsetMs,
    monotonicMs: () => monotonicMs,
    timersSet: () => set,
    after(delayMs, run) {
      const timer: { run: (() => void) | null } = { run };
      timers.push(monotonicMs + Math.max(0, delayMs), timer);
      set++;
      return {
        cancel() {
          if (timer.run === null) return;
          timer.run = null;
          set--;
        },
      };
    },
    async advance(ms) {
      const endMs = monotonicMs + ms;
      await settle();
      await runDue(endMs);
      monotonicMs = endMs;
      await settle();
    },
    async stall(ms) {
      monotonicMs += ms;
      await runDue(monotonicMs);
    },
    stepWall(ms) {
      wallOffsetMs += ms;
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < microtasks; turn++) await Promise.resolve();
}
