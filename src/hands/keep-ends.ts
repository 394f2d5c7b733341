import { stampNow } from "../kernel/clock.ts";
import type { StoredRepair } from "../storage/ledger/nouns/repairs.ts";
import type { HandsDeps } from "./deps.ts";
import { closingState, endedStep, repairEvent, withStep } from "./record.ts";
import type { StepEnd } from "./run-step.ts";

/** A step by its place, with what became of it. */
export interface NthEnd {
  readonly nth: number;
  readonly end: StepEnd;
}

/**
 * Writes down what became of steps, and of their repair when that ends with the last of them: all of it or nothing.
 * @param ends in order of the steps, at least one
 * @returns the repair as it is now
 */
export async function keepEnds(
  { ledger, clock, mask }: Pick<HandsDeps, "ledger" | "clock" | "mask">,
  stored: StoredRepair,
  ends: readonly NthEnd[],
): Promise<StoredRepair> {
  const at = stampNow(clock);
  let { run, bootId } = stored;
  const facts: Readonly<Record<string, unknown>>[] = [];
  for (const { nth, end } of ends) {
    const id = run.repair.steps[nth]?.id ?? "";
    run = withStep(run, nth, endedStep(id, end, { at, mask }));
    bootId ??= end.bootId;
    facts.push({ step: id, state: end.state, code: end.code, reason: end.trouble?.reason ?? null });
  }
  const last = ends.at(-1);
  const state = last === undefined ? "running" : closingState(last.end, last.nth === run.steps.length - 1);
  const changed = { run: { ...run, state }, bootId };
  await ledger.transaction(async (tx) => {
    await tx.putRepair(changed);
    for (const each of facts) await tx.append(repairEvent(changed.run, "repair.step", each));
    if (state !== "running") {
      await tx.append(repairEvent(changed.run, `repair.${state}`, { step: facts.at(-1)?.["step"] }));
    }
  });
  return changed;
}
