import type { BundleId } from "../../kernel/model/diagnosis.ts";
import type { Catalogue, Cause, Part, PartGraph, Relation } from "../model.ts";
import { cumulative } from "./columns.ts";
import { canSit, nearestFirst, type Hypothesis, type Lines } from "./hypotheses.ts";
import type { Reach } from "./reach.ts";
import { beforehand } from "./tuning.ts";

export const otherUnknown = "other-unknown";

/** What nobody wrote down shows more, not less, than the average of what somebody did. */
const louder = 1.6;
const loudest = 0.8;

/**
 * Changes, maintenance and restores stand in our own book: what somebody wrote down speaks for the causes that come of it, and
 * stands by chance beside one that nobody knows.
 */
const noted: BundleId = "chg";

/** What a cause that nothing places does to any view from outside, and to any reading inside. */
const anywhereOutside = 0.25;
const anywhereInside = 0.12;

/**
 * A cause the catalogue lacks, at every part and nowhere in particular. A part's unknown looks like the mean of the causes
 * that can sit there, each by the root of its weight, and a little like any cause anywhere, so that a part whose only
 * cause is missing has one, too.
 */
export function unknownHypotheses(catalogue: Catalogue, graph: PartGraph, reach: Reach): readonly Hypothesis[] {
  const causes = [...catalogue.causes.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const profiles = new Map<string, { lines: Lines; mass: number }>();
  const placed = [...graph.parts.values()].map((part) => {
    const kinds = part.kinds.toSorted().join(" ");
    const profile = profiles.get(kinds) ?? profileAt(part, causes, catalogue);
    profiles.set(kinds, profile);
    return { part, ...profile };
  });
  const total = placed.reduce((sum, { mass }) => sum + mass, 0);
  const nothing = { cause: null, share: 0, places: 1 };
  return [
    ...placed.map(({ part, lines, mass }) => ({
      ...nothing,
      at: { id: otherUnknown, component: part.id },
      part: reach.indexOf(part.id),
      prior: (beforehand.unknownPlaced * mass) / total,
      lines,
    })),
    {
      ...nothing,
      at: { id: otherUnknown, component: null },
      part: -1,
      prior: beforehand.unknownPlaceless,
      lines: placelessLines(catalogue),
    },
  ];
}

/** Weight of the mean over all causes beside that of the causes which can sit there. */
const anyCauseWeight = 0.5;

function profileAt(part: Part, causes: readonly Cause[], catalogue: Catalogue): { lines: Lines; mass: number } {
  const here = causes.filter((cause) => canSit(cause, part));
  const sums = new Map<string, Map<Relation, number[]>>();
  const ofHere = here.reduce((sum, cause) => sum + Math.sqrt(cause.weight), 0);
  const all = causes.reduce((sum, cause) => sum + Math.sqrt(cause.weight), 0);
  for (const cause of causes) {
    const own = canSit(cause, part) ? Math.sqrt(cause.weight) : 0;
    const share = (own + (anyCauseWeight * Math.sqrt(cause.weight)) / all) / (ofHere + anyCauseWeight);
    addTo(sums, { cause, share, catalogue });
  }
  const mass = Math.sqrt(here.reduce((sum, cause) => sum + cause.weight, 0) + anyCauseWeight);
  return { lines: linesOf(sums), mass };
}

function addTo(
  sums: Map<string, Map<Relation, number[]>>,
  { cause, share, catalogue }: { cause: Cause; share: number; catalogue: Catalogue },
): void {
  for (const { evidence, relation, states } of cause.likelihoods) {
    const kind = catalogue.evidence.get(evidence);
    if (kind === undefined || kind.bundle === noted) continue;
    const abnormal = kind.states.slice(1);
    const relations = sums.get(evidence) ?? new Map<Relation, number[]>();
    const sum = relations.get(relation) ?? abnormal.map(() => 0);
    sums.set(
      evidence,
      relations.set(
        relation,
        sum.map((value, index) => value + share * (states[abnormal[index] ?? ""] ?? 0)),
      ),
    );
  }
}

function linesOf(sums: ReadonlyMap<string, ReadonlyMap<Relation, readonly number[]>>): Lines {
  return new Map(
    [...sums].map(([evidence, relations]) => {
      const lines = [...relations].map(([relation, sum]) => [relation, cumulative(louderOf(sum))] as const);
      return [evidence, nearestFirst(new Map(lines))];
    }),
  );
}

function louderOf(abnormal: readonly number[]): number[] {
  const total = abnormal.reduce((sum, value) => sum + value, 0);
  const scale = total === 0 ? 0 : Math.min(louder, loudest / total);
  return abnormal.map((value) => value * scale);
}

function placelessLines(catalogue: Catalogue): Lines {
  return new Map(
    [...catalogue.evidence.values()].map((kind) => {
      const abnormal = kind.states.length - 1;
      const each = (kind.id.startsWith("vp.") ? anywhereOutside : anywhereInside) / abnormal;
      return [kind.id, new Map([["any", cumulative(Array.from({ length: abnormal }, () => each))]])];
    }),
  );
}
