import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import { kindOf, type ComponentId } from "../../kernel/model/component.ts";
import type { CauseAt, ConfirmedCase, Seen } from "../../kernel/model/diagnosis.ts";
import type { Catalogue, Lessons, PartGraph, Relation } from "../model.ts";
import { createReach, type Reach } from "./reach.ts";

/** After so long a case counts half: systems change. */
const halfLifeMs = 2 * 365.25 * 24 * 3_600_000;

/** What a case tells of the likelihoods needs the parts as they are now, and what the catalogue expects. */
export interface LearnFrom {
  readonly catalogue: Catalogue;
  readonly graph: PartGraph;
}

/**
 * Everything confirmed cases teach, made anew from the cases that count: leaving one out takes back what it taught. Without parts only
 * how often causes come is learned.
 */
export function lessonsOf(cases: readonly ConfirmedCase[], now: Stamp, from: LearnFrom | null = null): Lessons {
  const counts = new Map<string, number>();
  const states = new Map<string, Map<string, number>>();
  const reach = from === null ? null : createReach(from.graph);
  let total = 0;
  for (const one of cases) {
    const weight = one.trust * 0.5 ** (elapsedMs(one.at, now) / halfLifeMs);
    total += weight;
    counts.set(one.cause.id, (counts.get(one.cause.id) ?? 0) + weight);
    if (from !== null && reach !== null) learnStates(states, { ...one, weight }, { ...from, reach });
  }
  return {
    total,
    cases: (causeId) => counts.get(causeId) ?? 0,
    states: (causeId, evidence, relation) => {
      const known = states.get(keyOf(causeId, evidence, relation));
      return known === undefined ? null : Object.fromEntries(known);
    },
  };
}

function keyOf(causeId: string, evidence: string, relation: Relation): string {
  return `${causeId} ${evidence} ${relation}`;
}

interface Told {
  readonly cause: CauseAt;
  readonly seen: readonly Seen[];
  readonly weight: number;
}

/** Several vantages with one view are one experience: the commonest of their states. */
function learnStates(
  states: Map<string, Map<string, number>>,
  { cause, seen, weight }: Told,
  context: LearnFrom & { readonly reach: Reach },
): void {
  for (const one of oncePerView(seen)) {
    const found = lineFor(cause, one, context);
    if (found === null) continue;
    const key = keyOf(cause.id, one.evidence, found.relation);
    const counts = states.get(key) ?? new Map<string, number>();
    counts.set(one.state, (counts.get(one.state) ?? 0) + weight * found.responsibility);
    states.set(key, counts);
  }
}

function oncePerView(seen: readonly Seen[]): readonly Seen[] {
  const views = new Map<string, Map<string, Seen[]>>();
  for (const one of seen) {
    const key = `${one.evidence} ${one.target}`;
    const states = views.get(key) ?? new Map<string, Seen[]>();
    states.set(one.state, [...(states.get(one.state) ?? []), one]);
    views.set(key, states);
  }
  return [...views.values()].flatMap(
    (states) => [...states.values()].toSorted((a, b) => b.length - a.length)[0]?.slice(0, 1) ?? [],
  );
}

const relations: readonly Relation[] = ["own", "behind", "dependents", "needs", "any"];

/**
 * The line of the cause that speaks of it, and how surely the cause rather than chance brought that state about: p over the noisy-OR
 * of both. null: the catalogue connects them in no way; nothing is learned that was not asked.
 */
function lineFor(
  { id, component }: CauseAt,
  seen: Seen,
  { catalogue, reach }: LearnFrom & { readonly reach: Reach },
): { relation: Relation; responsibility: number } | null {
  const cause = catalogue.causes.get(id);
  const kind = catalogue.evidence.get(seen.evidence);
  const state = kind?.states.indexOf(seen.state) ?? -1;
  if (cause === undefined || kind === undefined || state < 0) return null;
  const own = cause.likelihoods.filter(({ evidence }) => evidence === seen.evidence);
  const line = relations.flatMap((relation) =>
    own.filter((one) => one.relation === relation && holds(relation, { component, seen, reach })),
  )[0];
  if (line === undefined) return null;
  if (state === 0) return { relation: line.relation, responsibility: 1 };
  const chance = line.states[seen.state] ?? 0;
  const leak = kind.leak[state - 1] ?? 0;
  const either = 1 - (1 - leak) * (1 - chance);
  return { relation: line.relation, responsibility: either === 0 ? 0 : chance / either };
}

function holds(
  relation: Relation,
  { component, seen, reach }: { component: ComponentId | null; seen: Seen; reach: Reach },
): boolean {
  if (relation === "any" || component === null) return relation === "any";
  if (relation === "behind") return isFelt(reach, component, `vantage:${seen.vantage ?? ""}`);
  if (seen.target === component) return relation === "own" || kindOf(seen.target) === "host";
  if (relation === "own") return false;
  return relation === "dependents" ? isFelt(reach, component, seen.target) : isFelt(reach, seen.target, component);
}

/** A failure of one part is felt at another. */
function isFelt(reach: Reach, from: ComponentId, at: ComponentId): boolean {
  const position = reach.indexOf(from);
  return position >= 0 && (reach.effectOf(position)[reach.indexOf(at)] ?? 0) > 0;
}
