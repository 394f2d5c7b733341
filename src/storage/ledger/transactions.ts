import { AsyncLocalStorage } from "node:async_hooks";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { createCommitListeners } from "./commit-listeners.ts";
import type { Gate } from "./gate.ts";
import type { Ledger, LedgerTx } from "./ledger.ts";
import type { EventWriter } from "./nouns/events.ts";

export interface Transactions extends Pick<Ledger, "transaction" | "onCommit"> {
  /** Runs `work` between two transactions. */
  between(work: () => void): Promise<void>;
  /** Takes no more work; resolves when what was taken is done. */
  end(): Promise<void>;
}

export interface TransactionDeps {
  readonly gate: Gate;
  readonly tx: LedgerTx;
  readonly events: EventWriter;
  readonly clock: Clock;
  readonly log: Log;
}

/** Someone else's program may hold the file for a moment, as a backup tool does: worth waiting, without blocking. */
const busyTries = 40;
const busyPauseMs = 100;
/** A body waits for nothing but the ledger, so it ends within milliseconds; one that does not is worth a word. */
const slowMs = 10_000;

/** One transaction after the other on one connection. */
export function createTransactions({ gate, tx, events, clock, log }: TransactionDeps): Transactions {
  const listeners = createCommitListeners(log);
  const inside = new AsyncLocalStorage<{ running: boolean }>();
  let last: Promise<unknown> = Promise.resolve();
  let ended = false;

  function queue<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    // the caller gets the failure; the next in line only waits for the end
    last = result.catch(() => undefined);
    return result;
  }

  async function begin(): Promise<void> {
    for (let left = busyTries; ; left--) {
      try {
        gate.begin();
        return;
      } catch (thrown) {
        if (left === 0 || !(thrown instanceof KoboshiError && thrown.code === "KB2001")) throw thrown;
      }
      await sleep(clock, busyPauseMs);
    }
  }

  async function runOne<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T> {
    const scope = { running: true };
    await begin();
    const late = clock.after(slowMs, () => log.warn("a ledger transaction holds up all others", { sinceMs: slowMs }));
    let value: T;
    try {
      value = await inside.run(scope, () => work(tx));
      gate.commit();
    } catch (thrown) {
      events.rolledBack();
      gate.rollback();
      throw thrown;
    } finally {
      late.cancel();
      scope.running = false;
    }
    listeners.tell(events.committed());
    return value;
  }

  async function transaction<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T> {
    if (ended) throw new Error("the ledger is closed");
    if (inside.getStore()?.running === true) {
      throw new Error("a transaction inside a transaction would wait for itself for ever");
    }
    return queue(() => runOne(work));
  }

  return {
    transaction,
    onCommit: (listener) => listeners.add(listener),
    between: (work) => queue(async () => work()),
    async end() {
      ended = true;
      await last;
    },
  };
}
