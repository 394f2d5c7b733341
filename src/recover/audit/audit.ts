import type { AuditOptions, AuditOverview, AuditReport, CutSet, LossRow } from "../../kernel/ports-audit.ts";
import { minimalCuts, type Cuts } from "./cuts.ts";
import { allEvents, seedsOf, type SeededEvent } from "./events.ts";
import type { AuditFacts } from "./facts.ts";
import { wire } from "./graph.ts";
import { helpSteps, offersFor } from "./help.ts";
import { hubPlace } from "./model-places.ts";
import { modelSteps, type Model } from "./model.ts";
import { outcomeSteps, plain, uncopied } from "./outcome.ts";
import { questionSteps } from "./questions.ts";
import { ownRecords } from "./own.ts";
import type { Steps } from "./slices.ts";
import { resolveTarget, together } from "./targets.ts";
import { bitsIn, eachBit, verdictSteps, type Asked, type Verdicts } from "./verdicts.ts";

/** Losses that help and questions are weighed by; on a large site the worst of them. */
const mostWeighed = 64;
const mostCuts = 200;
/** Rows with their names; every other loss can be asked for by itself. */
const mostRows = 500;
/** some ten milliseconds each */
const rowsAStep = 50;
const endsAStep = 200;
const setsAStep = 20_000;

/** What survives, by what is proven, or by what is planned. A large site's table takes seconds: others go between its steps. */
export function* auditSteps(facts: AuditFacts, { planned, without }: AuditOptions): Steps<AuditReport> {
  const model = yield* modelSteps(facts, planned);
  yield;
  const targets = without.map((written) => resolveTarget(model, written));
  const loss: SeededEvent =
    targets.length > 0 ? together(targets) : { id: "without", kind: "without", of: null, unnoticedMs: 0, seeds: [] };
  const outcome = yield* outcomeSteps(model, loss);
  const hasAsked = targets.length > 0;
  yield;
  const matrix = hasAsked ? null : yield* matrixSteps(model);
  const named = (fate: "lost" | "unknown"): readonly string[] =>
    outcome.data.filter((one) => one.fate === fate).map(({ data }) => data);
  const troubled = matrix === null ? { lost: named("lost"), unknown: named("unknown") } : troubledData(model, matrix);
  const overview = matrix === null ? null : yield* overviewSteps(model, matrix);
  const uncopiedLost = hasAsked ? outcome.uncopiedHosts.map((host) => `host:${host}`) : [];
  const own = ownRecords(facts.site, outcome.hubStays);
  const ownLost = hasAsked && own !== null && !own.isCopied && own.hubStays === false ? ["hub"] : [];
  const lost = [...troubled.lost, ...uncopiedLost, ...ownLost];
  const isLost = new Set(lost);
  const unknown = troubled.unknown.filter((data) => !isLost.has(data));
  const copied = new Set(model.copies.map(({ plan }) => plan.host));
  return {
    atMs: facts.nowMs,
    planned,
    without: targets.map(({ of, id, kind }) => (kind === "without" && of !== null ? of : id)),
    // where nothing is copied nothing is known to survive
    ok: model.data.length > 0 && lost.length === 0 && unknown.length === 0,
    lost,
    unknown,
    outcome,
    overview,
    uncopiedHosts: uncopied(model, copied),
    own,
    liveAt: model.data.map(({ plan }) => ({
      data: plan.key,
      host: plan.host,
      place: plan.own === true ? hubPlace(facts.site) : (facts.site.hosts.get(plan.host)?.at ?? null),
    })),
    trend: trendOf(model),
  };
}

interface Matrix {
  readonly asked: Asked;
  readonly events: readonly SeededEvent[];
  readonly verdicts: Verdicts;
  /** numbers of the losses, worst first */
  readonly order: readonly number[];
  /** how much data each loss takes, what is unknown counting half */
  readonly badness: Float64Array;
}

/** All losses against all data. */
export function* matrixSteps(model: Model): Steps<Matrix> {
  const events = allEvents(model);
  yield;
  const asked: Asked = {
    graph: model.graph,
    seeds: events.map((event) => seedsOf(model, event)),
    ends: model.data.map(({ plan }) => model.draft.find(`LOST:${plan.key}`) ?? 0),
  };
  yield;
  const verdicts = yield* verdictSteps(asked);
  const badness = new Float64Array(events.length);
  for (const end of asked.ends.keys()) {
    const { lost, unknown } = verdicts.words(end);
    eachBit(lost, (event) => void (badness[event]! += 1));
    eachBit(unknown, (event) => void (badness[event]! += 0.5));
    if (end % endsAStep === endsAStep - 1) yield;
  }
  const order = events.map((_, event) => event).toSorted((a, b) => badness[b]! - badness[a]! || a - b);
  yield;
  return { asked, events, verdicts, order, badness };
}

/** Data that some loss takes, and data of which some loss leaves it open. */
export function troubledData(model: Model, { verdicts }: Matrix): Record<"lost" | "unknown", readonly string[]> {
  const named = (kind: "lost" | "unknown"): readonly string[] =>
    model.data
      .filter((_, end) => bitsIn(verdicts.words(end)[kind]) > 0)
      .map(({ plan }) => plan.key)
      .toSorted();
  return { lost: named("lost"), unknown: named("unknown") };
}

/** Plans of data that some loss takes or leaves open, those of which most do first. */
function worstFirst(model: Model, { verdicts }: Matrix): readonly string[] {
  return model.data
    .map(({ plan }, end) => {
      const { lost, unknown } = verdicts.words(end);
      return { plan: plan.key, bad: bitsIn(lost) + bitsIn(unknown) / 2 };
    })
    .filter(({ bad }) => bad > 0)
    .toSorted((a, b) => b.bad - a.bad)
    .map(({ plan }) => plan);
}

function rowOf(model: Model, { events, verdicts }: Matrix, number: number): LossRow | null {
  const event = events[number];
  if (event === undefined) return null;
  const [lost, unknown]: [string[], string[]] = [[], []];
  model.data.forEach(({ plan }, end) => {
    const fate = verdicts.fate(end, number);
    if (fate === "lost") lost.push(plan.key);
    else if (fate === "unknown") unknown.push(plan.key);
  });
  return { event: plain(event), lost, unknown };
}

function* overviewSteps(model: Model, matrix: Matrix): Steps<AuditOverview> {
  const { asked, events, order, badness } = matrix;
  const weighed: Asked = { ...asked, seeds: order.slice(0, mostWeighed).map((index) => asked.seeds[index] ?? []) };
  const rows: LossRow[] = [];
  for (const number of order.slice(0, mostRows)) {
    rows.push(...[rowOf(model, matrix, number)].filter((row) => row !== null));
    if (rows.length % rowsAStep === 0) yield;
  }
  const questions = yield* questionSteps(weighed);
  const { graph, candidates } = offersFor(model, worstFirst(model, matrix));
  const help = yield* helpSteps({ ...weighed, graph }, candidates);
  const cuts = yield* cutSteps(model, events, asked);
  return {
    rows,
    rowsLeft: order.slice(mostRows).filter((number) => (badness[number] ?? 0) > 0).length,
    questions,
    help,
    cuts,
  };
}

type Found = Map<string, { events: CutSet["events"]; data: Set<string>; sure: boolean }>;

/** Sets of one and of two losses that leave nothing of some data: those that are sure, then those that could be. */
function* cutSteps(model: Model, events: readonly SeededEvent[], asked: Asked): Steps<readonly CutSet[]> {
  const found: Found = new Map();
  for (const mode of ["opt", "pess"] as const) {
    yield;
    const wired = wire(model.graph, mode);
    yield;
    const cuts = yield* minimalCuts(wired, asked.seeds, { most: 2, ends: asked.ends });
    const nameOf = namesOf(cuts, events);
    let spent = 0;
    for (const [end, { plan }] of model.data.entries()) {
      const sets = cuts.of(asked.ends[end] ?? 0);
      for (const set of sets) addCut(found, nameOf(set), { plan: plan.key, sure: mode === "opt" });
      spent += sets.length;
      if (spent <= setsAStep) continue;
      spent = 0;
      yield;
    }
  }
  yield;
  return [...found.values()]
    .filter((one) => one.events.length > 0)
    .toSorted(
      (a, b) => Number(b.sure) - Number(a.sure) || a.events.length - b.events.length || b.data.size - a.data.size,
    )
    .slice(0, mostCuts)
    .map(({ data, ...rest }) => ({ ...rest, data: [...data] }));
}

interface Named {
  readonly key: string;
  readonly events: CutSet["events"];
}

/** A set of classes by the first loss of each, made once for all the data that share it. */
function namesOf({ classes }: Cuts, events: readonly SeededEvent[]): (set: readonly number[]) => Named {
  const known = new Map<string, Named>();
  return (set) => {
    const numbers = set.join(" ");
    const made = known.get(numbers);
    if (made !== undefined) return made;
    const named = set.flatMap((number) => {
      const [first = 0, ...others] = classes[number]?.members ?? [];
      const event = events[first];
      return event === undefined ? [] : [{ event: plain(event), alike: 1 + others.length }];
    });
    const one = { key: named.map(({ event, alike }) => `${event.id}*${alike}`).join(" "), events: named };
    known.set(numbers, one);
    return one;
  };
}

function addCut(
  found: Found,
  { key, events }: Named,
  { plan, sure }: { readonly plan: string; readonly sure: boolean },
): void {
  const known = found.get(key);
  if (known === undefined) found.set(key, { events, data: new Set([plan]), sure });
  else if (known.sure === sure) known.data.add(plan);
}

function trendOf({ data, facts }: Model): AuditReport["trend"] {
  return data.flatMap(({ plan }) => {
    const runs = (facts.restores ?? []).filter(
      (run) => run.plan === plan.key && run.state === "done" && run.scope !== "part",
    );
    const seconds = runs
      .toSorted((a, b) => a.startedAt.atMs - b.startedAt.atMs)
      .map(({ phases }) => phases.reduce((sum, phase) => sum + phase.seconds, 0));
    return seconds.length === 0 ? [] : [{ plan: plan.key, seconds }];
  });
}
