import { elapsedMs, stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import { dueInMs, type WorkStamps } from "./due.ts";
import { upLimitAt } from "./limits.ts";
import type { RecoveryMemory } from "./memory.ts";
import { createRoster, type Roster } from "./roster.ts";
import { createTurns, type Turns } from "./turns.ts";
import { recoveryWorks, type RecoveryWork } from "./work.ts";

export interface RecoveryScheduleDeps {
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  readonly memory: RecoveryMemory;
  /** when each work of the plan was last done, as the ledger knows (`lastWork` makes it of runs, copies and restores) */
  lastOf(plan: string): Promise<WorkStamps>;
  /** Does the work to its end, whatever the end is; a rejection is logged. */
  start(work: RecoveryWork, plan: BackupPlan): Promise<void>;
  /** The limit of a running backup is another from now on; null: none. */
  limitChanged?(plan: BackupPlan, upBitsPerSecond: number | null): void;
}

/** Does what is due, one work of a plan at a time. */
export interface RecoverySchedule {
  /** Reads what was done before, then begins. What was missed meanwhile is done once. */
  start(): Promise<void>;
  /** To be called when the configuration was replaced. */
  apply(): Promise<void>;
  /** Begins nothing more; what runs is not touched. */
  stop(): void;
  /** Does a work now, in the plan's turn. @returns null: another work of the plan is under way */
  run(work: RecoveryWork, plan: string, how?: () => Promise<void>): Promise<void> | null;
  running(plan: string): readonly RecoveryWork[];
  /** An earlier process did not bring the work to its end: it waits as if this one had just tried it. */
  tried(work: RecoveryWork, plan: string): void;
  /** by the wall clock as it is now; null: not by itself */
  nextAtMs(plan: string, work?: RecoveryWork): number | null;
}

/** Between two looks the wall clock may have been stepped. */
const lookEveryMs = 30_000;
/** What was done by others, from the command line, is learned of after this. */
const readEveryMs = 10 * 60_000;
/** More at once would share one link and one disk of the hub. Our judgement. */
const mostAtOnce = 4;

interface State extends RecoveryScheduleDeps {
  readonly roster: Roster;
  readonly turns: Turns;
  openedAt: Stamp;
  readAt: Stamp;
  timer: Timer | null;
  isStopped: boolean;
}

export function createRecoverySchedule(deps: RecoveryScheduleDeps): RecoverySchedule {
  const now = stampNow(deps.clock);
  const [roster, turns] = [createRoster(deps), createTurns(deps.clock)];
  const state: State = { ...deps, roster, turns, openedAt: now, readAt: now, timer: null, isStopped: true };
  return {
    async start() {
      state.isStopped = false;
      state.openedAt = stampNow(deps.clock);
      await readAll(state);
      look(state);
    },
    async apply() {
      await readAll(state);
      look(state);
    },
    stop() {
      state.isStopped = true;
      state.timer?.cancel();
    },
    run(work, key, how) {
      const plan = deps.site().backups?.get(key);
      if (plan === undefined || turns.isBusy(key, work)) return null;
      return carryOut(state, { plan, work }, how ?? (() => deps.start(work, plan)));
    },
    running: (key) =>
      turns
        .going()
        .filter(({ plan }) => plan === key)
        .map(({ work }) => work),
    tried: (work, key) => turns.mark(key, work),
    nextAtMs(key, work = "backup") {
      const plan = deps.site().backups?.get(key);
      const leftMs = plan === undefined ? null : inMs(state, plan, work);
      return leftMs === null ? null : deps.clock.nowMs() + leftMs;
    },
  };
}

function plansOf({ site }: State): readonly BackupPlan[] {
  return [...(site().backups?.values() ?? [])];
}

function inMs({ roster, turns, openedAt, site, clock }: State, plan: BackupPlan, work: RecoveryWork): number | null {
  const known = roster.of(plan.key);
  if (known === null) return null;
  const facts = { ...known, openedAt, tried: turns.tried(plan.key) };
  return dueInMs({ plan, work, timeZone: site().timeZone }, facts, stampNow(clock));
}

async function carryOut(
  state: State,
  { plan, work }: { readonly plan: BackupPlan; readonly work: RecoveryWork },
  how: () => Promise<void>,
): Promise<void> {
  try {
    await state.turns.take({ plan: plan.key, work, limit: limitNow(state, plan) }, how);
  } finally {
    await readOf(state, [plan]);
    look(state);
  }
}

function look(state: State): void {
  const { clock, turns, log } = state;
  state.timer?.cancel();
  if (state.isStopped) return;
  const plans = plansOf(state);
  const due = recoveryWorks.flatMap((work) => plans.map((plan) => ({ plan, work, leftMs: inMs(state, plan, work) })));
  for (const { plan, work, leftMs } of due) {
    if (turns.going().length >= mostAtOnce) break;
    if (leftMs === null || leftMs > 0 || turns.isBusy(plan.key, work)) continue;
    carryOut(state, { plan, work }, () => state.start(work, plan)).catch((thrown: unknown) => {
      log.error("work of a backup ended with a fault", { plan: plan.key, work, error: errorText(thrown) });
    });
  }
  followLimits(state);
  const soonMs = Math.min(lookEveryMs, ...due.flatMap(({ leftMs }) => (leftMs !== null && leftMs > 0 ? [leftMs] : [])));
  state.timer = clock.after(soonMs, () => void lookAgain(state));
}

async function lookAgain(state: State): Promise<void> {
  if (elapsedMs(state.readAt, stampNow(state.clock)) >= readEveryMs) await readAll(state);
  look(state);
}

function limitNow({ clock, site }: State, plan: BackupPlan): number | null {
  return upLimitAt(plan, clock.nowMs(), site().timeZone);
}

function followLimits(state: State): void {
  for (const turn of state.turns.going().filter(({ work }) => work === "backup")) {
    const plan = state.site().backups?.get(turn.plan);
    if (plan === undefined) continue;
    const limit = limitNow(state, plan);
    if (limit === turn.limit) continue;
    turn.limit = limit;
    state.limitChanged?.(plan, limit);
  }
}

async function readAll(state: State): Promise<void> {
  state.readAt = stampNow(state.clock);
  await readOf(state, plansOf(state));
}

async function readOf({ roster, log }: State, plans: readonly BackupPlan[]): Promise<void> {
  try {
    await roster.read(plans);
  } catch (thrown) {
    log.error("what was last done of backups could not be read", { error: errorText(thrown) });
  }
}
