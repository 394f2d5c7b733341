import type { BackupPlan } from "../kernel/model/backup.ts";
import type { Site } from "../kernel/model/site.ts";
import { Secret, UnopenedSecret } from "../kernel/secret.ts";
import { advice, draft, note, type Draft, type Path, type Sentence } from "./finding.ts";

/** What a careful reader would say of backups that are right by the rules. */
export function recoveryLints(site: Site): Draft[] {
  const plans = [...(site.backups ?? new Map<string, BackupPlan>()).values()];
  return [
    ...plans.flatMap((plan) => [...planLints(plan), ...drillLints(plan, site)]),
    ...sharedRepositories(plans),
    ...ownLints(plans, site),
  ];
}

/** Whoever copies others' data and not koboshi's own loses what was known of them. */
function ownLints(plans: readonly BackupPlan[], { hub }: Site): Draft[] {
  const ledger = `${hub.dataFolder.replace(/\/+$/, "")}/ledger.sqlite`;
  const isCopied = plans.some(
    ({ own, databases }) =>
      own === true || databases.some(({ engine, name }) => engine === "sqlite" && name === ledger),
  );
  if (plans.length === 0 || isCopied) return [];
  return [note("hub-not-copied", ["backups"], [(w) => w.hubNotCopied, (w) => w.hubNotCopiedHint])];
}

function planLints(plan: BackupPlan): Draft[] {
  const { key } = plan;
  const path = ["backups", key];
  const found: Draft[] = [];
  if (plan.with === "external") return found;
  if (plan.with === "restic" && plan.password === null) {
    const [say, hint]: [Sentence, Sentence] = [(w) => w.noPassword(key), (w) => w.noPasswordHint];
    found.push(advice({ code: "backup-no-password", path, part: "key", say, hint }));
  }
  if (plan.loseAtMostMs === null || plan.backWithinMs === null)
    found.push(note("backup-no-target", path, [(w) => w.noTarget(key), (w) => w.noTargetHint]));
  if (plan.at === null && plan.to.some(({ adopt }) => !adopt))
    found.push(note("backup-by-hand", path, [(w) => w.byHand(key), (w) => w.byHandHint]));
  return found;
}

/** A drill writes over its target: that is never a machine at work. */
function drillLints({ key, host, drill }: BackupPlan, site: Site): Draft[] {
  if (drill === null) return [];
  const path = ["backups", key, "drill", "restore_to", "host"];
  if (drill.host === host) {
    const say: Sentence = (w) => w.drillOnSource(host);
    return [draft({ code: "drill-on-source", path, say, hint: (w) => w.drillOnSourceHint })];
  }
  const target = site.hosts.get(drill.host);
  if (target === undefined || target.role === "drill") return [];
  const say: Sentence = (w) => w.drillRole(drill.host);
  return [advice({ code: "drill-role", path, say, hint: (w) => w.drillRoleHint(drill.host) })];
}

interface Use {
  readonly plan: BackupPlan;
  readonly path: Path;
}

/** Several backups may share a repository if they open it the same way; one backup never writes it twice. */
function sharedRepositories(plans: readonly BackupPlan[]): Draft[] {
  const first = new Map<string, Use>();
  const found: Draft[] = [];
  for (const plan of plans) {
    for (const [index, { at, repo }] of plan.to.entries()) {
      if (repo === null) continue;
      const path = ["backups", plan.key, "to", index, "repo"];
      const name = `${at} ${repo.replace(/\/+$/, "")}`;
      const before = first.get(name);
      if (before === undefined) first.set(name, { plan, path });
      else found.push(...clash(before.plan, plan, path));
    }
  }
  return found;
}

function clash(before: BackupPlan, plan: BackupPlan, path: Path): Draft[] {
  if (before.key === plan.key) {
    const say: Sentence = (w) => w.repositoryTwice(plan.key);
    return [draft({ code: "repository-twice", path, say, hint: (w) => w.repositoryTwiceHint })];
  }
  if (before.with === plan.with && isSame(before.password, plan.password)) return [];
  const say: Sentence = (w) => w.repositoryShared(before.key);
  return [draft({ code: "repository-shared", path, say, hint: (w) => w.repositorySharedHint })];
}

function isSame(one: Secret | null, other: Secret | null): boolean {
  if (one instanceof UnopenedSecret && other instanceof UnopenedSecret) return one.written() === other.written();
  return one === other;
}
