import type { StoredRepair } from "../storage/ledger/nouns/repairs.ts";
import { isUnasked, orderOf, standingStep } from "./claims.ts";
import { wayOf, type HandsDeps } from "./deps.ts";
import { keepEnds, type NthEnd } from "./keep-ends.ts";
import { createReach, type Way } from "./reach.ts";
import { judged, type StepEnd } from "./run-step.ts";
import { readStepAnswer } from "./step-answer.ts";
import { askScript } from "./step-script.ts";

/**
 * Asks a machine what became of a step that nobody knew the end of, and writes down what it says. Nothing is run by it, so a
 * repair that stood still goes no further. Only the machine of the approval is asked: another one knows nothing of it.
 */
export async function askAgain(deps: HandsDeps, id: number, signal: AbortSignal): Promise<void> {
  const stored = await deps.ledger.read.repair(id);
  if (stored === null || !isUnasked(stored.run, deps.clock.nowMs())) return;
  const { way, sha256 } = await wayOf(deps, stored.run);
  const nth = standingStep(stored);
  if (!way.ok || sha256 !== stored.run.sha256 || nth === null) return;
  const end = await heard(deps, { stored, nth, way: way.value, signal });
  if (end !== null && !signal.aborted) await keepEnds(deps, stored, [{ nth, end }, ...rest(stored, { nth, end })]);
}

interface Asking {
  readonly stored: StoredRepair;
  readonly nth: number;
  readonly way: Way;
  readonly signal: AbortSignal;
}

/** @returns null: it did not answer, or the step still goes on; it is asked again later */
async function heard(deps: HandsDeps, { stored, nth, way, signal }: Asking): Promise<StepEnd | null> {
  const order = orderOf(deps.stepsFolder, stored, nth);
  const step = stored.run.repair.steps[nth];
  if (order === null || step === undefined) return null;
  const reach = createReach({ clock: deps.clock, signal, connect: deps.connect }, way);
  try {
    const said = await reach.hand(askScript(order));
    const answer = said.ok ? readStepAnswer(said.value) : null;
    if (answer === null) return null;
    const plain = { code: null, output: "", bootId: answer.bootId };
    if (answer.standing === "done") return judged(step, answer);
    if (answer.standing !== "none" && answer.standing !== "unknown") return null;
    // never claimed: what was sent did not arrive; a machine that started anew since may have lost its claims
    const isSameBoot = stored.bootId === null || stored.bootId === answer.bootId;
    if (answer.standing === "none" && isSameBoot)
      return { ...plain, state: "failed", trouble: { reason: "not-reached", seen: "" } };
    return { ...plain, state: "unknown", trouble: { reason: "no-end", seen: "" } };
  } finally {
    reach.close();
  }
}

/** What was approved was approved for then: who still wants the rest of it is offered it anew. */
function rest({ run }: StoredRepair, { nth, end }: NthEnd): readonly NthEnd[] {
  if (end.state !== "done" || nth === run.steps.length - 1) return [];
  const trouble = { reason: "not-continued", seen: "" } as const;
  return [{ nth: nth + 1, end: { state: "failed", code: null, output: "", trouble, bootId: null } }];
}
