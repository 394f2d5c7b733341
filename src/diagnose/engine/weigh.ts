import type { CauseAt, RankedCause, RuledOut, Weighed } from "../../kernel/model/diagnosis.ts";
import type { Judgement } from "../model.ts";
import { chanceOf } from "./felt.ts";
import { isSame } from "./hypotheses.ts";
import type { Inference, World } from "./infer.ts";
import { beforehand } from "./tuning.ts";

export interface Weights {
  /** most probable first, each with what speaks for and against it, strongest first */
  readonly causes: readonly RankedCause[];
  /** likely at first sight, and set aside; each with the evidence that decided it */
  readonly ruledOut: readonly RuledOut[];
}

const toldCauses = 10;
const toldEvidence = 8;
/** Evidence that shifts the odds by less than a quarter tells nobody anything. */
const leastWeight = 0.1;
/** A rival is set aside by evidence that makes it three times less likely at least. */
const leastDecision = Math.log(3);
const toldRivals = 2;
/** A cause this probable is no rival set aside but a candidate. */
const candidateFrom = 0.05;

/** log10 of how much likelier each observation is with a cause than over all that was possible before. */
export function weigh(judgement: Judgement, inference: Inference, world: World): Weights {
  const mixed = mixedChances(inference, world);
  const causes = judgement.causes.slice(0, toldCauses).map(({ cause, probability }) => {
    const weighed = weighedFor(positionOf(cause, world), mixed, inference);
    return {
      ...cause,
      probability,
      for: weighed.filter(({ weight }) => weight >= leastWeight).slice(0, toldEvidence),
      against: weighed
        .filter(({ weight }) => weight <= -leastWeight)
        .toReversed()
        .slice(0, toldEvidence),
    };
  });
  return { causes, ruledOut: ruledOutBy(judgement, inference, world) };
}

function positionOf(cause: CauseAt, { hypotheses }: World): number {
  return hypotheses.findIndex(({ at }) => isSame(at, cause));
}

/** P(as seen) of each observation before anything was seen, over nothing broken and every single cause. */
function mixedChances({ board, felt }: Inference, { hypotheses }: World): Float64Array {
  const { columns, tuning } = board;
  const total = hypotheses.reduce<number>((sum, { prior }) => sum + prior, beforehand.none);
  const plain = columns.map((column) => chanceOf(column, { upTo: 1, below: 1 }, tuning));
  const mixed = Float64Array.from(plain);
  for (const [position, { prior }] of hypotheses.entries()) {
    const one = felt[position];
    for (const [place, index] of (one?.at ?? []).entries()) {
      const column = columns[index];
      if (column === undefined) continue;
      const chance = chanceOf(column, { upTo: one?.upTo[place] ?? 1, below: one?.below[place] ?? 1 }, tuning);
      mixed[index] = (mixed[index] ?? 0) + (prior / total) * (chance - (plain[index] ?? 0));
    }
  }
  return mixed;
}

/** Strongest support first, strongest objection last; only what the cause speaks of, or what is abnormal. */
function weighedFor(position: number, mixed: Float64Array, { board, felt }: Inference): readonly Weighed[] {
  const one = felt[position];
  const spoken = new Map((one?.at ?? []).map((index, place) => [index, place]));
  return board.columns
    .flatMap((column, index): Weighed[] => {
      const place = spoken.get(index);
      if (place === undefined && column.state === 0) return [];
      const line =
        place === undefined ? { upTo: 1, below: 1 } : { upTo: one?.upTo[place] ?? 1, below: one?.below[place] ?? 1 };
      const ratio = chanceOf(column, line, board.tuning) / Math.max(mixed[index] ?? 0, board.tuning.floor);
      return [{ seen: column.seen, weight: (board.weights[index] ?? 1) * Math.log10(ratio) }];
    })
    .toSorted((a, b) => b.weight - a.weight);
}

/** What would have been believed but for one piece of evidence, and that piece. */
function ruledOutBy(judgement: Judgement, { board, felt }: Inference, world: World): readonly RuledOut[] {
  const top = judgement.explanations[0]?.causes ?? [];
  const best = new Float64Array(board.columns.length);
  for (const cause of top) {
    const one = felt[positionOf(cause, world)];
    for (const [place, index] of (one?.at ?? []).entries())
      best[index] = Math.max(best[index] ?? 0, one?.gain[place] ?? 0);
  }
  const candidates = new Set(
    judgement.causes.filter(({ probability }) => probability >= candidateFrom).map(({ cause }) => cause.id),
  );
  const rivals = world.hypotheses.flatMap(({ at, cause, prior }, position) => {
    if (cause === null || candidates.has(at.id) || top.some(({ id }) => id === at.id)) return [];
    const gains = new Float64Array(board.columns.length);
    for (const [place, index] of (felt[position]?.at ?? []).entries()) gains[index] = felt[position]?.gain[place] ?? 0;
    const decided = deciding(gains, best);
    if (decided.difference > -leastDecision) return [];
    return [{ at, score: Math.log(prior) + (felt[position]?.total ?? 0) - decided.difference, ...decided }];
  });
  const named = new Set<string>();
  return rivals
    .toSorted((a, b) => b.score - a.score)
    .flatMap(({ at, index, difference }) => {
      const column = board.columns[index];
      if (column === undefined || named.has(at.id) || named.size >= toldRivals) return [];
      named.add(at.id);
      return [{ ...at, by: { seen: column.seen, weight: difference / Math.LN10 } }];
    });
}

/** The observation that speaks most for the best explanation and against the rival. */
function deciding(rival: Float64Array, best: Float64Array): { index: number; difference: number } {
  let index = 0;
  let difference = 0;
  for (const [position, gain] of rival.entries()) {
    const one = gain - (best[position] ?? 0);
    if (one < difference) [index, difference] = [position, one];
  }
  return { index, difference };
}
