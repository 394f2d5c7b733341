import { stampNow, type Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { componentId, kindOf, type ComponentId, type ComponentKind } from "../kernel/model/component.ts";
import type { Diagnosis, Seen } from "../kernel/model/diagnosis.ts";
import type { ScopeVerdict } from "../kernel/model/scope.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import type { BlindSpot, BothLangs } from "../kernel/ports-diagnosis.ts";
import { repairActions } from "./actions/actions.ts";
import { createAsker } from "./asker.ts";
import { takeCourse, type Standing } from "./course.ts";
import { createEngine, type Engine, type EngineOptions } from "./engine/engine.ts";
import { explain, type Untold } from "./explain.ts";
import type { Gatherer } from "./gather/gatherer.ts";
import { situationOf, type Situation } from "./gather/situation.ts";
import type { Catalogue, Habits, Lessons, PartGraph } from "./model.ts";
import { partsOf } from "./parts.ts";

export interface DiagnosticianDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly gatherers: readonly Gatherer[];
}

export interface Question {
  readonly incidentId: number | null;
  readonly subject: ComponentId;
  /** first contrary attempt, Unix epoch UTC */
  readonly startedAtMs: number;
  /** as it was judged at once */
  readonly scope: ScopeVerdict;
  /** what an earlier look at the same incident found; left out: there was none */
  readonly known?: readonly Seen[];
}

export interface Circumstances {
  readonly site: Site;
  readonly cells: readonly CheckStatus[];
  /** every check as it stands by then, for what is looked at again; left out: nothing is */
  checks?(): readonly CheckStatus[];
  readonly lessons: Lessons | null;
  /** what healthy parts look like here; left out: as the catalogue says */
  readonly habits?: Habits;
  /** how strongly evidence is taken; left out: as shipped */
  readonly temperature?: number;
  readonly signal: AbortSignal;
  onStep(diagnosis: Diagnosis): Promise<void>;
}

export interface Diagnostician {
  readonly catalogue: Catalogue;
  /** Ends within 30 s, earlier when `signal` aborts. */
  diagnose(question: Question, circumstances: Circumstances): Promise<Diagnosis>;
  /** What the same observations come to when some causes are known not to be it. Looks at nothing anew. */
  without(causes: readonly string[], before: Diagnosis, now: Omit<Circumstances, "signal" | "onStep">): Diagnosis;
  /** Causes that what can be looked at today cannot tell apart, nearest first. */
  blindSpots(site: Site, cells: readonly CheckStatus[]): readonly BlindSpot[];
}

const mostCauses = 10;
/** What stands further from the subject than these explains nothing of it, and thousands would take seconds to weigh. */
const mostParts = 250;
const leastProbability = 0.01;

/** Looks, weighs and tells; keeps nothing. */
export function createDiagnostician(deps: DiagnosticianDeps): Diagnostician {
  const { clock, log, catalogue, gatherers } = deps;
  let known: { readonly site: Site; readonly parts: PartGraph } | null = null;

  function partsFor(site: Site): PartGraph {
    if (known?.site !== site) known = { site, parts: partsOf(site) };
    return known.parts;
  }

  return {
    catalogue,
    async diagnose(question, { site, cells, checks, signal, onStep, ...learned }) {
      const { subject, startedAtMs } = question;
      const whole = partsFor(site);
      const situation = situationOf({ subject, startedAtMs, nowMs: clock.nowMs(), site, cells, graph: whole });
      const graph = nearestParts(whole, situation.near);
      const engine = createEngine(catalogue, graph, taught(learned));
      const tell = (standing: Standing): Diagnosis => told({ ...deps, engine, site }, question, standing);
      const renewed = checks && ((): Situation => ({ ...situation, nowMs: clock.nowMs(), cells: checks() }));
      const asker = createAsker(gatherers, situation, renewed);
      const last = await takeCourse({
        clock,
        log,
        asker,
        judge: engine,
        known: question.known ?? [],
        signal,
        onStep: (standing) => onStep(tell(standing)),
      });
      return tell(last);
    },
    without(causes, before, { site, cells, ...learned }) {
      const { subject, seen, scope, at } = before;
      const left = { ...catalogue, causes: new Map([...catalogue.causes].filter(([id]) => !causes.includes(id))) };
      const whole = partsFor(site);
      const situation = situationOf({ subject, startedAtMs: at.atMs, nowMs: clock.nowMs(), site, cells, graph: whole });
      const engine = createEngine(left, nearestParts(whole, situation.near), taught(learned));
      const isAnswered = before.isAnswered ?? false;
      const standing = { ...before, isAnswered, missing: before.unobserved, judgement: engine.judge(seen) };
      const question = { incidentId: before.incidentId, subject, startedAtMs: at.atMs, scope };
      return told({ ...deps, catalogue: left, engine, site }, question, standing);
    },
    blindSpots(site, cells) {
      const graph = partsOf(site);
      const nowMs = clock.nowMs();
      const [subject = "vantage:here"] = graph.parts.keys();
      const situation = situationOf({ subject, startedAtMs: nowMs, nowMs, site, cells, graph });
      const offers = createAsker(gatherers, situation).offers();
      return createEngine(catalogue, graph).blindSpots(offers.flatMap(({ tells }) => tells));
    },
  };
}

function taught({
  lessons,
  habits,
  temperature,
}: Pick<Circumstances, "lessons" | "habits" | "temperature">): EngineOptions {
  return {
    ...(lessons === null ? {} : { lessons }),
    ...(habits === undefined ? {} : { habits }),
    ...(temperature === undefined ? {} : { tuning: { temperature } }),
  };
}

interface Telling extends DiagnosticianDeps {
  readonly engine: Engine;
  readonly site: Site;
}

function told({ clock, catalogue, engine, site }: Telling, question: Question, standing: Standing): Diagnosis {
  const { judgement, seen, missing, waves, seconds, scopeSeconds, isAnswered, stoppedBecause } = standing;
  const { causes, ruledOut } = engine.weigh(judgement, seen);
  const [best] = judgement.explanations;
  const untold: Untold = {
    incidentId: question.incidentId,
    subject: question.subject,
    at: stampNow(clock),
    seconds,
    scopeSeconds,
    scope: scopeOf(question, engine.scopeOf(judgement, seen)),
    causes: causes
      .filter(({ probability, component }) => probability >= leastProbability && mayBlame(question.subject, component))
      .slice(0, mostCauses),
    best: best ?? { causes: [], probability: 0, chained: false },
    noneProbability: judgement.noneProbability,
    ruledOut,
    seen,
    unobserved: missing,
    unexplained: judgement.unexplained,
    repair: engine.repair(judgement),
    stoppedBecause,
    isAnswered,
    waves,
    catalogue: catalogue.version,
  };
  return { ...untold, told: explain({ catalogue, site, actionTitle }, untold) };
}

function actionTitle(action: string): BothLangs {
  return repairActions.get(action)?.title ?? { ja: action, en: action };
}

const hub = componentId("vantage", "here");
const ownLine: ReadonlySet<ComponentKind> = new Set(["vantage", "lan", "isp"]);

/** Who cannot see may be ill itself, or its own line may be; of what it looks at it knows nothing. */
function mayBlame(subject: ComponentId, component: ComponentId | null): boolean {
  return kindOf(subject) !== "vantage" || (component !== null && ownLine.has(kindOf(component)));
}

/** The graph of the nearest parts alone. */
function nearestParts(whole: PartGraph, near: readonly ComponentId[]): PartGraph {
  const { parts, behind } = whole;
  if (parts.size <= mostParts) return whole;
  const kept = new Set(near.filter((id) => parts.has(id)).slice(0, mostParts));
  const within = [...parts].filter(([id]) => kept.has(id));
  return {
    parts: new Map(
      within.map(([id, part]) => [id, { ...part, dependsOn: part.dependsOn.filter(({ to }) => kept.has(to)) }]),
    ),
    ...(behind === undefined ? {} : { behind }),
  };
}

const reachOfLine: Partial<Record<ScopeVerdict["id"], ScopeVerdict["reach"]>> = {
  "only-me": "one-client",
  "local-lan": "one-lan",
  path: "some-paths",
  monitor: "nobody",
};

/**
 * Where both place the fault alike, or nothing looks broken any more, the one judged at once says more of who sees what. Who
 * cannot see blames nothing but itself and its own line; the hub, that blames nobody.
 */
function scopeOf({ subject, scope }: Question, weighed: ScopeVerdict | null): ScopeVerdict {
  if (weighed === null || subject === hub) return scope;
  if (kindOf(subject) === "vantage") {
    const reach = reachOfLine[weighed.id];
    return reach === undefined ? scope : { ...scope, id: weighed.id, reach };
  }
  return weighed.id === scope.id || weighed.id === "none" ? scope : weighed;
}
