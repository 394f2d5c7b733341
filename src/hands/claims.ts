import type { RepairRun } from "../kernel/ports-prevent.ts";
import type { StoredRepair } from "../storage/ledger/nouns/repairs.ts";
import type { StepOrder } from "./step-script.ts";

/** What a repair is called on its machine: a ledger put back from a copy gives its number away again, never this. */
export function runName({ id, offeredAt, sha256 }: Pick<RepairRun, "id" | "offeredAt" | "sha256">): string {
  return `${id}-${Math.round(offeredAt.atMs)}-${sha256.slice(0, 16)}`;
}

/** The first step that is not done; null: all are. */
export function standingStep({ run }: StoredRepair): number | null {
  const nth = run.steps.findIndex(({ state }) => state !== "done");
  return nth === -1 ? null : nth;
}

/** How the machine is told about one step: in the same words whenever it is told. */
export function orderOf(folder: string, { run, bootId }: StoredRepair, nth: number): StepOrder | null {
  const step = run.repair.steps[nth];
  if (step === undefined) return null;
  const { id, command, timeoutMs } = step;
  const name = `${String(nth + 1).padStart(2, "0")}-${id.replaceAll(/[^a-z0-9-]/gi, "-").slice(0, 40)}`;
  return { folder, run: runName(run), step: name, command, timeoutMs, bootId };
}

/** So long a machine keeps what became of a step. */
export const keptDays = 30;

/** Nobody knows what became of it, and its machine has not said yet that it does not know either. */
export function isUnasked({ state, steps }: RepairRun, nowMs: number): boolean {
  const step = steps.find((one) => one.state === "unknown");
  if (state !== "unknown" || step === undefined || step.trouble?.reason === "no-end") return false;
  return step.at === null || nowMs - step.at.atMs < keptDays * 86_400_000;
}
