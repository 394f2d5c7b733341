import type { ConfirmedCase } from "../../kernel/model/diagnosis.ts";
import type { Catalogue, PartGraph } from "../model.ts";
import { createEngine, type Engine } from "./engine.ts";
import { usualTuning } from "./tuning.ts";

/** How strongly evidence is taken here, fitted to what turned out to be so. */
export interface Fit {
  /** flattens all evidence alike: higher is more cautious */
  readonly temperature: number;
  /** it was fitted to so many */
  readonly cases: number;
}

/** Fewer confirmed cases tell more of chance than of the figures. */
export const leastToFit = 30;
/** The newest: systems change, and each is weighed once for every temperature. */
const mostToFit = 60;
const temperatures = [0.8, 1, usualTuning.temperature, 1.4, 1.6, 1.8, 2];
/** A cause that was ranked nowhere tells of the catalogue, not of the temperature. */
const leastChance = 0.001;

export interface FitTo {
  readonly catalogue: Catalogue;
  readonly graph: PartGraph;
  /** between two weighings, for whatever waits */
  breathe(): Promise<void>;
}

/**
 * Temperature scaling: the temperature under which the confirmed causes were the least surprise, by the mean of -log P. Lessons of the
 * same cases take no part, or they would confirm themselves. Source: Guo et al., On Calibration of Modern Neural Networks (ICML
 * 2017), 4.2.
 * @returns null: too few cases are of parts that are still there
 */
export async function fitTemperature(cases: readonly ConfirmedCase[], to: FitTo): Promise<Fit | null> {
  const { catalogue, graph } = to;
  const usable = cases
    .filter(({ cause, seen }) => seen.length > 0 && isThere(cause.component, graph))
    .slice(-mostToFit);
  if (usable.length < leastToFit) return null;
  const surprises: { readonly temperature: number; readonly surprise: number }[] = [];
  for (const temperature of temperatures) {
    const engine = createEngine(catalogue, graph, { tuning: { temperature } });
    surprises.push({ temperature, surprise: await surpriseOf(engine, usable, to) });
  }
  const [best] = surprises.toSorted(
    (a, b) => a.surprise - b.surprise || fromUsual(a.temperature) - fromUsual(b.temperature),
  );
  return best === undefined ? null : { temperature: best.temperature, cases: usable.length };
}

async function surpriseOf(engine: Engine, cases: readonly ConfirmedCase[], { breathe }: FitTo): Promise<number> {
  let sum = 0;
  for (const { cause, seen, trust } of cases) {
    const found = engine
      .judge(seen)
      .causes.find((one) => one.cause.id === cause.id && one.cause.component === cause.component);
    sum -= trust * Math.log(Math.max(leastChance, found?.probability ?? 0));
    await breathe();
  }
  return sum;
}

function isThere(component: ConfirmedCase["cause"]["component"], { parts }: PartGraph): boolean {
  return component === null || parts.has(component);
}

function fromUsual(temperature: number): number {
  return Math.abs(temperature - usualTuning.temperature);
}
