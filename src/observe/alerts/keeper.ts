import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { AlertSource, Ledger } from "../../storage/ledger/ledger.ts";
import type { Book, Plan } from "./book.ts";
import type { Alert } from "./read.ts";

export interface KeeperDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: Book;
  /** hands what changed to the incidents */
  take(changes: readonly SignalChange[]): Promise<void>;
}

export interface Keeper {
  /** @returns once they are on the disk; throws what the ledger throws */
  keep(source: AlertSource, alerts: readonly Alert[]): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

interface Job {
  readonly source: AlertSource;
  readonly alerts: readonly Alert[];
  resolve(): void;
  reject(thrown: unknown): void;
}

/** One commit holds what came while the one before it was written, up to about this many alerts. */
const mostPerCommit = 2_000;
const lookEveryMs = 1_000;
const lookedAtOnce = 100_000;
const keptMs = 30 * 86_400_000;
const pruneEveryMs = 600_000;
const prunedAtOnce = 10_000;

/** Writes the book's plans one after the other, and ends what nobody repeats. */
export function createKeeper(deps: KeeperDeps): Keeper {
  const { clock, log } = deps;
  const waiting: Job[] = [];
  const turns = createTurns();
  let draining = false;
  let timer: Timer | null = null;
  let pruning: Timer | null = null;
  let stopped = false;

  async function drain(): Promise<void> {
    try {
      while (waiting.length > 0) {
        await keepNext(deps, nextJobs(waiting));
        tell(deps);
      }
    } finally {
      draining = false;
    }
  }

  async function look(): Promise<void> {
    try {
      await turns.inTurn(() => write(deps, deps.book.planExpiry(deps.book.overdue(lookedAtOnce))));
      tell(deps);
    } catch (thrown) {
      log.error("alerts not ended in time", { error: errorText(thrown) });
    }
    if (!stopped) timer = clock.after(lookEveryMs, () => void look());
  }

  async function prune(): Promise<void> {
    const old = { endedBeforeMs: clock.nowMs() - keptMs, limit: prunedAtOnce };
    try {
      await deps.ledger.transaction((tx) => tx.pruneAlerts(old));
    } catch (thrown) {
      log.error("old alerts not forgotten", { error: errorText(thrown) });
    }
    if (!stopped) pruning = clock.after(pruneEveryMs, () => void prune());
  }

  return {
    keep(source, alerts) {
      return new Promise((resolve, reject) => {
        waiting.push({ source, alerts, resolve, reject });
        if (draining) return;
        draining = true;
        void turns.inTurn(drain);
      });
    },
    start() {
      void look();
      void prune();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      pruning?.cancel();
      await turns.end();
    },
  };
}

/** One piece of work after the other. */
function createTurns(): { inTurn(work: () => Promise<void>): Promise<void>; end(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    inTurn(work) {
      const done = last.then(work);
      // the caller gets the failure; the next in line only waits for the end
      last = done.catch(() => undefined);
      return done;
    },
    end: () => last,
  };
}

function nextJobs(waiting: Job[]): readonly Job[] {
  let alerts = 0;
  const end = waiting.findIndex((job, index) => (alerts += job.alerts.length) > mostPerCommit && index > 0);
  return waiting.splice(0, end < 0 ? waiting.length : end);
}

async function keepNext(deps: KeeperDeps, jobs: readonly Job[]): Promise<void> {
  try {
    await write(deps, deps.book.plan(jobs));
    for (const job of jobs) job.resolve();
  } catch (thrown) {
    for (const job of jobs) job.reject(thrown);
  }
}

async function write({ ledger, clock }: KeeperDeps, plan: Plan): Promise<void> {
  if (plan.rows.length > 0 || plan.ended.length > 0) {
    await ledger.transaction(async (tx) => {
      await tx.insertAlerts(plan.firstId, plan.rows);
      await tx.endAlerts(plan.ended, clock.nowMs());
    });
  }
  plan.apply();
}

function tell({ book, take, log }: KeeperDeps): void {
  const changes = book.changes();
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) => log.error("alerts not handed on", { error: errorText(thrown) }));
}
