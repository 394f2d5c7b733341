import { remainingMs, type Clock, type Timer } from "../kernel/clock.ts";
import type { Delivery } from "../kernel/model/notice.ts";
import { patience } from "./outbox-plan.ts";

export interface Patience {
  /** Takes note of what is due, and forgets what is sent. */
  watch(unsent: readonly Delivery[]): void;
  stop(): void;
}

/** Calls `lost` once for every delivery that is still unsent 15 s after it was first seen due, whatever holds it up. */
export function createPatience(clock: Clock, lost: (id: string) => void): Patience {
  const waiting = new Map<string, Timer>();

  function forget(id: string): void {
    waiting.get(id)?.cancel();
    waiting.delete(id);
  }

  return {
    watch(unsent) {
      const known = new Set(unsent.map(({ id }) => id));
      for (const id of waiting.keys()) if (!known.has(id)) forget(id);
      for (const { id, dueAt } of unsent) {
        if (waiting.has(id) || remainingMs(clock, dueAt) > 0) continue;
        waiting.set(
          id,
          clock.after(patience.waitMs, () => lost(id)),
        );
      }
    },
    stop() {
      for (const id of waiting.keys()) forget(id);
    },
  };
}
