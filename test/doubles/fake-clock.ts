import type { Clock, Timer } from "../../src/kernel/clock.ts";

export interface FakeClock extends Clock {
  /** Moves both clocks on by `ms`, running the timers that fall due in order, and lets promises settle between them. */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock alone. */
  stepWall(ms: number): void;
}

/** A clock that moves only when told; wall time starts at 2026-11-22T02:12:00+09:00. */
export function createFakeClock(startMs = Date.UTC(2026, 10, 21, 17, 12, 0)): FakeClock {
  let wallMs = startMs;
  let monotonicMs = 1_000_000;
  let timers: { atMs: number; order: number; run: () => void }[] = [];
  let order = 0;

  function after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: monotonicMs + Math.max(0, delayMs), order: order++, run };
    timers.push(timer);
    return {
      cancel() {
        timers = timers.filter((other) => other !== timer);
      },
    };
  }

  function moveTo(atMs: number): void {
    wallMs += atMs - monotonicMs;
    monotonicMs = atMs;
  }

  async function advance(ms: number): Promise<void> {
    const endMs = monotonicMs + ms;
    await settle();
    for (;;) {
      const due = timers.filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (due === undefined) break;
      timers = timers.filter((timer) => timer !== due);
      moveTo(due.atMs);
      due.run();
      await settle();
    }
    moveTo(endMs);
    await settle();
  }

  return {
    bootId: "boot-1",
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    after,
    advance,
    stepWall(ms) {
      wallMs += ms;
    },
  };
}

/** Lets what is already resolved run on: promises, and one turn of the loop for I/O that is ready. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
