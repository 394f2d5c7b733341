import { KoboshiError } from "../../kernel/errors.ts";
import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { RetentionOutcome } from "./retention.ts";

/** The plan's target at a place, if its copies may be tidied away there. @throws KoboshiError KB1002, KB8502 */
export function maintainedTarget(plan: BackupPlan, place: string): BackupTarget {
  const target = plan.to.find(({ at }) => at === place);
  if (target === undefined) throw new KoboshiError("KB1002", { what: `${plan.key} → ${place}` });
  if (target.maintainer === null || target.adopt) throw new KoboshiError("KB8502", { plan: plan.key, place });
  return target;
}

/** For whoever asked by hand. @throws KoboshiError KB8501 when nothing was removed for a reason */
export function demandDone(outcome: RetentionOutcome, { plan, place }: { plan: string; place: string }): void {
  if (outcome.state !== "refused" && outcome.state !== "failed") return;
  const why = outcome.trouble?.text ?? outcome.refusals.map(({ reason }) => reason).join(", ");
  throw new KoboshiError("KB8501", { plan, place, why });
}
