import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import { weightOf, type RestoreJob } from "./job.ts";

/** What is known of bringing one plan back: from its newest set, and from drills. */
export interface PlanEffort {
  readonly bytes: number;
  readonly loadSeconds: number;
}

/** Without a size or a rate every plan takes this long, so that importance alone decides. */
const unknownSeconds = 600;

/**
 * The site's plans as jobs. A plan is as important as the most important service on its host; it needs the plans of
 * hosts whose services its own services need. @param bytesPerSecond of the link; null: not known
 */
export function jobsOfSite(
  site: Site,
  efforts: ReadonlyMap<string, PlanEffort>,
  bytesPerSecond: number | null,
): readonly RestoreJob[] {
  const plans = [...(site.backups?.values() ?? [])];
  return plans.map((plan) => {
    const effort = efforts.get(plan.key);
    const isKnown = effort !== undefined && bytesPerSecond !== null && bytesPerSecond > 0;
    return {
      key: plan.key,
      fetchSeconds: isKnown ? effort.bytes / bytesPerSecond : unknownSeconds,
      loadSeconds: effort?.loadSeconds ?? 0,
      weight: Math.max(weightOf(plan.priority), ...servicesOf(site, plan).map(({ priority }) => weightOf(priority))),
      needs: needsOf(site, plan, plans),
    };
  });
}

/** Services that live on the plan's host, in the order of the file. */
export function servicesOf(
  site: Site,
  { host }: BackupPlan,
): readonly { key: string; name: string; priority: number }[] {
  return [...site.services.values()].filter(({ on }) => on === host);
}

function needsOf(site: Site, plan: BackupPlan, plans: readonly BackupPlan[]): readonly string[] {
  const needed = [...site.services.values()]
    .filter(({ on }) => on === plan.host)
    .flatMap(({ needs }) => needs)
    .map((need) => site.services.get(need)?.on ?? null);
  const hosts = new Set(needed.filter((host) => host !== null && host !== plan.host));
  return plans.filter(({ key, host }) => key !== plan.key && hosts.has(host)).map(({ key }) => key);
}
