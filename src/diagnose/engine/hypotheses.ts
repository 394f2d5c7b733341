import type { CauseAt } from "../../kernel/model/diagnosis.ts";
import type { Catalogue, Cause, CausePlace, Lessons, Part, PartGraph, PartKind, Relation } from "../model.ts";
import { cumulative } from "./columns.ts";
import type { Reach } from "./reach.ts";
import { beforehand, type Tuning } from "./tuning.ts";

/** P(at most x | cause alone) by state, for each relation the catalogue names. */
export type Lines = ReadonlyMap<string, ReadonlyMap<Relation, Float64Array>>;

/** A cause at a part: what is believed of it beforehand, and what it looks like. */
export interface Hypothesis {
  readonly at: CauseAt;
  /** position of the part; -1: nowhere in particular */
  readonly part: number;
  /** null: a cause the catalogue does not know */
  readonly cause: Cause | null;
  /** share among all single known causes, 0 to 1; 0 for unknown ones */
  readonly share: number;
  /** how many parts the cause can sit at */
  readonly places: number;
  readonly prior: number;
  readonly lines: Lines;
}

const placesOfKind: Readonly<Partial<Record<CausePlace, readonly PartKind[]>>> = {
  service: ["web", "app", "db", "mail"],
  webapp: ["web", "app"],
};

export function canSit(cause: Cause, part: Part): boolean {
  const kinds = placesOfKind[cause.at] ?? [cause.at];
  return part.kinds.some((kind) => (kinds as readonly string[]).includes(kind));
}

/** Every known cause at every part it fits. Weights of causes that fit nowhere are spread over the rest. */
export function knownHypotheses(
  {
    catalogue,
    graph,
    reach,
    lessons,
  }: { catalogue: Catalogue; graph: PartGraph; reach: Reach; lessons: Lessons | null },
  tuning: Tuning,
): readonly Hypothesis[] {
  const causes = [...catalogue.causes.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const placed = causes
    .map((cause) => ({ cause, parts: [...graph.parts.values()].filter((part) => canSit(cause, part)) }))
    .filter(({ parts }) => parts.length > 0);
  const weights = placed.map(({ cause }) => learnedWeight(cause, placed, lessons));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const all = placed.flatMap(({ cause, parts }, index) => {
    const lines = linesOf(cause, catalogue, lessons);
    const share = (weights[index] ?? 0) / total / parts.length;
    return parts.map((part) => ({
      at: { id: cause.id, component: part.id },
      part: reach.indexOf(part.id),
      cause,
      share,
      places: parts.length,
      prior: beforehand.single * share,
      lines,
    }));
  });
  const { only } = tuning;
  return only === null ? all : all.filter(({ at }) => only.flat().some((one) => isSame(one, at)));
}

export function isSame(one: CauseAt, other: CauseAt): boolean {
  return one.id === other.id && one.component === other.component;
}

/** Confirmed cases shift a cause's weight: Dirichlet with the catalogue as fifty cases. */
function learnedWeight(cause: Cause, placed: readonly { readonly cause: Cause }[], lessons: Lessons | null): number {
  const total = placed.reduce((sum, other) => sum + other.cause.weight, 0);
  if (lessons === null || lessons.total <= 0) return cause.weight;
  return (50 * cause.weight) / total + lessons.cases(cause.id);
}

/** The catalogue's likelihoods count as so many cases of their own. */
const catalogueCases = 8;

function linesOf(cause: Cause, catalogue: Catalogue, lessons: Lessons | null): Lines {
  const lines = new Map<string, Map<Relation, Float64Array>>();
  for (const { evidence, relation, states } of cause.likelihoods) {
    const kind = catalogue.evidence.get(evidence);
    if (kind === undefined) continue;
    const learned = lessons?.states(cause.id, evidence, relation) ?? null;
    const seen = learned === null ? 0 : Object.values(learned).reduce((sum, count) => sum + count, 0);
    const abnormal = kind.states.slice(1).map((state) => {
      const shipped = states[state] ?? 0;
      return learned === null ? shipped : (catalogueCases * shipped + (learned[state] ?? 0)) / (catalogueCases + seen);
    });
    const relations = lines.get(evidence) ?? new Map<Relation, Float64Array>();
    lines.set(evidence, relations.set(relation, cumulative(abnormal)));
  }
  return new Map([...lines].map(([evidence, relations]) => [evidence, nearestFirst(relations)]));
}

const nearness: readonly Relation[] = ["own", "behind", "dependents", "needs", "any"];

/** Relations in the order in which they decide. */
export function nearestFirst(relations: ReadonlyMap<Relation, Float64Array>): ReadonlyMap<Relation, Float64Array> {
  return new Map(
    nearness.flatMap((relation) => {
      const line = relations.get(relation);
      return line === undefined ? [] : [[relation, line] as const];
    }),
  );
}
