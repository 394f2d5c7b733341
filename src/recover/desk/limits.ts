import type { BackupPlan } from "../../kernel/model/backup.ts";
import { upLimitAt } from "../schedule/limits.ts";
import type { RecoveryDeps } from "./deps.ts";

/** Whose running backup is to begin again because another limit counts from now on. */
export interface RunLimits {
  /** until the next change of the plan's limit */
  watch(plan: string): AbortSignal;
  changed(plan: string): void;
}

export function createRunLimits(): RunLimits {
  const watched = new Map<string, AbortController>();
  return {
    watch(plan) {
      const change = new AbortController();
      watched.set(plan, change);
      return change.signal;
    },
    changed(plan) {
      watched.get(plan)?.abort();
      watched.delete(plan);
    },
  };
}

/** The plan with the limit of this hour in it. */
export function limitedNow({ clock, site }: Pick<RecoveryDeps, "clock" | "site">, plan: BackupPlan): BackupPlan {
  const upBitsPerSecond = upLimitAt(plan, clock.nowMs(), site().timeZone);
  return { ...plan, limits: { ...plan.limits, upBitsPerSecond } };
}
