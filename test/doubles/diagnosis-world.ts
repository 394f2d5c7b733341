import type { CauseAt, Seen } from "../../src/kernel/model/diagnosis.ts";
import type { Catalogue, Cause, PartGraph } from "../../src/diagnose/model.ts";
import { cumulative } from "../../src/diagnose/engine/columns.ts";
import { knownHypotheses, type Hypothesis } from "../../src/diagnose/engine/hypotheses.ts";
import { createReach } from "../../src/diagnose/engine/reach.ts";
import { createSpeakerBook, type SpeakerBook } from "../../src/diagnose/engine/speakers.ts";
import { usualTuning } from "../../src/diagnose/engine/tuning.ts";
import { isInside, type Look } from "./diagnosis-town.ts";

/** 0 to under 1, the same for the same seed. */
export type Dice = () => number;

/** Mulberry32: small, and good enough to draw worlds with. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function gauss(roll: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
}

/** How far a world is from what the catalogue believes. */
export interface Nature {
  /** log-odds noise on every likelihood */
  readonly sigma: number;
  /** share of readings that say anything at all */
  readonly wrong: number;
  /** share of readings that could not be had */
  readonly missing: number;
  /** nothing is left to chance: each piece of evidence is as it mostly is with the cause, and normal without */
  readonly typical: boolean;
  /** how often several vantages share one fate behind the same fault */
  readonly together: number;
}

export function perturbed(catalogue: Catalogue, sigma: number, roll: Dice): Catalogue {
  if (sigma === 0) return catalogue;
  const causes = [...catalogue.causes].map(([id, cause]): [string, Cause] => {
    const likelihoods = cause.likelihoods.map((line) => {
      const states = Object.entries(line.states).map(([state, chance]) => {
        const odds = Math.log(chance / (1 - chance)) + sigma * gauss(roll);
        return [state, 1 / (1 + Math.exp(-odds))] as const;
      });
      const total = states.reduce((sum, [, chance]) => sum + chance, 0);
      const scale = total > 0.99 ? 0.99 / total : 1;
      return { ...line, states: Object.fromEntries(states.map(([state, chance]) => [state, chance * scale])) };
    });
    return [id, { ...cause, likelihoods }];
  });
  return { ...catalogue, causes: new Map(causes) };
}

/** Where a cause fails for real: everything it makes visible, through what depends on what. */
export interface Stage {
  readonly catalogue: Catalogue;
  readonly hypotheses: readonly Hypothesis[];
  readonly book: SpeakerBook;
}

export function stageOf(catalogue: Catalogue, graph: PartGraph): Stage {
  const reach = createReach(graph);
  const hypotheses = knownHypotheses({ catalogue, graph, reach, lessons: null }, usualTuning);
  return { catalogue, hypotheses, book: createSpeakerBook(hypotheses, { reach, catalogue }) };
}

/** What would be seen of everything in `looks`; what cannot be had is missing from the answer. */
export function witness(
  stage: Stage,
  causes: readonly CauseAt[],
  { looks, nature, roll }: { looks: readonly Look[]; nature: Nature; roll: Dice },
): readonly Seen[] {
  const acting = stage.hypotheses.filter(({ at }) =>
    causes.some((cause) => cause.id === at.id && cause.component === at.component),
  );
  if (acting.length !== causes.length) throw new Error(`no such causes: ${JSON.stringify(causes)}`);
  const fates = new Map<string, number>();
  const seen = looks.map((look) => {
    const state = stateOf(stage, acting, { look, nature, roll, fates });
    return { look, state };
  });
  const lost = lostLooks(seen, stage.catalogue);
  return seen.flatMap(({ look, state }) => {
    const isMissing = roll() < nature.missing;
    if (lost(look) || isMissing) return [];
    return [
      {
        ...look,
        state,
        value: null,
        facts: {},
        raw: "",
        at: { atMs: 0, monotonicMs: 0, bootId: "boot-1" },
        past: false,
        changedAtMs: null,
      },
    ];
  });
}

function stateOf(
  { catalogue, hypotheses, book }: Stage,
  acting: readonly Hypothesis[],
  { look, nature, roll, fates }: { look: Look; nature: Nature; roll: Dice; fates: Map<string, number> },
): string {
  const kind = catalogue.evidence.get(look.evidence);
  if (kind === undefined) throw new Error(look.evidence);
  if (roll() < nature.wrong) return kind.states[Math.floor(roll() * kind.states.length)] ?? "";
  let state = nature.typical ? 0 : drawn(cumulative(kind.leak), roll());
  for (const hypothesis of acting) {
    const line = book.of(look).get(hypotheses.indexOf(hypothesis));
    if (line === undefined) continue;
    if (nature.typical) {
      state = Math.max(state, mostly(line));
      continue;
    }
    const key = `${hypothesis.at.id} ${hypothesis.at.component} ${look.evidence} ${look.target}`;
    const fate = fates.get(key) ?? roll();
    fates.set(key, fate);
    const own = roll();
    const chance = roll() < nature.together ? fate : own;
    state = Math.max(state, drawn(line, chance));
  }
  return kind.states[state] ?? "";
}

/** The likeliest of the abnormal states when one of them is likelier than not. */
function mostly(upTo: Float64Array): number {
  if ((upTo[0] ?? 1) > 0.5) return 0;
  const chances = upTo.map((bound, state) => (state === 0 ? 0 : bound - (upTo[state - 1] ?? 0)));
  return chances.indexOf(Math.max(...chances));
}

function drawn(upTo: Float64Array, chance: number): number {
  const state = upTo.findIndex((bound) => chance < bound);
  return state < 0 ? upTo.length - 1 : state;
}

/** Nothing is read inside a machine that lets nobody in, and nothing from a controller that does not answer. */
function lostLooks(seen: readonly { look: Look; state: string }[], catalogue: Catalogue): (look: Look) => boolean {
  const is = (evidence: string, states: readonly string[]): boolean =>
    seen.some(({ look, state }) => look.evidence === evidence && look.target === "host:web1" && states.includes(state));
  const isShut = is("hs.ssh", ["authfail", "refused", "timeout"]);
  const isMute = is("bm.reach", ["timeout"]);
  return (look) =>
    (isShut && isInside(look, catalogue)) ||
    (isMute && look.evidence.startsWith("bm.") && look.evidence !== "bm.reach");
}

/** A cause by its weight, at one of its places. */
export function anyCause(stage: Stage, roll: Dice): CauseAt {
  let rest = roll() * stage.hypotheses.reduce((sum, { share }) => sum + share, 0);
  for (const { at, share } of stage.hypotheses) {
    rest -= share;
    if (rest <= 0) return at;
  }
  return stage.hypotheses[0]?.at ?? { id: "", component: null };
}
