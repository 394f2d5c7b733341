import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { RecoveryMemory } from "../schedule/memory.ts";
import { ownTag, planTag } from "../sets/tags.ts";
import { noteOutcome, notePruned, readHistory, usualCount } from "./history.ts";
import { inventoryOf, type Inventory, type StoredSet } from "./inventory.ts";
import { planRetention, refusalsOf, type Refusal, type RetentionPlan } from "./judge.ts";
import type { KeeperTrouble, ListedSnapshot, RetentionKeeper } from "./keeper.ts";
import { rulesOf, type Kept, type KeepRule } from "./rules.ts";

export interface RetentionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: RecoveryMemory;
  /** sets that must stay while a change is suspected */
  pinned(plan: string, place: string): Promise<ReadonlySet<string>>;
}

export interface RetentionJob {
  readonly plan: BackupPlan;
  /** key of the place */
  readonly place: string;
  readonly keeper: RetentionKeeper;
  /** nothing is removed; what would be is told */
  readonly dryRun?: boolean;
  /** who has seen how many go and wants it all the same; null: the schedule */
  readonly confirmedBy?: string | null;
}

/** What was decided of every set, and what was done. */
export interface RetentionOutcome {
  readonly state: "done" | "refused" | "failed" | "planned";
  readonly rules: readonly KeepRule[];
  /** newest first, each with what it stands for; without one it goes */
  readonly sets: readonly Kept<StoredSet>[];
  readonly refusals: readonly Refusal[];
  readonly removedSets: readonly string[];
  readonly removedSnapshots: number;
  readonly trouble: KeeperTrouble | null;
}

interface Looked {
  readonly snapshots: readonly ListedSnapshot[];
  readonly inventory: Inventory;
  readonly plan: RetentionPlan;
  readonly dryRun: readonly string[];
}

/** Removes what the plan's rules let go, unless anything speaks against it; refused and failed are values. */
export async function tidy(deps: RetentionDeps, job: RetentionJob): Promise<RetentionOutcome> {
  const { plan, place } = job;
  const rules = plan.keep === null ? [] : rulesOf(plan.keep);
  const looked = await look(job, rules, deps.clock.nowMs());
  const outcome = looked.ok ? await decide(deps, { job, rules }, looked.value) : unreadable(rules, looked.error);
  const { state, removedSets, refusals } = outcome;
  if (state === "planned") return outcome;
  const reasons = state === "failed" ? ["unreadable"] : refusals.map(({ reason }) => reason);
  const by = job.confirmedBy ?? null;
  const entry = { at: stampNow(deps.clock), state, removed: removedSets.length, reasons, by };
  await noteOutcome(deps.memory, { plan: plan.key, place }, entry);
  return outcome;
}

async function look(
  { plan, keeper }: RetentionJob,
  rules: readonly KeepRule[],
  nowMs: number,
): Promise<Result<Looked, KeeperTrouble>> {
  const snapshots = await keeper.list();
  if (!snapshots.ok) return snapshots;
  const records = await keeper.records(plan.key);
  if (!records.ok) return records;
  const inventory = inventoryOf(plan.key, snapshots.value, records.value);
  const dryRun =
    rules.length === 0
      ? ok<readonly string[]>([])
      : await keeper.dryRun([ownTag, planTag(plan.key), "part=commit"], rules);
  if (!dryRun.ok) return dryRun;
  return ok({
    snapshots: snapshots.value,
    inventory,
    dryRun: dryRun.value,
    plan: planRetention(inventory, rules, nowMs),
  });
}

async function decide(
  deps: RetentionDeps,
  { job, rules }: { readonly job: RetentionJob; readonly rules: readonly KeepRule[] },
  looked: Looked,
): Promise<RetentionOutcome> {
  const { entries } = await readHistory(deps.memory, job.plan.key, job.place);
  const nowMs = deps.clock.nowMs();
  const refusals = refusalsOf({
    ...looked,
    nowMs,
    loseAtMostMs: job.plan.loseAtMostMs,
    usual: usualCount(entries, nowMs),
    isConfirmed: job.confirmedBy != null,
    pinned: await deps.pinned(job.plan.key, job.place),
  });
  const told = { rules, sets: looked.plan.sets, refusals, removedSets: [], removedSnapshots: 0, trouble: null };
  if (job.dryRun === true) return { ...told, state: "planned" };
  if (refusals.length > 0) {
    deps.log.warn("copies were not tidied away", {
      plan: job.plan.key,
      place: job.place,
      reasons: refusals.map((one) => one.reason),
    });
    return { ...told, state: "refused" };
  }
  const removed = await remove(job.keeper, looked);
  if (!removed.ok) return { ...told, state: "failed", trouble: removed.error };
  const removedSets = looked.plan.going.map(({ set }) => set);
  return { ...told, state: "done", removedSets, removedSnapshots: removed.value };
}

/**
 * First the commit records, then the parts: whatever is interrupted, no set is left that says it is whole and is not.
 * Whether they are gone is seen by listing again, for before restic 0.19 an exit code of 0 proves nothing.
 * @returns how many snapshots went
 */
async function remove(keeper: RetentionKeeper, { plan, snapshots }: Looked): Promise<Result<number, KeeperTrouble>> {
  const stays = new Set(
    plan.sets.flatMap(({ entry, units }) => (units.length > 0 ? [...entry.commits, ...entry.parts] : [])),
  );
  const listed = new Set(snapshots.map(({ id }) => id));
  const isFree = (id: string): boolean => listed.has(id) && !stays.has(id);
  const commits = plan.going.flatMap((set) => set.commits).filter(isFree);
  const parts = [...new Set([...plan.going.flatMap((set) => set.parts), ...plan.orphans])].filter(isFree);
  for (const ids of [commits, parts]) {
    if (ids.length === 0) continue;
    const forgotten = await keeper.forget(ids);
    if (!forgotten.ok) return forgotten;
    const after = await keeper.list();
    if (!after.ok) return after;
    const now = new Set(after.value.map(({ id }) => id));
    const left = ids.filter((id) => now.has(id));
    if (left.length > 0)
      return err({ code: "not-removed", text: `${left.length} of ${ids.length} snapshots are still there` });
    const lost = [...stays].filter((id) => listed.has(id) && !now.has(id));
    if (lost.length > 0) return err({ code: "lost", text: `${lost.length} snapshots that must stay are gone` });
  }
  return ok(commits.length + parts.length);
}

function unreadable(rules: readonly KeepRule[], trouble: KeeperTrouble): RetentionOutcome {
  const refusals: readonly Refusal[] = [{ reason: "unreadable", facts: { code: trouble.code, text: trouble.text } }];
  return { state: "failed", rules, sets: [], refusals, removedSets: [], removedSnapshots: 0, trouble };
}

/** Gives back the space of what was removed, and looks at the structure after it; not while anything is suspected. */
export async function prune(
  deps: RetentionDeps,
  { plan, place, keeper }: Pick<RetentionJob, "plan" | "place" | "keeper">,
): Promise<Result<null, KeeperTrouble | Refusal>> {
  const pinned = await deps.pinned(plan.key, place);
  if (pinned.size > 0) return err({ reason: "pinned", facts: { count: pinned.size } });
  const { entries } = await readHistory(deps.memory, plan.key, place);
  // what was removed lately can still be brought back as long as its space is not given away
  if (entries[0] !== undefined && entries[0].state !== "done")
    return err({ code: "refused", text: entries[0].reasons.join(" ") });
  const pruned = await keeper.prune();
  const checked = pruned.ok ? await keeper.check() : pruned;
  if (!checked.ok) return checked;
  await notePruned(deps.memory, { plan: plan.key, place }, stampNow(deps.clock));
  return ok(null);
}
