import type { StopReason } from "../../kernel/model/diagnosis.ts";
import type { Judgement } from "../model.ts";
import type { World } from "./infer.ts";
import type { Ranked } from "./plan.ts";

const sureFrom = 0.9;
const sureBest = 0.8;
/** The runner-up of a sure answer is so many times less likely. */
const sureLead = 4;
/** Less than this is not worth asking. */
const worthBits = 0.05;
/** Causes from this on must agree on the first step before it may be told as theirs. */
const contenderFrom = 0.05;

interface Left {
  readonly ranked: readonly Ranked[];
  /** a sign of the best explanation's own was found */
  readonly isConfirmed: boolean;
}

/** Why to stop asking; null: go on. Time is the caller's. */
export function stopReason(judgement: Judgement, { ranked, isConfirmed }: Left, world: World): StopReason | null {
  if (ranked.length === 0) return "exhausted";
  const isWorthless = ranked.every(({ bits }) => bits < worthBits);
  if (!isConfirmed && !isWorthless) return null;
  const isExplained = judgement.unexplained.length === 0;
  const isFirst = isExplained && !mayHaveRoot(judgement, ranked, world);
  if (isFirst && isSure(judgement)) return "sure";
  if (isFirst && haveSameStep(judgement, world)) return "same-step";
  return isWorthless && (isExplained || bestOf(judgement) >= sureBest) ? "nothing-to-learn" : null;
}

function bestOf({ explanations }: Judgement): number {
  return explanations[0]?.probability ?? 0;
}

function isSure(judgement: Judgement): boolean {
  const best = bestOf(judgement);
  if (judgement.explanations[0]?.causes.length === 0) return best >= sureFrom;
  const [first = 0, second = 0] = judgement.causes.map(({ probability }) => probability);
  return first >= sureFrom && (first >= sureLead * second || best >= sureBest);
}

/** From this chance on that it brings the other about, a cause is looked for behind it. */
const bringsFrom = 0.1;

/**
 * A program that was ended, or a disk that took a database along: what the best cause may follow from, at a part it stands on, has
 * signs of its own that can still be looked for.
 */
function mayHaveRoot({ explanations }: Judgement, ranked: readonly Ranked[], { hypotheses, reach }: World): boolean {
  const [best, other] = explanations[0]?.causes ?? [];
  if (best === undefined || best.component === null || other !== undefined) return false;
  const place = reach.indexOf(best.component);
  const fresh = ranked.filter(({ bits }) => bits > 0).flatMap(({ offer }) => offer.tells);
  return hypotheses.some(
    ({ at, cause, part, lines }) =>
      (cause?.brings[best.id] ?? 0) >= bringsFrom &&
      part >= 0 &&
      part !== place &&
      (reach.effectOf(part)[place] ?? 0) > 0 &&
      fresh.some(({ evidence, target }) => target === at.component && lines.get(evidence)?.has("own") === true),
  );
}

/** All that is left begins with the same step at the same part. */
function haveSameStep({ causes, noneProbability }: Judgement, { catalogue }: World): boolean {
  if (noneProbability >= contenderFrom) return false;
  const contenders = causes.filter(({ probability }) => probability >= contenderFrom);
  const steps = new Set(
    contenders.map(({ cause }) => {
      const step = catalogue.causes.get(cause.id)?.action.en;
      return step === undefined ? `${cause.id} ${cause.component ?? ""}?` : `${step} ${cause.component ?? ""}`;
    }),
  );
  const covered = contenders.reduce((sum, { probability }) => sum + probability, 0);
  const hasUnknown = contenders.some(({ cause }) => !catalogue.causes.has(cause.id));
  return contenders.length > 0 && covered >= sureFrom && steps.size === 1 && !hasUnknown;
}
