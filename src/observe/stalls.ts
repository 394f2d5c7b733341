import type { Clock, Timer } from "../kernel/clock.ts";

/** When this process itself stood still, so that what it timed meanwhile is not blamed on what it looked at. */
export interface Stalls {
  /** From now on. @returns what ends it and tells for how many milliseconds of that time nothing could run here */
  watch(): () => number;
}

interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

const beatMs = 50;
/** A beat this late is no stall: timers are never exact. */
const usualLateMs = 25;
/** No attempt takes longer. */
const keptMs = 300_000;

/** Beats while somebody watches; a beat that comes late tells of a stall. */
export function createStalls(clock: Clock): Stalls {
  let watchers = 0;
  const stalls: Stall[] = [];
  let timer: Timer | null = null;
  let dueMs = 0;

  /** What is overdue counts though its beat has not come yet: whoever asks may have been first in the queue. */
  function note(): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - dueMs > usualLateMs) stalls.push({ fromMs: dueMs, toMs: nowMs });
    if (nowMs > dueMs) dueMs = nowMs;
    while ((stalls[0]?.toMs ?? nowMs) < nowMs - keptMs) stalls.shift();
  }

  function beat(): void {
    note();
    wait();
  }

  function wait(): void {
    dueMs = clock.monotonicMs() + beatMs;
    timer = clock.after(beatMs, beat);
  }

  return {
    watch() {
      const fromMs = clock.monotonicMs();
      if (watchers++ === 0) wait();
      return () => {
        note();
        const heldMs = stalls.reduce((sum, { fromMs: at, toMs }) => sum + Math.max(0, toMs - Math.max(at, fromMs)), 0);
        if (--watchers === 0) {
          timer?.cancel();
          stalls.length = 0;
        }
        return heldMs;
      };
    },
  };
}
