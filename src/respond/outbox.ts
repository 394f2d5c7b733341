import { sleep, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Channel } from "../kernel/model/channel.ts";
import type { Delivery } from "../kernel/model/notice.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { carry } from "./carrier.ts";
import { bookOverdue, recoverInterrupted } from "./outbox-book.ts";
import { nextDueMs, startable } from "./outbox-plan.ts";
import { createPatience } from "./patience.ts";
import { createWaker } from "./waker.ts";

export interface OutboxDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** the configuration as it runs now */
  site(): Site;
  readonly channels: readonly Channel[];
  readonly log: Log;
  /** A notice is lost: no channel could deliver it. May come twice for the same one after a crash. */
  onGivenUp?(delivery: Delivery): Promise<void>;
}

export interface Outbox {
  /** Takes up what an earlier process left, then sends whatever is queued until stopped. */
  start(): Promise<void>;
  /** Starts no more attempts, gives the running ones a moment, and puts those back that do not end. */
  stop(): Promise<void>;
  /** Looks again now. Commits of the ledger do this by themselves. */
  wake(): void;
  /** Resolves when nothing is being sent and nothing is due; what waits for a later attempt keeps waiting. */
  drain(): Promise<void>;
}

const retryMs = 5_000;
const stopGraceMs = 3_000;

/**
 * Sends what the ledger's outbox holds: at least once each, in order for each recipient of a channel, and no channel
 * waits for another. A notice that does not get through is asked of another channel as well, while the first goes on.
 */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { ledger, clock } = deps;
  const inFlight = new Map<string, { delivery: Delivery; done: Promise<void> }>();
  const overdue = new Set<string>();
  const stopping = new AbortController();
  const waiters: (() => void)[] = [];
  const patience = createPatience(clock, (id) => void askAnother({ ...deps, overdue, stopping: stopping.signal }, id));
  const waker = createWaker({ ...deps, look, rested: tellWaiters });
  let unlisten: (() => void) | null = null;

  async function look(): Promise<number | null> {
    const unsent = await ledger.read.unsentDeliveries();
    patience.watch(unsent);
    const waiting = unsent.filter(({ id }) => !inFlight.has(id));
    const busy = [...inFlight.values()].map(({ delivery }) => delivery);
    for (const delivery of stopping.signal.aborted ? [] : startable(waiting, busy, clock)) {
      const done = carry({ ...deps, overdue, stopping: stopping.signal }, delivery).then(() => landed(delivery.id));
      inFlight.set(delivery.id, { delivery, done });
    }
    return nextDueMs(waiting, clock);
  }

  function landed(id: string): void {
    inFlight.delete(id);
    waker.wake();
    tellWaiters();
  }

  function tellWaiters(): void {
    if (inFlight.size > 0 || !waker.isResting()) return;
    for (const tell of waiters.splice(0)) tell();
  }

  async function stop(): Promise<void> {
    unlisten?.();
    waker.stop();
    patience.stop();
    const ended = Promise.all([...inFlight.values()].map(({ done }) => done));
    await Promise.race([ended, sleep(clock, stopGraceMs)]);
    stopping.abort();
    await ended;
  }

  return {
    async start() {
      await recoverInterrupted(deps);
      unlisten = ledger.onCommit((events) => {
        if (events.some(({ kind }) => kind === "notice.queued")) waker.wake();
      });
      waker.start();
    },
    stop,
    wake: waker.wake,
    drain() {
      const drained = new Promise<void>((resolve) => waiters.push(resolve));
      waker.wake();
      tellWaiters();
      return drained;
    },
  };
}

interface Asking extends OutboxDeps {
  readonly overdue: Set<string>;
  readonly stopping: AbortSignal;
}

/** Has another channel carry what has been due for too long; a ledger that cannot take it is asked again. */
async function askAnother(deps: Asking, id: string): Promise<void> {
  const { clock, log, overdue, stopping } = deps;
  overdue.add(id);
  while (!stopping.aborted) {
    try {
      await bookOverdue(deps, id, overdue);
      return;
    } catch (thrown) {
      log.error("no other channel could be asked", { delivery: id, error: errorText(thrown), retryInMs: retryMs });
    }
    await sleep(clock, retryMs, stopping);
  }
}
