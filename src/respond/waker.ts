import type { Clock, Timer } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";

export interface WakerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** does what is due now. @returns milliseconds until something falls due by itself; null when nothing will */
  look(): Promise<number | null>;
  /** called each time it has looked and nobody asks it to look again */
  rested?(): void;
}

export interface Waker {
  start(): void;
  stop(): void;
  /** Looks now, or once more when it is looking already. */
  wake(): void;
  isResting(): boolean;
}

const retryMs = 5_000;

/** Calls `look` when woken and when something falls due, never twice at once; a look that fails is made again soon. */
export function createWaker({ clock, log, look, rested }: WakerDeps): Waker {
  const state = { running: false, looking: false, again: false };
  let timer: Timer | null = null;

  async function lookOnce(): Promise<number | null> {
    try {
      return await look();
    } catch (thrown) {
      log.error("the ledger cannot be read or written, looking again soon", { error: errorText(thrown), retryMs });
      return retryMs;
    }
  }

  async function lookWhileAsked(): Promise<void> {
    state.looking = true;
    let waitMs: number | null = null;
    while (state.again && state.running) {
      state.again = false;
      waitMs = await lookOnce();
    }
    state.looking = false;
    timer?.cancel();
    timer = waitMs === null || !state.running ? null : clock.after(waitMs, wake);
    rested?.();
  }

  function wake(): void {
    if (!state.running) return;
    state.again = true;
    if (!state.looking) void lookWhileAsked();
  }

  return {
    start() {
      state.running = true;
      wake();
    },
    stop() {
      state.running = false;
      timer?.cancel();
    },
    wake,
    isResting: () => !state.looking,
  };
}
