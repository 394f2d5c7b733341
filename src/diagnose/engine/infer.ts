import type { Catalogue, Habits, PartGraph } from "../model.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import { columnsOf } from "./columns.ts";
import { weightsOf } from "./discount.ts";
import { boardOf, feltByAll, type Board, type Felt } from "./felt.ts";
import type { Hypothesis } from "./hypotheses.ts";
import type { Reach } from "./reach.ts";
import { isAmong, pairsOf, type Pair } from "./scenarios.ts";
import type { SpeakerBook } from "./speakers.ts";
import { beforehand, type Tuning } from "./tuning.ts";

/** What the engine knows before it sees anything; made once for a catalogue and a graph. */
export interface World {
  readonly catalogue: Catalogue;
  readonly graph: PartGraph;
  readonly reach: Reach;
  readonly hypotheses: readonly Hypothesis[];
  readonly book: SpeakerBook;
  readonly habits: Habits | null;
  readonly tuning: Tuning;
}

/** One way to explain everything: positions of its causes, none, one or two, the root first. */
export interface Scenario {
  readonly members: readonly number[];
  readonly probability: number;
  /** log of how much likelier everything is with it than with nothing broken */
  readonly gain: number;
  readonly chained: boolean;
}

export interface Inference {
  readonly board: Board;
  readonly felt: readonly Felt[];
  /** best first; those of no account are left out, but their probability is not given to others */
  readonly scenarios: readonly Scenario[];
  /** P(cause is at work), by position */
  readonly marginals: Float64Array;
}

/** Scenarios under this are counted but not listed. */
const listedFrom = 1e-4;

export function infer(world: World, seen: readonly Seen[]): Inference {
  const { hypotheses, graph, book, tuning } = world;
  const columns = columnsOf(seen, world);
  const board = boardOf(columns, weightsOf(columns, graph, tuning), tuning);
  const felt = feltByAll(board, book, seatsOf(world));
  const { none, singles } = scoresAlone(hypotheses, felt, tuning);
  const order = [...singles.keys()].sort((a, b) => (singles[b] ?? 0) - (singles[a] ?? 0) || a - b);
  const bestAlone = Math.max(none, singles[order[0] ?? -1] ?? none);
  const pairs = pairsOf(order, bestAlone, { ...world, felt, board });
  return { board, felt, ...weighed({ none, singles, pairs, felt }) };
}

function seatsOf({ hypotheses, reach }: World): Parameters<typeof feltByAll>[2] {
  return hypotheses.map(({ part, cause }) => ({
    part,
    effect: part < 0 ? null : reach.effectOf(part),
    isSelective: cause?.isSelective === true,
  }));
}

/** log prior + log likelihood gain over nothing broken, of nothing broken and of each single cause. */
function scoresAlone(
  hypotheses: readonly Hypothesis[],
  felt: readonly Felt[],
  { only }: Tuning,
): { none: number; singles: Float64Array } {
  const none = only === null || isAmong(only, []) ? Math.log(beforehand.none) : -Infinity;
  const singles = Float64Array.from(hypotheses, (hypothesis, index) =>
    only === null || isAmong(only, [hypothesis]) ? Math.log(hypothesis.prior) + (felt[index]?.total ?? 0) : -Infinity,
  );
  return { none, singles };
}

interface Scores {
  readonly none: number;
  readonly singles: Float64Array;
  readonly pairs: readonly Pair[];
  readonly felt: readonly Felt[];
}

/** Scores to probabilities that add up to one. */
function weighed({ none, singles, pairs, felt }: Scores): Pick<Inference, "scenarios" | "marginals"> {
  const chance = normaliser([none, ...singles, ...pairs.map(({ score }) => score)]);
  const marginals = singles.map(chance);
  const alone = [...singles].map((score, index): Scenario => {
    const gain = felt[index]?.total ?? 0;
    return { members: [index], probability: chance(score), gain, chained: false };
  });
  const together = pairs.map(({ one, other, score, gain, chained }): Scenario => {
    const probability = chance(score);
    marginals[one] = (marginals[one] ?? 0) + probability;
    marginals[other] = (marginals[other] ?? 0) + probability;
    return { members: [one, other], probability, gain, chained };
  });
  const listed = [...alone, ...together].filter(({ probability }) => probability >= listedFrom);
  const nothing: Scenario = { members: [], probability: chance(none), gain: 0, chained: false };
  return { scenarios: [nothing, ...listed].toSorted((a, b) => b.probability - a.probability), marginals };
}

function normaliser(scores: readonly number[]): (score: number) => number {
  const top = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  return (score) => Math.exp(score - top) / total;
}
