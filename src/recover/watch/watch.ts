import { stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan, CommitRecord } from "../../kernel/model/backup.ts";
import type { CopyState } from "../../kernel/model/recovery.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { KeptOfPlan } from "../schedule/facts.ts";
import type { RecoveryMemory } from "../schedule/memory.ts";
import { firstSeenOf } from "../schedule/roster.ts";
import { lastRefusal } from "../retention/history.ts";
import type { SetChange } from "./change.ts";
import type { BackupFinding, Watched } from "./finding.ts";
import { copyFindings } from "./rules-copy.ts";
import { runFindings } from "./rules-run.ts";
import { createBackupSignals, type BackupSignals } from "./signals.ts";
import { createSuspects, type Suspects } from "./suspects.ts";
import { datedSets } from "./usable.ts";

export interface RecoveryWatchDeps {
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  readonly memory: RecoveryMemory;
  /** what the ledger keeps of the plan: its newest runs (30 and more), copies and restores */
  kept(plan: string): Promise<KeptOfPlan>;
  /** What the second set changed against the first, read at that place; null: cannot be read. */
  changeOf(
    plan: BackupPlan,
    place: string,
    sets: { readonly before: CommitRecord; readonly after: CommitRecord },
  ): Promise<SetChange | null>;
  /** those of before a restart */
  readonly openSignals: readonly Signal[];
  take(changes: readonly SignalChange[]): Promise<void>;
}

/** Notices backups that do not come, do not last, or do not look as they should. */
export interface RecoveryWatch {
  start(): void;
  /** To be called when the configuration was replaced. */
  apply(): void;
  stop(): void;
  /** To be called after each reading of the plan's repositories, whether it succeeded or not. */
  readingEnded(plan: string): Promise<void>;
  /** A person says that the change of the newest set is as it must be. @returns false when nothing was suspected */
  accept(plan: string, place: string): Promise<boolean>;
  /** Ids of the sets that must not go while a change is suspected. */
  pinned(plan: string, place: string): Promise<ReadonlySet<string>>;
}

const lookEveryMs = 60_000;

interface State extends RecoveryWatchDeps {
  readonly signals: BackupSignals;
  readonly suspects: Suspects;
  /** by plan and place */
  readonly failedReads: Map<string, Map<string, number>>;
  openedAt: Stamp;
  timer: Timer | null;
  isStopped: boolean;
}

export function createRecoveryWatch(deps: RecoveryWatchDeps): RecoveryWatch {
  const state: State = {
    ...deps,
    signals: createBackupSignals(deps.clock, deps.openSignals),
    suspects: createSuspects(deps.memory),
    failedReads: failedBefore(deps.openSignals),
    openedAt: stampNow(deps.clock),
    timer: null,
    isStopped: true,
  };
  const copyAt = async (plan: string, place: string): Promise<CopyState | undefined> =>
    (await deps.kept(plan)).copies.find((copy) => copy.place === place);
  return {
    start() {
      state.isStopped = false;
      state.openedAt = stampNow(deps.clock);
      void lookOn(state);
    },
    apply: () => void lookAll(state),
    stop() {
      state.isStopped = true;
      state.timer?.cancel();
    },
    readingEnded: (plan) => readingEnded(state, plan),
    async accept(key, place) {
      const copy = await copyAt(key, place);
      const accepted = copy !== undefined && (await state.suspects.accept(copy));
      if (accepted) await lookAt(state, key);
      return accepted;
    },
    async pinned(plan, place) {
      const copy = await copyAt(plan, place);
      return copy === undefined ? new Set() : state.suspects.pinned(copy, deps.clock.nowMs());
    },
  };
}

/** What could not be read before the restart is still told until it was read. */
function failedBefore(openSignals: readonly Signal[]): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const { kind, facts } of openSignals) {
    const { plan, place, trouble, times } = facts;
    if (kind !== "backup" || trouble !== "unreadable" || typeof place !== "string") continue;
    const key = String(plan);
    found.set(key, (found.get(key) ?? new Map<string, number>()).set(place, Number(times)));
  }
  return found;
}

async function lookOn(state: State): Promise<void> {
  await lookAll(state);
  if (state.isStopped) return;
  state.timer = state.clock.after(lookEveryMs, () => void lookOn(state));
}

async function lookAll(state: State): Promise<void> {
  const plans = state.site().backups ?? new Map<string, BackupPlan>();
  tell(
    state,
    state.signals.tidy((plan) => plans.has(plan)),
  );
  for (const key of plans.keys()) await lookAt(state, key);
}

/** One plan that cannot be looked at does not hide the others. */
async function lookAt(state: State, key: string): Promise<void> {
  const plan = state.site().backups?.get(key);
  if (plan === undefined) return;
  try {
    tell(state, state.signals.become(plan, await findingsOf(state, plan)));
  } catch (thrown) {
    state.log.error("a backup was not looked at", { plan: key, error: errorText(thrown) });
  }
}

async function findingsOf(state: State, plan: BackupPlan): Promise<readonly BackupFinding[]> {
  const { memory, clock, suspects, failedReads, openedAt } = state;
  const now = stampNow(clock);
  const { changes, accepted } = await suspects.view(plan.key);
  const refusals = new Map<string, { atMs: number; reasons: readonly string[] }>();
  for (const { at: place } of plan.to) {
    const refusal = await lastRefusal(memory, plan.key, place);
    if (refusal !== null) refusals.set(place, refusal);
  }
  const watched: Watched = {
    ...(await state.kept(plan.key)),
    plan,
    now,
    openedAt,
    timeZone: state.site().timeZone,
    firstSeen: await firstSeenOf(memory, plan.key, now),
    failedReads: failedReads.get(plan.key) ?? new Map<string, number>(),
    changes: new Map(Object.entries(changes)),
    accepted: new Map(Object.entries(accepted)),
    refusals,
    isTold: (trouble) =>
      state.signals.open().some(({ facts }) => facts["plan"] === plan.key && facts["trouble"] === trouble),
  };
  return [...runFindings(watched), ...copyFindings(watched), ...(await suspects.follow(watched))];
}

async function readingEnded(state: State, key: string): Promise<void> {
  const plan = state.site().backups?.get(key);
  if (plan === undefined) return;
  const { copies } = await state.kept(key);
  const before = state.failedReads.get(key) ?? new Map<string, number>();
  const times = copies.map(
    ({ place, trouble }) => [place, trouble === null ? 0 : (before.get(place) ?? 0) + 1] as const,
  );
  state.failedReads.set(key, new Map(times));
  for (const copy of copies) await compareNewest(state, plan, copy);
  await lookAt(state, key);
}

/** What the newest set changed is read once, after it came. */
async function compareNewest(state: State, plan: BackupPlan, copy: CopyState): Promise<void> {
  if (copy.trouble !== null) return;
  const [after, before] = datedSets(copy, [], state.clock.nowMs()).filter(({ isFuture }) => !isFuture);
  if (after === undefined || before === undefined) return;
  const { changes } = await state.suspects.view(plan.key);
  if (changes[copy.place]?.set === after.record.set) return;
  try {
    const change = await state.changeOf(plan, copy.place, { before: before.record, after: after.record });
    if (change !== null) await state.suspects.keepChange(plan.key, copy.place, change);
  } catch (thrown) {
    state.log.warn("what a set changed could not be read", { plan: plan.key, error: errorText(thrown) });
  }
}

/** Not waited for: while the ledger is blocked the changes wait in the writer. */
function tell({ take, log }: State, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) =>
    log.error("what was seen of a backup was not told", { error: errorText(thrown) }),
  );
}
