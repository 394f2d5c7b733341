import type { Offer } from "../model.ts";
import { leakOf } from "./columns.ts";
import { sharedWeight } from "./discount.ts";
import { signsFound } from "./signs.ts";
import type { Inference, Scenario, World } from "./infer.ts";

export interface Ranked {
  readonly offer: Offer;
  /** expected information, an upper bound: as if its evidence were independent */
  readonly bits: number;
  /** bits a second, a slight trace on the host counted as time */
  readonly score: number;
}

type Tell = Offer["tells"][number];

/** So many explanations are asked what they would see. */
const consulted = 60;
/** What leaves a trace costs as much as so many seconds. */
const traceSeconds = 2;

/** What to ask next, most information a second first; what was seen already tells nothing new. */
export function rankOffers(inference: Inference, offers: readonly Offer[], world: World): readonly Ranked[] {
  const seen = new Set(inference.board.columns.map(({ seen: one }) => keyOf(one)));
  const scenarios = withDoubt(inference.scenarios.slice(0, consulted), inference, world);
  return offers
    .map((offer) => {
      const fresh = offer.tells.filter((tell) => !seen.has(keyOf(tell)));
      const bits = bitsOf(fresh, scenarios, world);
      const risk = Math.max(0, ...offer.tells.map(({ evidence }) => world.catalogue.evidence.get(evidence)?.risk ?? 0));
      return { offer, bits, score: bits / (offer.expectedSeconds + (risk === 2 ? traceSeconds : 0)) };
    })
    .toSorted((a, b) => b.score - a.score || (nameOf(a.offer) < nameOf(b.offer) ? -1 : 1));
}

/** Belief that it is something else while no sign of the best explanation's own was found. */
const doubtUnconfirmed = 0.15;

/**
 * The causes that are left may all be wrong: until a sign of the best one was found, something else that shows none of them takes
 * part, so that looking for the sign is worth the time.
 */
function withDoubt(scenarios: readonly Scenario[], inference: Inference, world: World): readonly Scenario[] {
  const [best] = scenarios;
  if (best === undefined || isConfirmed(inference, world)) return scenarios;
  const known = scenarios.map((scenario) => ({
    ...scenario,
    probability: scenario.probability * (1 - doubtUnconfirmed),
  }));
  return [...known, { members: [], probability: doubtUnconfirmed, gain: 0, chained: false }];
}

/** Nothing broken and the unknown have no signs of their own to look for. */
export function isConfirmed(inference: Inference, world: World): boolean {
  const [best] = inference.scenarios;
  if (best === undefined || !world.tuning.doubt) return true;
  const isKnown = best.members.length > 0 && best.members.every((member) => world.hypotheses[member]?.cause !== null);
  return !isKnown || signsFound(best, inference, world) > 0;
}

function nameOf({ bundle, target }: Offer): string {
  return `${bundle} ${target ?? ""}`;
}

function keyOf({ evidence, target, vantage }: Tell): string {
  return `${evidence} ${target} ${vantage ?? ""}`;
}

/** Several vantages with one view count as in the inference. */
function bitsOf(tells: readonly Tell[], scenarios: readonly Scenario[], world: World): number {
  const views = new Map<string, number>();
  for (const { evidence, target } of tells) {
    const view = `${evidence} ${target}`;
    views.set(view, (views.get(view) ?? 0) + 1);
  }
  return tells.reduce(
    (sum, tell) =>
      sum + informationOf(tell, scenarios, world) * sharedWeight(views.get(`${tell.evidence} ${tell.target}`) ?? 1),
    0,
  );
}

/** H(e) − Σ P(S)·H(e | S), bits. Explanations that say nothing of it are one. */
function informationOf(tell: Tell, scenarios: readonly Scenario[], world: World): number {
  const kind = world.catalogue.evidence.get(tell.evidence);
  if (kind === undefined) return 0;
  const leak = leakOf(kind, tell, world.habits);
  const speakers = world.book.of(tell);
  const mixed = new Float64Array(leak.length);
  let known = 0;
  let conditional = 0;
  const count = (probability: number, states: Float64Array): void => {
    known += probability;
    conditional += probability * entropy(states);
    for (const [state, chance] of states.entries()) mixed[state] = (mixed[state] ?? 0) + probability * chance;
  };
  let silent = 0;
  for (const { members, probability } of scenarios) {
    const lines = members.flatMap((member) => speakers.get(member) ?? []);
    if (lines.length === 0) silent += probability;
    else count(probability, statesOf(leak, lines));
  }
  if (silent > 0) count(silent, statesOf(leak, []));
  if (known === 0) return 0;
  return Math.max(0, entropy(mixed.map((chance) => chance / known)) - conditional / known);
}

/** P(state) by state, from the leak and what causes add: noisy-MAX. */
export function statesOf(leak: Float64Array, lines: readonly Float64Array[]): Float64Array {
  let before = 0;
  return leak.map((upTo, state) => {
    let now = upTo;
    for (const line of lines) now *= line[state] ?? 1;
    const chance = now - before;
    before = now;
    return chance;
  });
}

function entropy(chances: Float64Array): number {
  let sum = 0;
  for (const chance of chances) if (chance > 0) sum -= chance * Math.log2(chance);
  return sum;
}
