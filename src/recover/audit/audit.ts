import type { AuditOptions, AuditOverview, AuditReport, CutSet, LossRow } from "../../kernel/ports-audit.ts";
import { minimalCuts } from "./cuts.ts";
import { allEvents, seedsOf, type SeededEvent } from "./events.ts";
import type { AuditFacts } from "./facts.ts";
import { wire } from "./graph.ts";
import { candidatesFor, helpSteps } from "./help.ts";
import { buildModel, type Model } from "./model.ts";
import { lossOutcome, plain, uncopied } from "./outcome.ts";
import { questionSteps } from "./questions.ts";
import type { Steps } from "./slices.ts";
import { resolveTarget, together } from "./targets.ts";
import { verdictsOf, type Asked } from "./verdicts.ts";

/** Losses that help and questions are weighed by; on a large site the worst of them. */
const mostWeighed = 64;
const mostCuts = 200;

/** What survives, by what is proven, or by what is planned. A large site's table takes seconds: others go between its steps. */
export function* auditSteps(facts: AuditFacts, { planned, without }: AuditOptions): Steps<AuditReport> {
  const model = buildModel(facts, planned);
  yield;
  const targets = without.map((written) => resolveTarget(model, written));
  const loss: SeededEvent =
    targets.length > 0 ? together(targets) : { id: "without", kind: "without", of: null, unnoticedMs: 0, seeds: [] };
  const outcome = lossOutcome(model, loss);
  const hasAsked = targets.length > 0;
  const overview = hasAsked ? null : yield* overviewSteps(model);
  const named = (fate: "lost" | "unknown"): readonly string[] =>
    overview === null
      ? outcome.data.filter((one) => one.fate === fate).map(({ data }) => data)
      : [...new Set(overview.rows.flatMap((row) => row[fate]))].toSorted();
  const uncopiedLost = hasAsked ? outcome.uncopiedHosts.map((host) => `host:${host}`) : [];
  const lost = [...named("lost"), ...uncopiedLost];
  const unknown = named("unknown").filter((data) => !lost.includes(data));
  const copied = new Set(model.copies.map(({ plan }) => plan.host));
  return {
    atMs: facts.nowMs,
    planned,
    without: targets.map(({ of, id, kind }) => (kind === "without" && of !== null ? of : id)),
    ok: lost.length === 0 && unknown.length === 0,
    lost,
    unknown,
    outcome,
    overview,
    uncopiedHosts: uncopied(model, copied),
    liveAt: model.data.map(({ plan }) => ({
      data: plan.key,
      host: plan.host,
      place: facts.site.hosts.get(plan.host)?.at ?? null,
    })),
    trend: trendOf(model),
  };
}

/** All losses against all data. */
export function matrixOf(model: Model): {
  readonly asked: Asked;
  readonly events: readonly SeededEvent[];
  readonly rows: readonly LossRow[];
} {
  const events = allEvents(model);
  const asked: Asked = {
    draft: model.draft,
    seeds: events.map((event) => seedsOf(model, event)),
    ends: model.data.map(({ plan }) => model.draft.find(`LOST:${plan.key}`) ?? 0),
  };
  const verdicts = verdictsOf(asked);
  const rows = events.map((event, number): LossRow => {
    const lost: string[] = [];
    const unknown: string[] = [];
    model.data.forEach(({ plan }, end) => {
      const fate = verdicts.fate(end, number);
      if (fate === "lost") lost.push(plan.key);
      else if (fate === "unknown") unknown.push(plan.key);
    });
    return { event: plain(event), lost, unknown };
  });
  return { asked, events, rows };
}

function badness({ lost, unknown }: LossRow): number {
  return lost.length + unknown.length / 2;
}

function* overviewSteps(model: Model): Steps<AuditOverview> {
  const { asked, events, rows } = matrixOf(model);
  yield;
  const order = rows.map((_, index) => index).toSorted((a, b) => worse(rows, b) - worse(rows, a) || a - b);
  const weighed: Asked = { ...asked, seeds: order.slice(0, mostWeighed).map((index) => asked.seeds[index] ?? []) };
  const troubled = new Set(rows.flatMap(({ lost, unknown }) => [...lost, ...unknown]));
  const questions = yield* questionSteps(weighed);
  const help = yield* helpSteps(weighed, candidatesFor(model, troubled));
  const cuts = yield* cutSteps(model, events, asked);
  return { rows: order.flatMap((index) => rows[index] ?? []), questions, help, cuts };
}

function worse(rows: readonly LossRow[], index: number): number {
  const row = rows[index];
  return row === undefined ? 0 : badness(row);
}

/** Sets of one and of two losses that leave nothing of some data: those that are sure, then those that could be. */
function* cutSteps(model: Model, events: readonly SeededEvent[], asked: Asked): Steps<readonly CutSet[]> {
  const found = new Map<string, { events: CutSet["events"]; data: Set<string>; sure: boolean }>();
  for (const mode of ["opt", "pess"] as const) {
    yield;
    const cuts = minimalCuts(wire(model.draft, mode), asked.seeds, { most: 2, ends: asked.ends });
    model.data.forEach(({ plan }, end) => {
      for (const set of cuts.of(asked.ends[end] ?? 0)) {
        const members = set.flatMap((number) => cuts.classes[number] ?? []);
        const named = members.flatMap(({ members: [first = 0, ...others] }) => {
          const event = events[first];
          return event === undefined ? [] : [{ event: plain(event), alike: 1 + others.length }];
        });
        const key = named.map(({ event, alike }) => `${event.id}*${alike}`).join(" ");
        const known = found.get(key);
        if (known === undefined) found.set(key, { events: named, data: new Set([plan.key]), sure: mode === "opt" });
        else if (known.sure === (mode === "opt")) known.data.add(plan.key);
      }
    });
  }
  return [...found.values()]
    .filter((one) => one.events.length > 0)
    .map(({ data, ...rest }) => ({ ...rest, data: [...data] }))
    .toSorted(
      (a, b) => Number(b.sure) - Number(a.sure) || a.events.length - b.events.length || b.data.length - a.data.length,
    )
    .slice(0, mostCuts);
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
