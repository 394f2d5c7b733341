import type { AuditChange, AuditHelp, ChangeKind } from "../../kernel/ports-audit.ts";
import type { Answers, Draft } from "./draft.ts";
import { compile, type Graph } from "./graph.ts";
import type { Model } from "./model.ts";
import { factOf } from "./reasons.ts";
import { atOnce, type Steps } from "./slices.ts";
import { createTrials, type Asked, type Tally } from "./verdicts.ts";

/** A change, and what it does to the graph. */
export interface Candidate {
  readonly change: AuditChange;
  readonly answers: Answers;
}

/** Changes to choose from, and the graph with the edges that they would add. */
export interface Offers {
  readonly graph: Graph;
  readonly candidates: readonly Candidate[];
}

/** From cheap to dear: of two that help alike the cheaper is advised. */
const cost: Readonly<Record<ChangeKind, number>> = {
  prove: 0,
  revoke: 1,
  key: 2,
  reader: 3,
  retention: 4,
  "append-only": 5,
  copy: 6,
};
/** unknown is half as bad as lost */
const unknownWeight = 0.5;
/** Keys and copies offered on a large site: those of the data that are worst off. */
const mostOffered = 2_000;
/** Nodes worked out anew for all changes of a kind: under a second. Only a large site has more. */
const mostTouched = 200_000;
/** some ten milliseconds */
const touchedAStep = 5_000;

/** The single change after which the least is lost or unknown; null when none helps. */
export function bestHelp(asked: Asked, candidates: readonly Candidate[]): AuditHelp | null {
  return atOnce(helpSteps(asked, candidates));
}

/** The same in steps. */
export function* helpSteps(asked: Asked, candidates: readonly Candidate[]): Steps<AuditHelp | null> {
  const { before, differences } = createTrials(asked);
  let best: { change: AuditChange; gain: number; after: Tally } | null = null;
  const spent = new Map<ChangeKind, number>();
  let sinceStep = 0;
  for (const { change, answers } of candidates) {
    if ((spent.get(change.kind) ?? 0) > mostTouched) continue;
    const { lost, unknown, touched } = differences(answers);
    spent.set(change.kind, (spent.get(change.kind) ?? 0) + touched);
    sinceStep += touched + 1;
    if (sinceStep > touchedAStep) {
      sinceStep = 0;
      yield;
    }
    const gain = -lost - unknownWeight * unknown;
    if (gain <= 0 || (best !== null && !isBetter({ change, gain }, best))) continue;
    best = { change, gain, after: { lost: before.lost + lost, unknown: before.unknown + unknown } };
  }
  return best === null ? null : { change: best.change, before, after: best.after };
}

interface Weighed {
  readonly change: AuditChange;
  readonly gain: number;
}

function isBetter(one: Weighed, other: Weighed): boolean {
  return one.gain === other.gain ? cost[one.change.kind] < cost[other.change.kind] : one.gain > other.gain;
}

/**
 * Every repair that something on the way to a loss could have, the cheap kinds first.
 * @param troubled plans of data that some loss takes or leaves open, those that are worst off first
 */
export function offersFor(model: Model, troubled: readonly string[]): Offers {
  const draft = model.draft.copy();
  const candidates = [
    ...byTags(model),
    ...keysElsewhere(model, { draft, troubled }),
    ...copiesElsewhere(model, { draft, troubled }),
  ];
  return {
    graph: compile(draft),
    candidates: candidates.toSorted((a, b) => cost[a.change.kind] - cost[b.change.kind]),
  };
}

function byTags({ draft, copies }: Model): readonly Candidate[] {
  const supports = new Map<string, boolean>();
  for (const { tag, to } of draft.edges) if (tag !== null) supports.set(tag, draft.gates[to] === "and");
  const places = [...new Set(copies.map(({ target }) => target.at))];
  const found: Candidate[] = [];
  for (const [tag, isSupport] of supports) {
    const of = tag.slice(tag.indexOf("|") + 1);
    const answers = new Map([[tag, isSupport]]);
    const kind = kindOf(tag);
    if (kind === null) continue;
    found.push({
      change: { kind, of, at: null, fact: kind === "prove" ? factOf(tag) : null },
      answers,
    });
  }
  for (const place of places) {
    if (!supports.has(`deletable|${place}`)) continue;
    const answers = new Map([
      [`deletable|${place}`, false],
      [`append-only|${place}`, false],
    ]);
    found.push({ change: { kind: "append-only", of: place, at: null, fact: null }, answers });
  }
  return found;
}

function kindOf(tag: string): ChangeKind | null {
  const code = tag.slice(0, tag.indexOf("|"));
  if (code === "holds") return "revoke";
  if (code === "reading") return "reader";
  if (code === "generations") return "retention";
  return factOf(tag) === null || code === "takeover" ? null : "prove";
}

interface Offering {
  /** gets the edges that a change would add */
  readonly draft: Draft;
  readonly troubled: readonly string[];
}

/** One more exemplar of a key, at any place. */
function keysElsewhere({ facts: { site } }: Model, { draft, troubled }: Offering): readonly Candidate[] {
  const places = [...site.places.keys()];
  return troubled
    .filter((plan) => draft.find(`K:${plan}:all`) !== null)
    .slice(0, Math.ceil(mostOffered / (places.length + 1)))
    .flatMap((plan) =>
      places.map((place): Candidate => {
        const tag = `key+|${plan}@${place}`;
        draft.edge(`L:place:${place}`, `K:${plan}:all`, { offered: true, tag });
        return { change: { kind: "key", of: plan, at: place, fact: null }, answers: new Map([[tag, true]]) };
      }),
    );
}

/** One more copy, at any place that has none or at a new one, which its writer cannot delete. */
function copiesElsewhere({ data, facts: { site } }: Model, { draft, troubled }: Offering): readonly Candidate[] {
  const places = [...site.places.keys()];
  const byPlan = new Map(data.map((one) => [one.plan.key, one]));
  return troubled.slice(0, Math.ceil(mostOffered / (places.length + 1))).flatMap((key) => {
    const one = byPlan.get(key);
    const taken = new Set((one?.copies ?? []).map(({ target }) => target.at));
    const live = site.hosts.get(one?.plan.host ?? "")?.at ?? null;
    // beside the data in use only where nothing else helps as much
    const beside = places.filter((place) => place === live);
    const elsewhere = places.filter((place) => place !== live);
    return [...elsewhere, null, ...beside]
      .filter((place) => place === null || !taken.has(place))
      .map((place): Candidate => {
        const [end, tag] = [`X:${place ?? ""}/${key}+`, `copy+|${key}@${place ?? ""}`];
        const causes = [...(place === null ? [] : [`L:place:${place}`, `O:place:${place}`]), `K:${key}`];
        draft.node(end);
        for (const cause of causes) if (draft.find(cause) !== null) draft.edge(cause, end);
        draft.edge(end, `LOST:${key}`, { offered: true, tag });
        return { change: { kind: "copy", of: key, at: place, fact: null }, answers: new Map([[tag, true]]) };
      });
  });
}
