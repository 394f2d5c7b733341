import type { CauseAt } from "../../kernel/model/diagnosis.ts";
import type { Part, PartGraph } from "../model.ts";
import { feltWhen, gainOfBoth, type Board, type Felt } from "./felt.ts";
import { isSame, type Hypothesis } from "./hypotheses.ts";
import type { Reach } from "./reach.ts";
import type { SpeakerBook } from "./speakers.ts";
import { beforehand, pairedSingles } from "./tuning.ts";

/** Two causes at once, by position among the hypotheses; the root first. */
export interface Pair {
  readonly one: number;
  readonly other: number;
  /** log prior + log likelihood gain over nothing broken */
  readonly score: number;
  readonly gain: number;
  /** the second follows from the first rather than meeting it by chance */
  readonly chained: boolean;
}

interface PairContext {
  readonly hypotheses: readonly Hypothesis[];
  readonly felt: readonly Felt[];
  readonly board: Board;
  readonly graph: PartGraph;
  readonly reach: Reach;
  readonly book: SpeakerBook;
}

/** Pairs so much less likely than the best single explanation are nothing, however many they are. */
const outOfSight = 18;

/**
 * Pairs of one of the best single causes with any other cause.
 * @param order positions, best first; unknown causes pair with none
 * @param top score of the best explanation by less than two causes
 */
export function pairsOf(order: readonly number[], top: number, context: PairContext): readonly Pair[] {
  const { hypotheses, board } = context;
  const { only } = board.tuning;
  const known = order.filter((index) => hypotheses[index]?.cause !== null);
  const pairs: Pair[] = [];
  for (const [rank, best] of known.slice(0, pairedSingles).entries()) {
    for (let place = rank + 1; place < known.length; place += 1) {
      const other = known[place] ?? best;
      if (only !== null && !isAmong(only, [hypotheses[best], hypotheses[other]])) continue;
      const pair = pairOf(best, other, context);
      if (pair !== null && pair.score > top - outOfSight) pairs.push(pair);
    }
  }
  return pairs;
}

/** Whether exactly these causes, in any order, are one of the explanations. */
export function isAmong(only: readonly (readonly CauseAt[])[], causes: readonly (Hypothesis | undefined)[]): boolean {
  return only.some(
    (explanation) =>
      explanation.length === causes.length &&
      causes.every((cause) => cause !== undefined && explanation.some((one) => isSame(one, cause.at))),
  );
}

function pairOf(first: number, second: number, context: PairContext): Pair | null {
  const { hypotheses, felt, board, reach } = context;
  const a = hypotheses[first];
  const b = hypotheses[second];
  const feltA = felt[first];
  const feltB = felt[second];
  if (a === undefined || b === undefined || feltA === undefined || feltB === undefined) return null;
  const forth = chainPrior(a, b, context);
  const back = chainPrior(b, a, context);
  const chance = beforehand.pair * 2 * a.share * b.share;
  const row = reach.effectOfBoth(a.part, b.part);
  const gain =
    row === null
      ? gainOfBoth(feltA, feltB, board)
      : gainOfBoth(
          feltWhen(first, { part: a.part, effect: row, isSelective: a.cause?.isSelective === true }, context),
          feltWhen(second, { part: b.part, effect: row, isSelective: b.cause?.isSelective === true }, context),
          board,
        );
  const isBack = back > forth;
  return {
    one: isBack ? second : first,
    other: isBack ? first : second,
    gain,
    score: Math.log(chance + forth + back) + gain,
    chained: forth + back > chance,
  };
}

function chainPrior(from: Hypothesis, to: Hypothesis, context: { graph: PartGraph; reach: Reach }): number {
  const brings = from.cause?.brings[to.cause?.id ?? ""] ?? 0;
  if (brings === 0 || !areLinked(from, to, context)) return 0;
  return (beforehand.chain * from.share * brings) / to.places;
}

/** One brings the other about only at the same part, along a dependency, or on the same machine. */
function areLinked(one: Hypothesis, other: Hypothesis, { graph, reach }: { graph: PartGraph; reach: Reach }): boolean {
  if (one.part === other.part) return true;
  if ((reach.effectOf(one.part)[other.part] ?? 0) > 0) return true;
  if ((reach.effectOf(other.part)[one.part] ?? 0) > 0) return true;
  const hosts = machinesOf(graph.parts.get(one.at.component ?? "host:"), graph);
  return machinesOf(graph.parts.get(other.at.component ?? "host:"), graph).some((host) => hosts.includes(host));
}

function machinesOf(part: Part | undefined, graph: PartGraph): readonly string[] {
  return (part?.dependsOn ?? []).map(({ to }) => to).filter((to) => graph.parts.get(to)?.kinds.includes("host"));
}
