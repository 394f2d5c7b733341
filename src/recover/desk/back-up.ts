import { elapsedMs, stampNow } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import { runPlan } from "../run/run-plan.ts";
import { reconcileRuns } from "../run/reconcile.ts";
import type { RunDeps, RunWanted } from "../run/work.ts";
import { ownTargets } from "../schedule/work.ts";
import { newSetId } from "../sets/set-id.ts";
import { countClasses } from "../text/classes.ts";
import { append, type Works } from "./deps.ts";
import { limitedNow } from "./limits.ts";
import { markProduction } from "./production.ts";

const endKinds = {
  committed: "backup.committed",
  partial: "backup.partial",
  failed: "backup.failed",
  interrupted: "backup.failed",
} as const;

/** Backs up to every place of the plan, one after the other; each place counts by its own committed set. */
export async function backUp(
  works: Works,
  plan: BackupPlan,
  { signal, first = newSetId(works.clock.nowMs()) }: { readonly signal: AbortSignal; readonly first?: string },
): Promise<readonly BackupRun[]> {
  const targets = ownTargets(plan).filter(({ adopt }) => !adopt);
  if (targets.length === 0) throw new KoboshiError("KB8020", { plan: plan.key, place: "—", why: "repo" });
  const done: BackupRun[] = [];
  for (const [nth, target] of targets.entries()) {
    if (signal.aborted) break;
    done.push(await toOne(works, { plan, target, set: nth === 0 ? first : newSetId(works.clock.nowMs()), signal }));
  }
  return done;
}

interface One {
  readonly plan: BackupPlan;
  readonly target: BackupTarget;
  readonly set: string;
  readonly signal: AbortSignal;
}

async function toOne(works: Works, { plan, target, set, signal }: One): Promise<BackupRun> {
  const { ledger, clock, machines } = works;
  const known = await ledger.read.committedSets({ plan: plan.key, place: target.at, limit: 1 });
  const machine = await machines.of(plan, target.at);
  await ledger.transaction((tx) =>
    append(tx, { kind: "backup.started", data: { plan: plan.key, place: target.at, set } }),
  );
  try {
    await markProduction(works, plan, machine);
    const { workplace } = machine;
    const run = await withinLimits(works, { plan, target, workplace, set, mayInit: known.length === 0, signal });
    await ledger.transaction(async (tx) => {
      if (run.record !== null) await tx.putSet({ plan: plan.key, place: target.at }, run.record);
      const kind = endKinds[run.state as keyof typeof endKinds] ?? "backup.failed";
      const seconds = elapsedMs(run.startedAt, run.endedAt ?? stampNow(clock)) / 1_000;
      const data = { plan: plan.key, place: target.at, set: run.set, seconds, trouble: run.trouble };
      await append(tx, { kind, data });
    });
    return run;
  } finally {
    await machine.close();
  }
}

/** Another limit needs another restic: what was sent stays sent, and the set begins again under its own name. */
async function withinLimits(
  works: Works,
  wanted: Omit<RunWanted, "signal"> & { readonly signal: AbortSignal },
): Promise<BackupRun> {
  for (;;) {
    const change = works.limits.watch(wanted.plan.key);
    const run = await runPlan(runDepsOf(works), {
      ...wanted,
      plan: limitedNow(works, wanted.plan),
      signal: AbortSignal.any([wanted.signal, change]),
      onProgress: works.say,
    });
    if (run.state !== "interrupted" || !change.aborted || wanted.signal.aborted) return run;
    works.log.info("backup begins again with another limit", { plan: run.plan, place: run.place, set: run.set });
  }
}

export function runDepsOf({ clock, log, ledger }: Works): RunDeps {
  return {
    clock,
    log,
    classes: (text) => countClasses([text]),
    keep: (run) => ledger.transaction((tx) => tx.putBackupRun(run)),
  };
}

/** After a restart: what the repository holds is what happened, whatever the ledger had heard. */
export async function settleRuns(works: Works, plan: BackupPlan): Promise<void> {
  const open = (await works.ledger.read.unendedBackupRuns()).filter((run) => run.plan === plan.key);
  for (const target of ownTargets(plan)) {
    const runs = open.filter(({ place }) => place === target.at);
    if (runs.length === 0) continue;
    const machine = await works.machines.of(plan, target.at);
    try {
      const settled = await reconcileRuns(runDepsOf(works), { plan, target, workplace: machine.workplace, runs });
      if (!settled.ok)
        works.log.warn("runs not settled", { plan: plan.key, place: target.at, text: settled.error.text });
    } finally {
      await machine.close();
    }
  }
}
