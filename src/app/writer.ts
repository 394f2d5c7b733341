import { sleep, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { SignalChange } from "../kernel/model/signal.ts";

export interface WriterDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** writes confirmed changes down with all that follows from them; throws when the ledger cannot take them */
  keep(changes: readonly SignalChange[]): Promise<void>;
  /** something next to these changes is being decided at this moment */
  undecided(changes: readonly SignalChange[]): boolean;
}

export interface Writer {
  /** @returns when everything that waits is written */
  add(changes: readonly SignalChange[]): Promise<void>;
  /** Writes down what is waiting, once, without waiting for neighbours. */
  stop(): Promise<void>;
  /** what keeps changes from being written; null while all is well */
  blockedBy(): string | null;
}

/** Neighbours of a failing check are being confirmed at the same moment: this long they may still join the first message. */
const gatherMs = 1_500;
const gatherStepMs = 50;
const retryMs = 2_000;
/** Ends are urgent to nobody: after a batch they wait so many times as long as it took, and are written down together. */
const restFactor = 4;
const longestRestMs = 2_000;

/**
 * Writes confirmed changes into the ledger, in order and one batch at a time. What the ledger cannot take waits here and is
 * tried again: it is lost only with the process, and the next one finds it again by looking.
 */
export function createWriter({ clock, log, keep, undecided }: WriterDeps): Writer {
  const waiting: SignalChange[] = [];
  const stopping = new AbortController();
  let working: Promise<void> | null = null;
  let blocked: string | null = null;
  const pace = createPace(clock, stopping.signal);

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      await pace.rest(() => waiting.every(isEnd));
      await gather();
      const batch = waiting.slice();
      if (await written(batch)) waiting.splice(0, batch.length);
      else if (stopping.signal.aborted) return;
      else await sleep(clock, retryMs, stopping.signal);
    }
  }

  async function gather(): Promise<void> {
    const untilMs = clock.monotonicMs() + gatherMs;
    try {
      while (!stopping.signal.aborted && clock.monotonicMs() < untilMs && undecided(waiting)) {
        await sleep(clock, gatherStepMs, stopping.signal);
      }
    } catch (thrown) {
      log.error("neighbours not asked: writing without them", { error: errorText(thrown) });
    }
  }

  async function written(batch: readonly SignalChange[]): Promise<boolean> {
    try {
      await pace.timed(() => keep(batch));
      if (blocked !== null) log.info("ledger takes changes again", { changes: batch.length });
      blocked = null;
      return true;
    } catch (thrown) {
      if (blocked === null)
        log.error("ledger does not take changes", { error: errorText(thrown), waiting: batch.length });
      blocked = errorText(thrown);
      return false;
    }
  }

  function add(changes: readonly SignalChange[]): Promise<void> {
    waiting.push(...changes);
    if (waiting.length === 0) return Promise.resolve();
    working ??= work().finally(() => {
      working = null;
      if (!stopping.signal.aborted) void add([]); // what came between the last look and this moment
    });
    return working;
  }

  return {
    add,
    async stop() {
      stopping.abort();
      await working;
    },
    blockedBy: () => blocked,
  };
}

interface Pace {
  timed(work: () => Promise<void>): Promise<void>;
  /** @returns when it is over, or nobody may wait any more */
  rest(mayWait: () => boolean): Promise<void>;
}

/** When everything recovers at once, most of the time stays for looking. */
function createPace(clock: Clock, stopping: AbortSignal): Pace {
  let restUntilMs = 0;
  return {
    async timed(work) {
      const beganMs = clock.monotonicMs();
      try {
        await work();
      } finally {
        const endedMs = clock.monotonicMs();
        restUntilMs = endedMs + Math.min((endedMs - beganMs) * restFactor, longestRestMs);
      }
    },
    async rest(mayWait) {
      while (!stopping.aborted && clock.monotonicMs() < restUntilMs && mayWait()) {
        await sleep(clock, gatherStepMs, stopping);
      }
    },
  };
}

function isEnd({ change }: SignalChange): boolean {
  return change === "closed";
}
