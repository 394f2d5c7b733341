import type { ComponentId } from "../../kernel/model/component.ts";
import type { Explanation, Judgement } from "../model.ts";
import { believed, fitOf } from "./doubt.ts";
import { chanceOf } from "./felt.ts";
import { isSame, type Hypothesis } from "./hypotheses.ts";
import type { Inference, Scenario, World } from "./infer.ts";
import { secondCauseFactor, unexplainedBelow } from "./tuning.ts";

/** Explanations and causes told of at most. */
const longest = 60;

export function judgementOf(inference: Inference, world: World): Judgement {
  const scenarios = world.tuning.folds ? supported(inference.scenarios, inference) : inference.scenarios;
  const [best] = scenarios;
  const unexplained = best === undefined ? [] : unexplainedBy(best, inference);
  const doubted = doubtedMarginals(inference, world);
  const explanations = scenarios.slice(0, longest).map((scenario) => explanationOf(scenario, world, doubted.trust));
  const ranked = explanations.toSorted((a, b) => b.probability - a.probability);
  return {
    explanations: ranked,
    causes: rootFirst(causesOf(doubted.marginals, world), ranked[0]),
    noneProbability: inference.scenarios.find(({ members }) => members.length === 0)?.probability ?? 0,
    parts: partsOf(inference, world),
    unexplained: unexplained.flatMap((index) => inference.board.columns[index]?.seen ?? []),
  };
}

interface Doubted {
  readonly marginals: Float64Array;
  /** what is left of the belief in every known cause, 0 to 1 */
  readonly trust: number;
}

/**
 * What the best explanation loses by how badly it fits goes to the unknown: half to that at its own part, half to that nowhere in
 * particular, for with the true cause missing the place was right in one half of the cases.
 */
function doubtedMarginals(inference: Inference, { hypotheses, tuning }: World): Doubted {
  const { marginals, scenarios } = inference;
  const top = marginals.indexOf(marginals.reduce((most, value) => Math.max(most, value), 0));
  const [best] = scenarios;
  const cause = hypotheses[top];
  if (!tuning.doubt || best === undefined || cause === undefined || cause.cause === null)
    return { marginals, trust: 1 };
  const probability = marginals[top] ?? 0;
  const left = believed(probability, fitOf(best, inference));
  if (left >= probability) return { marginals, trust: 1 };
  const trust = left / probability;
  const lost = (probability - left) / 2;
  const isHere = ({ at }: Hypothesis): boolean => at.component === cause.at.component || at.component === null;
  return {
    trust,
    marginals: marginals.map((value, index) => {
      const hypothesis = hypotheses[index];
      if (hypothesis === undefined || hypothesis.cause !== null) return value * trust;
      return isHere(hypothesis) ? value + lost : value;
    }),
  };
}

/** A second cause that the evidence does not call for is left out; its share goes to the first alone. */
function supported(scenarios: readonly Scenario[], { felt }: Inference): readonly Scenario[] {
  const kept = new Map<string, Scenario>();
  const add = (scenario: Scenario): void => {
    const key = scenario.members.join(" ");
    const other = kept.get(key);
    kept.set(
      key,
      other === undefined ? scenario : { ...scenario, probability: other.probability + scenario.probability },
    );
  };
  for (const scenario of scenarios) {
    const gains = scenario.members.map((index) => felt[index]?.total ?? 0);
    const single = scenario.members.toSorted((a, b) => (felt[b]?.total ?? 0) - (felt[a]?.total ?? 0))[0] ?? -1;
    const isPair = scenario.members.length === 2;
    const called = scenario.gain - Math.max(...gains) >= Math.log(secondCauseFactor);
    add(
      !isPair || called
        ? scenario
        : { members: [single], probability: scenario.probability, gain: felt[single]?.total ?? 0, chained: false },
    );
  }
  return [...kept.values()].toSorted((a, b) => b.probability - a.probability);
}

/** The trust is in known causes: nothing broken and the unknown keep what they have. */
function explanationOf({ members, probability, chained }: Scenario, { hypotheses }: World, trust: number): Explanation {
  const causes = members.flatMap((index) => hypotheses[index]?.at ?? []);
  const isKnown = members.some((index) => hypotheses[index]?.cause !== null);
  return { causes, probability: isKnown ? probability * trust : probability, chained };
}

/** Abnormal observations that are a surprise even under `scenario`, by position. */
export function unexplainedBy({ members }: Scenario, { board, felt }: Inference): readonly number[] {
  const upTo = new Float64Array(board.columns.length).fill(1);
  const below = new Float64Array(board.columns.length).fill(1);
  for (const member of members) {
    const one = felt[member];
    for (const [position, index] of (one?.at ?? []).entries()) {
      upTo[index] = (upTo[index] ?? 1) * (one?.upTo[position] ?? 1);
      below[index] = (below[index] ?? 1) * (one?.below[position] ?? 1);
    }
  }
  return board.columns.flatMap((column, index) => {
    if (column.state === 0) return [];
    const chance = chanceOf(
      column,
      { upTo: upTo[index] ?? 1, below: below[index] ?? 1 },
      { ...board.tuning, misread: 0, misreadExact: 0 },
    );
    return chance < unexplainedBelow ? [index] : [];
  });
}

function causesOf(marginals: Float64Array, { hypotheses }: World): Judgement["causes"] {
  return hypotheses
    .map(({ at }, index) => ({ cause: at, probability: marginals[index] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, longest);
}

/** A root that is likelier than not is told before what follows from it, however plainly that shows. */
const rootFrom = 0.5;

function rootFirst(causes: Judgement["causes"], best: Explanation | undefined): Judgement["causes"] {
  const [root, effect] = best?.chained === true ? best.causes : [];
  if (root === undefined || effect === undefined) return causes;
  const from = causes.findIndex(({ cause }) => isSame(cause, root));
  const to = causes.findIndex(({ cause }) => isSame(cause, effect));
  const moved = causes[from];
  if (moved === undefined || to === -1 || from < to || moved.probability < rootFrom) return causes;
  return causes.toSpliced(from, 1).toSpliced(to, 0, moved);
}

function partsOf({ scenarios }: Inference, { hypotheses }: World): Judgement["parts"] {
  const parts = new Map<ComponentId, number>();
  for (const { members, probability } of scenarios) {
    const broken = new Set(members.flatMap((index) => hypotheses[index]?.at.component ?? []));
    for (const part of broken) parts.set(part, (parts.get(part) ?? 0) + probability);
  }
  return [...parts]
    .map(([part, probability]) => ({ part, probability }))
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, longest);
}
