import type { Clock, Timer } from "../kernel/clock.ts";

export interface Repeating {
  stop(): void;
}

/** Runs `work` now and `periodMs` after each run has ended, until stopped. What it throws goes to `failed`. */
export function every(
  clock: Clock,
  periodMs: number,
  { work, failed }: { work: () => Promise<void> | void; failed: (thrown: unknown) => void },
): Repeating {
  let timer: Timer | null = null;
  let stopped = false;
  async function run(): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      failed(thrown);
    }
    if (!stopped) timer = clock.after(periodMs, () => void run());
  }
  void run();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
