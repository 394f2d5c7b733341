import type { AsyncLocalStorage } from "node:async_hooks";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { CommitListeners } from "./commit-listeners.ts";
import type { Gate } from "./gate.ts";
import type { LedgerTx } from "./ledger.ts";
import type { EventWriter } from "./nouns/events.ts";

/** Someone else's program may hold the file for a moment, as a backup tool does: worth waiting, without blocking. */
const busyTries = 40;
const busyPauseMs = 100;
/** A body waits for nothing but the ledger, so it ends within milliseconds; one that does not is worth a word. */
const slowMs = 10_000;

/** So many pieces of work share one commit, when they wait for the disk at the same time. */
const groupSize = 256;
/** After this long the next commit is due, so that the first of a group does not wait for the last. */
const groupMs = 5;

/** How the caller hears of its work, once that is on disk or lost. */
export interface Settle {
  keep(): void;
  fail(thrown: unknown): void;
}

/** A piece of work that waits for its turn. */
export interface Work {
  readonly kind: "work";
  run(tx: LedgerTx): Promise<Settle>;
  fail(thrown: unknown): void;
}

export interface GroupDeps {
  readonly gate: Gate;
  readonly tx: LedgerTx;
  readonly events: EventWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly listeners: CommitListeners;
  /** says whether a call comes from within a piece of work */
  readonly inside: AsyncLocalStorage<{ running: boolean }>;
  /** the next piece that may share the commit */
  takeWork(): Work | undefined;
}

/** Runs what waits in one transaction. A piece that fails is undone alone; trouble with the file fails them all. */
export async function commitGroup(deps: GroupDeps): Promise<void> {
  const { gate, events, clock, listeners, takeWork } = deps;
  const done: Settle[] = [];
  try {
    await begin(deps);
  } catch (thrown) {
    takeWork()?.fail(thrown);
    return;
  }
  const sinceMs = clock.monotonicMs();
  try {
    while (done.length < groupSize && (done.length === 0 || clock.monotonicMs() - sinceMs < groupMs)) {
      const work = takeWork();
      if (work === undefined) break;
      const settle = await runPart(deps, work);
      if (settle !== null) done.push(settle);
    }
    gate.commit();
  } catch (thrown) {
    events.rolledBackTo(0);
    gate.rollback();
    for (const { fail } of done) fail(thrown);
    return;
  }
  listeners.tell(events.committed());
  for (const { keep } of done) keep();
}

async function begin({ gate, clock }: GroupDeps): Promise<void> {
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

/** @returns null when the piece failed and is undone. @throws what broke the whole transaction */
async function runPart({ gate, tx, events, clock, log, inside }: GroupDeps, work: Work): Promise<Settle | null> {
  const scope = { running: true };
  const late = clock.after(slowMs, () => log.warn("a ledger transaction holds up all others", { sinceMs: slowMs }));
  const before = events.count();
  try {
    gate.beginPart();
    const settle = await inside.run(scope, () => work.run(tx));
    scope.running = false;
    gate.keepPart();
    return settle;
  } catch (thrown) {
    scope.running = false;
    events.rolledBackTo(before);
    work.fail(thrown);
    if (gate.isBroken()) throw thrown;
    gate.undoPart();
    return null;
  } finally {
    late.cancel();
  }
}
