import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { createCommitListeners } from "./commit-listeners.ts";
import type { Gate } from "./gate.ts";
import { commitGroup, type Settle, type Work } from "./group.ts";
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

/** A piece of work that waits for its turn: alone, or with its neighbours in one commit. */
type Waiting = Work | { readonly kind: "alone"; run(): void };

/**
 * One piece of work after the other on one connection. What waits at the same moment is committed together: each piece is
 * still whole or not there at all, and nobody hears of success before the common commit is on disk.
 */
export function createTransactions({ gate, tx, events, clock, log }: TransactionDeps): Transactions {
  const listeners = createCommitListeners(log);
  const inside = new AsyncLocalStorage<{ running: boolean }>();
  const waiting: Waiting[] = [];
  const deps = { gate, tx, events, clock, log, listeners, inside, takeWork };
  let working: Promise<void> | null = null;
  let ended = false;

  function add(one: Waiting): void {
    waiting.push(one);
    working ??= Promise.resolve().then(workAll);
  }

  async function workAll(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (next.kind === "work") await commitGroup(deps);
      else {
        waiting.shift();
        next.run();
      }
    }
    // in the same step as the last look: whoever comes now starts anew
    working = null;
  }

  function takeWork(): Work | undefined {
    const next = waiting[0];
    if (next?.kind !== "work") return undefined;
    waiting.shift();
    return next;
  }

  async function transaction<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T> {
    if (ended) throw new Error("the ledger is closed");
    if (inside.getStore()?.running === true) {
      throw new Error("a transaction inside a transaction would wait for itself for ever");
    }
    return new Promise<T>((keep, fail) => {
      const run = async (open: LedgerTx): Promise<Settle> => {
        const value = await work(open);
        return { keep: () => keep(value), fail };
      };
      add({ kind: "work", run, fail });
    });
  }

  return {
    transaction,
    onCommit: (listener) => listeners.add(listener),
    between: (work) => new Promise((done, fail) => add({ kind: "alone", run: () => runAlone(work, { done, fail }) })),
    async end() {
      ended = true;
      await working;
    },
  };
}

function runAlone(work: () => void, caller: { done: () => void; fail: (thrown: unknown) => void }): void {
  try {
    work();
    caller.done();
  } catch (thrown) {
    caller.fail(thrown);
  }
}
