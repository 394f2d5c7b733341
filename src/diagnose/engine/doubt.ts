import { chanceOf } from "./felt.ts";
import type { Inference, Scenario } from "./infer.ts";

/** How well an explanation fits what was seen; all in nats of weighted evidence. */
export interface Fit {
  /** what it leads one to expect, and was looked at and normal */
  readonly absent: number;
  /** what is abnormal, alike for those who look, and no work of it */
  readonly strange: number;
  /** weight of the abnormal evidence that it accounts for */
  readonly explained: number;
}

/** Of parts that fail in an unknown way so many views show the same state. */
const agreeing = 0.8;
/** A surprise below this is everyday, and one piece of evidence never speaks for more than the other bound. */
const surpriseFrom = 1.2;
const surpriseMost = 4;
/** Evidence is accounted for when the explanation makes it so many times likelier. */
const accountedFrom = 3;

/** Several vantages of one target are one piece of evidence: one odd view says little, four alike say much. */
export function fitOf(scenario: Scenario, inference: Inference): Fit {
  const { columns } = inference.board;
  const lines = linesOf(scenario, inference);
  const pieces = new Map<string, number[]>();
  for (const [index, { seen }] of columns.entries()) {
    const key = `${seen.evidence} ${seen.target}`;
    pieces.set(key, [...(pieces.get(key) ?? []), index]);
  }
  const fit = { absent: 0, strange: 0, explained: 0 };
  for (const members of pieces.values()) {
    const { expected, plain, alike, accounted } = pieceOf(members, lines, inference);
    fit.explained += accounted;
    const lacking = plain - expected;
    const otherwise = Math.log((Math.exp(plain) + alike) / 2) - expected;
    if (lacking > surpriseFrom) fit.absent += Math.min(surpriseMost, lacking);
    else if (otherwise > surpriseFrom) fit.strange += Math.min(surpriseMost, otherwise);
  }
  return fit;
}

interface Line {
  readonly upTo: number;
  readonly below: number;
}

/** What the causes of the scenario do together to each observation. */
function linesOf({ members }: Scenario, { board, felt }: Inference): readonly Line[] {
  const lines = board.columns.map(() => ({ upTo: 1, below: 1 }));
  for (const member of members) {
    const one = felt[member];
    for (const [place, index] of (one?.at ?? []).entries()) {
      const line = lines[index];
      if (line === undefined) continue;
      line.upTo *= one?.upTo[place] ?? 1;
      line.below *= one?.below[place] ?? 1;
    }
  }
  return lines;
}

const untouched: Line = { upTo: 1, below: 1 };

interface Piece {
  /** log P of its views under the explanation */
  readonly expected: number;
  /** log P with nothing broken there */
  readonly plain: number;
  /** P when something unknown shows the same to all, whichever state that is */
  readonly alike: number;
  readonly accounted: number;
}

function pieceOf(members: readonly number[], lines: readonly Line[], { board }: Inference): Piece {
  const { columns, weights, tuning } = board;
  const states = (columns[members[0] ?? 0]?.leak.length ?? 2) - 1;
  const alike = new Float64Array(states);
  let expected = 0;
  let plain = 0;
  let accounted = 0;
  for (const index of members) {
    const [column, weight = 1] = [columns[index], weights[index]];
    if (column === undefined) continue;
    const normal = chanceOf(column, untouched, tuning);
    const chance = chanceOf(column, lines[index] ?? untouched, tuning);
    expected += weight * Math.log(chance);
    plain += weight * Math.log(normal);
    for (const [state, sum] of alike.entries()) {
      const same = column.state === state + 1 ? agreeing : 0;
      alike[state] = sum + weight * Math.log(same + (1 - agreeing) * normal);
    }
    if (column.state !== 0 && chance > accountedFrom * normal) accounted += weight;
  }
  return { expected, plain, alike: alike.reduce((sum, value) => sum + Math.exp(value), 0) / states, accounted };
}

/**
 * How far a posterior may be believed, given how well its best explanation fits. Bayes compares causes with each other and so is sure of
 * the nearest relative when the true cause is not in the catalogue; how badly that relative fits tells it. Logistic regression of
 * "the first cause is right" over simulated diagnoses, the sixty faults with and without their cause in the catalogue (four to
 * one), in worlds that follow the catalogue and worlds whose likelihoods are off by σ = 1 in log-odds, with wrong and missing
 * readings; checked on faults that were not fitted. After Platt 1999 with the fit beside the score, as posterior predictive
 * checks do (Gelman, Meng and Stern 1996). `bench/diagnose-table-program.ts` gives the table.
 */
const trust = { always: 1.09, absent: -0.49, strange: -0.21, explained: -0.24, logit: 0.65 } as const;

/** @returns at most `probability` */
export function believed(probability: number, { absent, strange, explained }: Fit): number {
  const bounded = Math.min(0.9995, Math.max(0.01, probability));
  const score =
    trust.always +
    trust.absent * absent +
    trust.strange * strange +
    trust.explained * Math.log1p(explained) +
    trust.logit * Math.log(bounded / (1 - bounded));
  return Math.min(probability, 1 / (1 + Math.exp(-score)));
}
