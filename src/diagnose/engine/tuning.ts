import type { CauseAt } from "../../kernel/model/diagnosis.ts";

/** The figures of the inference; everything that is not a likelihood of the catalogue stands here, with its reason. */
export interface Tuning {
  /** flattens all evidence alike, for the catalogue's figures are estimates; 1 takes them at their word */
  readonly temperature: number;
  /** evidence that tells partly the same thing twice counts less than twice */
  readonly discounts: boolean;
  /** no observation is less likely than this under any explanation */
  readonly floor: number;
  /** chance that a reading is not what it says, spread over all states */
  readonly misread: number;
  /** the same of what a record says: a kernel's tables, a certificate, a registry */
  readonly misreadExact: number;
  /** whether a fault is felt at a dependent at all is one fact, which everything seen there shares */
  readonly shares: boolean;
  /** unknown causes take part, placed and placeless */
  readonly unknowns: boolean;
  /** a second cause that the evidence does not call for is told as the first alone */
  readonly folds: boolean;
  /** only these explanations take part, with the weight they have among all; an empty one: nothing broken; null: every explanation */
  readonly only: readonly (readonly CauseAt[])[] | null;
  /** the confidence shown is corrected for how well the best explanation fits */
  readonly doubt: boolean;
}

export const usualTuning: Tuning = {
  temperature: 1.2,
  discounts: true,
  floor: 1e-4,
  misread: 0.02,
  misreadExact: 0.005,
  shares: true,
  unknowns: true,
  folds: true,
  only: null,
  doubt: true,
};

/** What is believed before anything is seen (the sum with `unknownPlaced` is one). */
export const beforehand = {
  none: 0.05,
  single: 0.87,
  pair: 0.04,
  unknownPlaceless: 0.04,
  unknownPlaced: 0.07,
  /** a cause that brings another about does so in the same diagnosis */
  chain: 0.9,
} as const;

/** Only pairs with one of this many best single causes are weighed: a pair whose both halves explain little explains little. */
export const pairedSingles = 26;

/** A second cause is shown when the evidence is so many times likelier with it than without. */
export const secondCauseFactor = 3;

/** Abnormal evidence less likely than this under the best explanation is not explained by it. */
export const unexplainedBelow = 0.02;
