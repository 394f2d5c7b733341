import type { AuditChange, AuditHelp, ChangeKind } from "../../kernel/ports-audit.ts";
import type { Answers, Draft } from "./graph.ts";
import type { Model } from "./model.ts";
import { factOf } from "./reasons.ts";
import { atOnce, type Steps } from "./slices.ts";
import { affordable, verdictSteps, type Asked } from "./verdicts.ts";

/** A change, and what it does to the graph. */
export interface Candidate {
  readonly change: AuditChange;
  readonly answers: Answers;
  /** adds to a copy of the graph; left out: the answers are all */
  readonly extend?: (draft: Draft) => void;
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

/** The single change after which the least is lost or unknown; null when none helps. */
export function bestHelp(asked: Asked, candidates: readonly Candidate[]): AuditHelp | null {
  return atOnce(helpSteps(asked, candidates));
}

/** The same, one candidate a step. */
export function* helpSteps(asked: Asked, candidates: readonly Candidate[]): Steps<AuditHelp | null> {
  const before = yield* verdictSteps(asked);
  let best: { help: AuditHelp; score: number; cost: number } | null = null;
  for (const candidate of candidates.slice(0, affordable(asked, 200))) {
    yield;
    const draft = candidate.extend === undefined ? asked.draft : asked.draft.copy();
    candidate.extend?.(draft);
    const after = yield* verdictSteps({ ...asked, draft }, candidate.answers);
    const score = weigh(before) - weigh(after);
    const price = cost[candidate.change.kind];
    if (score <= 0 || (best !== null && (score < best.score || (score === best.score && price >= best.cost)))) continue;
    best = { help: { change: candidate.change, before: counts(before), after: counts(after) }, score, cost: price };
  }
  return best?.help ?? null;
}

function counts({ lost, unknown }: { lost: number; unknown: number }): AuditHelp["before"] {
  return { lost, unknown };
}

function weigh({ lost, unknown }: { lost: number; unknown: number }): number {
  return lost + unknownWeight * unknown;
}

/** Every repair that something on the way to a loss could have, the cheap kinds first. */
export function candidatesFor(model: Model, troubled: ReadonlySet<string>): readonly Candidate[] {
  const found = [...byTags(model), ...keysElsewhere(model, troubled), ...copiesElsewhere(model, troubled)];
  return found.toSorted((a, b) => cost[a.change.kind] - cost[b.change.kind]);
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

/** One more exemplar of a key, at any place. */
function keysElsewhere({ draft, copies, facts }: Model, troubled: ReadonlySet<string>): readonly Candidate[] {
  const plans = [...new Set(copies.flatMap(({ plan }) => (plan.with === "external" ? [] : [plan.key])))];
  return plans
    .filter((plan) => troubled.has(plan) && draft.find(`K:${plan}:all`) !== null)
    .flatMap((plan) =>
      [...facts.site.places.keys()].map((place): Candidate => ({
        change: { kind: "key", of: plan, at: place, fact: null },
        answers: new Map(),
        extend: (graph) => graph.edge(`L:place:${place}`, `K:${plan}:all`),
      })),
    );
}

/** One more copy, at any place that has none, which its writer cannot delete. */
function copiesElsewhere({ data, facts }: Model, troubled: ReadonlySet<string>): readonly Candidate[] {
  return data
    .filter(({ plan }) => troubled.has(plan.key))
    .flatMap(({ plan, copies }) =>
      [...facts.site.places.keys()]
        .filter((place) => !copies.some(({ target }) => target.at === place))
        .map((place): Candidate => ({
          change: { kind: "copy", of: plan.key, at: place, fact: null },
          answers: new Map(),
          extend(graph) {
            const end = `X:${place}/${plan.key}+`;
            for (const cause of [`L:place:${place}`, `O:place:${place}`]) graph.edge(cause, end);
            if (graph.find(`K:${plan.key}`) !== null) graph.edge(`K:${plan.key}`, end);
            graph.edge(end, `LOST:${plan.key}`);
          },
        })),
    );
}
