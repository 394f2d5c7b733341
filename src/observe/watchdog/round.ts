import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";

/** Runs `work` now and every `everyMs` by the clock no step can move, one at a time, until stopped. */
export function startRound(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  everyMs: number,
  work: () => Promise<void>,
): { stop(): void } {
  let timer: Timer | null = null;
  let stopped = false;
  async function turn(dueMs: number): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      log.error("a round of watching the watcher failed", { error: errorText(thrown) });
    }
    if (stopped) return;
    const nextMs = Math.max(dueMs + everyMs, clock.monotonicMs());
    timer = clock.after(nextMs - clock.monotonicMs(), () => void turn(nextMs));
  }
  void turn(clock.monotonicMs());
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
