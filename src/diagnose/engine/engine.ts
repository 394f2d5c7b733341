import type { RepairStep, Seen, StopReason } from "../../kernel/model/diagnosis.ts";
import type { ScopeVerdict } from "../../kernel/model/scope.ts";
import type { BlindSpot } from "../../kernel/ports-diagnosis.ts";
import type { Catalogue, Habits, Judgement, Lessons, Offer, PartGraph } from "../model.ts";
import { blindSpots } from "./blind-spots.ts";
import { knownHypotheses } from "./hypotheses.ts";
import { infer, type Inference, type World } from "./infer.ts";
import { judgementOf } from "./judge.ts";
import { isConfirmed, rankOffers, type Ranked } from "./plan.ts";
import { createReach } from "./reach.ts";
import { repairSteps } from "./repair.ts";
import { scopeFrom } from "./scope.ts";
import { createSpeakerBook, type Look } from "./speakers.ts";
import { stopReason } from "./stop.ts";
import { usualTuning, type Tuning } from "./tuning.ts";
import { unknownHypotheses } from "./unknown.ts";
import { weigh, type Weights } from "./weigh.ts";

export interface EngineOptions {
  readonly habits?: Habits;
  readonly lessons?: Lessons;
  readonly tuning?: Partial<Tuning>;
}

/** Weighs what was seen against every cause at every part. The same evidence, in any order, gives the same answer. */
export interface Engine {
  judge(seen: readonly Seen[]): Judgement;
  /** what to ask next, most information a second first */
  next(judgement: Judgement, seen: readonly Seen[], offers: readonly Offer[]): readonly Ranked[];
  /** null: go on. Time is the caller's */
  stop(judgement: Judgement, seen: readonly Seen[], offers: readonly Offer[]): StopReason | null;
  /** what speaks for and against the likeliest causes, and what was set aside by what */
  weigh(judgement: Judgement, seen: readonly Seen[]): Weights;
  /** steps in the order that costs least to expect */
  repair(judgement: Judgement): readonly RepairStep[];
  /** null: nothing was seen that tells; the scope judged at once stands */
  scopeOf(judgement: Judgement, seen: readonly Seen[]): ScopeVerdict | null;
  /** causes that what can be looked at today cannot tell apart, nearest first */
  blindSpots(available: readonly Look[]): readonly BlindSpot[];
}

/** Made anew when the catalogue, the parts or the lessons change; it keeps nothing of what it was asked. */
export function createEngine(catalogue: Catalogue, graph: PartGraph, options: EngineOptions = {}): Engine {
  const world = worldOf(catalogue, graph, options);
  const made = new WeakMap<Judgement, Inference>();
  const ranks = new WeakMap<Judgement, { offers: readonly Offer[]; ranked: readonly Ranked[] }>();

  function judge(seen: readonly Seen[]): Judgement {
    const inference = infer(world, seen);
    const judgement = judgementOf(inference, world);
    made.set(judgement, inference);
    return judgement;
  }

  /** A judgement of this engine is at hand; one read from the record is made again. */
  function behind(judgement: Judgement, seen: readonly Seen[]): Inference {
    return made.get(judgement) ?? infer(world, seen);
  }

  function next(judgement: Judgement, seen: readonly Seen[], offers: readonly Offer[]): readonly Ranked[] {
    const known = ranks.get(judgement);
    if (known?.offers === offers) return known.ranked;
    const ranked = rankOffers(behind(judgement, seen), offers, world);
    ranks.set(judgement, { offers, ranked });
    return ranked;
  }

  function stop(judgement: Judgement, seen: readonly Seen[], offers: readonly Offer[]): StopReason | null {
    const confirmed = isConfirmed(behind(judgement, seen), world);
    return stopReason(judgement, { ranked: next(judgement, seen, offers), isConfirmed: confirmed }, world);
  }

  return {
    judge,
    next,
    stop,
    weigh: (judgement, seen) => weigh(judgement, behind(judgement, seen), world),
    repair: (judgement) => repairSteps(judgement, catalogue),
    scopeOf: (judgement, seen) => scopeFrom(judgement, seen, world),
    blindSpots: (available) => blindSpots(available, world),
  };
}

/** Everything that does not hang on what is seen, worked out once. */
export function worldOf(catalogue: Catalogue, graph: PartGraph, options: EngineOptions = {}): World {
  const tuning = { ...usualTuning, ...options.tuning };
  const reach = createReach(graph);
  const known = knownHypotheses({ catalogue, graph, reach, lessons: options.lessons ?? null }, tuning);
  const unknown = tuning.unknowns ? unknownHypotheses(catalogue, graph, reach) : [];
  const hypotheses = [...known, ...unknown];
  const book = createSpeakerBook(hypotheses, { reach, catalogue });
  return { catalogue, graph, reach, hypotheses, book, habits: options.habits ?? null, tuning };
}
