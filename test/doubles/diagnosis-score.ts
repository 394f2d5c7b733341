import { createEngine, type Engine } from "../../src/diagnose/engine/engine.ts";
import type { Tuning } from "../../src/diagnose/engine/tuning.ts";
import type { Catalogue } from "../../src/diagnose/model.ts";
import type { CauseAt } from "../../src/kernel/model/diagnosis.ts";
import { withoutCause } from "./diagnosis-catalogue.ts";
import { faults, type Fault } from "./diagnosis-faults.ts";
import { runDiagnosis, type Run } from "./diagnosis-run.ts";
import { allLooks, town } from "./diagnosis-town.ts";
import { perturbed, stageOf, witness, type Dice, type Nature } from "./diagnosis-world.ts";

/** One fault, diagnosed once. */
export interface Outcome {
  readonly fault: Fault;
  readonly run: Run;
  readonly top: { readonly cause: CauseAt; readonly probability: number };
  readonly isTop: boolean;
  readonly areInThree: boolean;
  readonly isExact: boolean;
  readonly isScope: boolean;
}

export interface Trial {
  readonly nature: Nature;
  readonly rounds: number;
  readonly roll: Dice;
  readonly tuning?: Partial<Tuning>;
  readonly asksAll?: boolean;
  /** the catalogue the engine believes is off by so much, rather than the world */
  readonly engineSigma?: number;
  /** the engine does not know the cause that is at work; of single faults only */
  readonly leavesOut?: boolean;
  /** which faults; the specification's sixty when left out */
  readonly of?: readonly Fault[];
}

export function tryFaults(catalogue: Catalogue, trial: Trial): readonly Outcome[] {
  const { nature, rounds, roll } = trial;
  const looks = allLooks(catalogue);
  const engines = new Map<string, Engine>();
  const chosen = (trial.of ?? faults).filter(({ causes }) => trial.leavesOut !== true || causes.length === 1);
  return Array.from({ length: rounds }, () => chosen)
    .flat()
    .map((fault) => {
      const stage = stageOf(perturbed(catalogue, nature.sigma, roll), town);
      const there = fault.withoutController ? looks.filter(({ evidence }) => !evidence.startsWith("bm.")) : looks;
      const seen = witness(stage, fault.causes, { looks: there, nature, roll });
      const engine = engineFor(fault, { catalogue, trial, engines });
      const asksAll = trial.asksAll ?? false;
      return outcomeOf(fault, { engine, run: runDiagnosis(engine, seen, { catalogue, looks: there, asksAll }) });
    });
}

function engineFor(
  { causes }: Fault,
  { catalogue, trial, engines }: { catalogue: Catalogue; trial: Trial; engines: Map<string, Engine> },
): Engine {
  const absent = trial.leavesOut === true ? (causes[0]?.id ?? "") : "";
  const believed = absent === "" ? catalogue : withoutCause(catalogue, absent);
  const options = { tuning: trial.tuning ?? {} };
  if (trial.engineSigma !== undefined)
    return createEngine(perturbed(believed, trial.engineSigma, trial.roll), town, options);
  const engine = engines.get(absent) ?? createEngine(believed, town, options);
  engines.set(absent, engine);
  return engine;
}

function outcomeOf(fault: Fault, { engine, run }: { engine: Engine; run: Run }): Outcome {
  const { causes, explanations } = run.judgement;
  const top = causes[0] ?? { cause: { id: "none", component: null }, probability: 0 };
  const three = new Set(causes.slice(0, 3).map(({ cause }) => cause.id));
  return {
    fault,
    run,
    top,
    isTop: fault.causes.some(({ id }) => id === top.cause.id),
    areInThree: fault.causes.every(({ id }) => three.has(id)),
    isExact: keyOf(explanations[0]?.causes ?? []) === keyOf(fault.causes),
    isScope: engine.scopeOf(run.judgement, run.seen)?.id === fault.scope,
  };
}

function keyOf(causes: readonly CauseAt[]): string {
  return causes
    .map(({ id, component }) => `${id}@${component}`)
    .toSorted()
    .join("+");
}

/** Share of outcomes for which it holds. */
export function share(outcomes: readonly Outcome[], holds: (outcome: Outcome) => boolean): number {
  return outcomes.filter(holds).length / outcomes.length;
}

/** Mean square of how far the confidence in the first cause was from whether it was right. */
export function brier(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { top, isTop }) => sum + (top.probability - Number(isTop)) ** 2, 0) / outcomes.length;
}

export function isConfidentlyWrong({ top, isTop }: Outcome): boolean {
  return !isTop && top.cause.id !== "other-unknown" && top.probability >= 0.9;
}

/** It says that it does not know. */
export function admits({ top }: Outcome): boolean {
  return top.cause.id === "other-unknown" || top.probability < 0.5;
}
