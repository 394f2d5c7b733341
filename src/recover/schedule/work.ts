import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";

/** What recovering does by itself, in the order in which it begins when several are due at once. */
export const recoveryWorks = ["read", "backup", "retention", "verify", "prove", "prune", "drill"] as const;
export type RecoveryWork = (typeof recoveryWorks)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * How often each work is done; a backup goes by the plan's own times and a drill by the plan's own interval. Source:
 * RECOVERY.md §2.8 (proof), §3.2 (rotation, one bucket a day); reading hourly and pruning weekly are our judgement.
 */
export const everyMs: Readonly<Record<Exclude<RecoveryWork, "backup" | "drill">, number>> = {
  read: hourMs,
  retention: dayMs,
  verify: dayMs,
  prove: 31 * dayMs,
  prune: 7 * dayMs,
};
/** What was tried and left no trace (a link that was down) is tried again after this, or after its interval if that is shorter. */
export const retryMs = 6 * hourMs;
/** The same for a reading, which is short and tells of an outage. */
export const retryReadMs = 10 * 60_000;

/** Works of one plan that never go on beside each other: they share its link, its lock and its source. */
export const exclusiveWorks: ReadonlySet<RecoveryWork> = new Set(["backup", "retention", "verify", "prune", "drill"]);

/** The repositories koboshi writes to. */
export function ownTargets({ with: tool, to }: BackupPlan): readonly BackupTarget[] {
  return tool === "restic" ? to.filter(({ adopt, repo }) => !adopt && repo !== null) : [];
}

type Needs = (plan: BackupPlan, own: readonly BackupTarget[]) => boolean;

const isRead: Needs = ({ to }) => to.some(({ repo }) => repo !== null);
/** Nothing is removed with the credential that writes. */
const isTidied: Needs = ({ keep }, own) => keep !== null && own.some(({ maintainer }) => maintainer !== null);

const needs: Readonly<Record<RecoveryWork, Needs>> = {
  read: isRead,
  verify: isRead,
  backup: ({ at }, own) => at !== null && own.length > 0,
  prove: (_plan, own) => own.length > 0,
  retention: isTidied,
  prune: isTidied,
  drill: ({ drill }) => drill !== null && drill.everyMs !== null,
};

/** Whether this work exists for the plan at all. */
export function hasWork(plan: BackupPlan, work: RecoveryWork): boolean {
  return needs[work](plan, ownTargets(plan));
}
