import type { Stamp } from "../kernel/clock.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Attention } from "../kernel/model/status.ts";
import type { BackupStatus } from "../kernel/ports-recovery.ts";
import { copiesOwn } from "./audit/own.ts";
import { backupVerdict, type BackupVerdict } from "./verdict.ts";

/** What a person should know of backups although every service answers, worst first. */
export function backupAttentions(
  statuses: readonly BackupStatus[],
  { site, now }: { readonly site: Site; readonly now: Stamp },
): readonly Attention[] {
  const found = statuses.flatMap((status) => attentionsOf(status, backupVerdict({ status, site, now })));
  const order: readonly Attention["level"][] = ["down", "warning", "info"];
  return [...found, ...ownAttentions(statuses, site)].toSorted(
    (a, b) => order.indexOf(a.level) - order.indexOf(b.level),
  );
}

function attentionsOf(status: BackupStatus, verdict: BackupVerdict): readonly Attention[] {
  const plan = status.plan.key;
  const say = (code: string, level: Attention["level"], facts: Attention["facts"] = {}): Attention => ({
    code,
    level,
    facts: { plan, ...facts },
  });
  const has = (doubt: BackupVerdict["doubts"][number]): boolean => verdict.doubts.includes(doubt);
  return [
    ...copyAttentions(status, verdict, say),
    ...(has("stale-copy") || has("no-copy") ? [say("backup-late", "down", lateFacts(verdict))] : []),
    ...runAttentions(verdict, say),
    ...(verdict.isDrillOverdue && verdict.lastRestore !== null ? [say("drill-overdue", "down")] : []),
    ...(has("never-restored") && !has("not-read") ? [say("backup-never-restored", "warning")] : []),
  ];
}

/** Whoever has koboshi copy others' data loses, with its machine, what it knows of them. */
function ownAttentions(statuses: readonly BackupStatus[], site: Site): readonly Attention[] {
  const plans = statuses.map(({ plan }) => plan);
  const copies = plans.some((plan) => plan.with === "restic" && plan.to.some(({ adopt }) => !adopt));
  return !copies || copiesOwn(site, plans) ? [] : [{ code: "hub-not-copied", level: "warning", facts: {} }];
}

type Say = (code: string, level: Attention["level"], facts?: Attention["facts"]) => Attention;

function copyAttentions(status: BackupStatus, { copies }: BackupVerdict, say: Say): readonly Attention[] {
  return copies.flatMap((copy, index) => {
    const { place } = copy;
    const trouble = status.copies[index]?.trouble ?? null;
    const claimed = status.plan.to.some(({ at, appendOnlyClaimed }) => at === place && appendOnlyClaimed);
    return [
      ...(copy.isBroken ? [say("backup-broken", "down", { place })] : []),
      ...(trouble === null ? [] : [say("backup-unreadable", "down", { place, error: trouble.text })]),
      ...(claimed && copy.deletable === true ? [say("backup-deletable", "down", { place })] : []),
    ];
  });
}

function lateFacts({ newestAtMs, newestPlace }: BackupVerdict): Attention["facts"] {
  return newestAtMs === null ? {} : { newestAtMs, place: newestPlace ?? "" };
}

function runAttentions({ lastRun }: BackupVerdict, say: Say): readonly Attention[] {
  if (lastRun === null || lastRun.state === "committed") return [];
  const { place, state, trouble } = lastRun;
  return [
    say(state === "partial" ? "backup-partial" : "backup-failed", "warning", { place, error: trouble?.text ?? state }),
  ];
}
