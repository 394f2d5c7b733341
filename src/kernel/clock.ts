/**
 * The only source of time. Wall time (`nowMs`) is for stamps people read; every duration, deadline and order of events
 * comes from `monotonicMs`, which no clock step can move. `bootId` says which machine start `monotonicMs` counts from,
 * so a value stored before a restart of koboshi can still be compared after it.
 */
export interface Clock {
  /** Unix epoch, UTC, milliseconds. May jump. */
  nowMs(): number;
  /** Milliseconds since the machine started; never goes back while `bootId` stays the same. */
  monotonicMs(): number;
  readonly bootId: string;
  /** Calls `run` once after `delayMs`; the timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
  /** Lets what waits on sockets and timers go first: for work on thousands of things. Left out where nothing else runs. */
  breathe?(): Promise<void>;
}

export interface Timer {
  cancel(): void;
}

/** One moment by both clocks. */
export interface Stamp {
  /** Unix epoch, UTC */
  readonly atMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
}

export function stampNow(clock: Clock): Stamp {
  return { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), bootId: clock.bootId };
}

/** Milliseconds from one moment to a later one, never negative: exact within one boot, by wall time across boots. */
export function elapsedMs(from: Stamp, to: Stamp): number {
  const ms = from.bootId === to.bootId ? to.monotonicMs - from.monotonicMs : to.atMs - from.atMs;
  return Math.max(0, ms);
}

/** The moment `delayMs` after `from`, by both clocks. */
export function later(from: Stamp, delayMs: number): Stamp {
  return { ...from, atMs: from.atMs + delayMs, monotonicMs: from.monotonicMs + delayMs };
}

/** Milliseconds left until `deadline`; 0 when it has passed. */
export function remainingMs(clock: Clock, deadline: Stamp): number {
  return elapsedMs(stampNow(clock), deadline);
}

/** Resolves after `delayMs`, or at once when `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const timer = clock.after(delayMs, done);
    function done(): void {
      signal?.removeEventListener("abort", done);
      timer.cancel();
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}
