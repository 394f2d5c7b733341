import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { Ledger, LedgerTx } from "../../storage/ledger/ledger.ts";
import type { StoredJob } from "../../storage/ledger/nouns/jobs.ts";

/** The jobs as a transaction sees and changes them. */
export interface Batch {
  readonly tx: LedgerTx;
  readonly at: Stamp;
  job(key: string): StoredJob | undefined;
  /** written when the batch ends */
  put(job: StoredJob): void;
}

export type Change = (batch: Batch) => Promise<void>;

/**
 * The only writer of jobs. What comes at the same time goes into one transaction: a burst costs one write to the disk, not
 * one each.
 */
export interface Intake {
  /** Resolves when the change is on disk. @throws what the ledger says when it is not: then nothing of it was kept */
  add(change: Change): Promise<void>;
}

export interface IntakeDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** as it is on disk */
  job(key: string): StoredJob | undefined;
  /** they are on disk now */
  kept(jobs: readonly StoredJob[]): void;
}

/** One transaction holds up all others: it stays short. */
const mostAtOnce = 500;
const keptPings = { pings: 100, bodies: 30 };

interface Waiting {
  readonly change: Change;
  readonly done: () => void;
  readonly failed: (thrown: unknown) => void;
}

export function createIntake(deps: IntakeDeps): Intake {
  let waiting: Waiting[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, mostAtOnce);
      waiting = waiting.slice(mostAtOnce);
      try {
        deps.kept(await write(deps, batch));
        for (const { done } of batch) done();
      } catch (thrown) {
        for (const { failed } of batch) failed(thrown);
      }
    }
    working = false;
  }

  return {
    add: (change) =>
      new Promise((done, failed) => {
        waiting.push({ change, done, failed });
        if (!working) void work();
      }),
  };
}

function write({ ledger, clock, job }: IntakeDeps, batch: readonly Waiting[]): Promise<readonly StoredJob[]> {
  return ledger.transaction(async (tx) => {
    const changed = new Map<string, StoredJob>();
    const at = stampNow(clock);
    const view: Batch = {
      tx,
      at,
      job: (key) => changed.get(key) ?? job(key),
      put: (one) => void changed.set(one.key, one),
    };
    for (const { change } of batch) await change(view);
    for (const one of changed.values()) {
      await tx.putJob(one);
      if (one.record.count > 0) await tx.trimPings(one.key, { newest: one.record.count, ...keptPings });
    }
    return [...changed.values()];
  });
}
