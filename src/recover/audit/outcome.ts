import type {
  CopyOutcome,
  CopyReason,
  DataOutcome,
  Fate,
  LossEvent,
  LossOutcome,
  RecoveryEstimate,
  RecoveryPhase,
  Truth,
} from "../../kernel/ports-audit.ts";
import { seedsOf, type SeededEvent } from "./events.ts";
import type { CopyFacts } from "./facts.ts";
import { derive, wire } from "./graph.ts";
import type { DataNode, Model } from "./model.ts";
import { createReasons } from "./reasons.ts";
import { recoveryOf } from "./rto.ts";
import type { Steps } from "./slices.ts";
import { newestBefore, periodMs, worstLossMs } from "./time.ts";

/** some ten milliseconds each */
const copiesAStep = 500;
const dataAStep = 100;

/** What one loss leaves, copy by copy, with the reasons and the way back. */
export function* outcomeSteps(model: Model, event: SeededEvent): Steps<LossOutcome> {
  const seeds = seedsOf(model, event);
  const pess = derive(wire(model.graph, "pess"), seeds);
  const opt = derive(wire(model.graph, "opt"), seeds);
  yield;
  const isLost = (because: Int32Array, name: string): boolean => {
    const node = model.draft.find(name);
    return node !== null && because[node] !== undefined && because[node] !== -1;
  };
  const stays = (name: string): Truth => (isLost(opt, name) ? false : isLost(pess, name) ? "unknown" : true);
  const reasons = createReasons(model, { pess, opt });
  const copies = new Map<string, CopyOutcome>();
  for (const copy of model.copies) {
    const survives = stays(`X:${copy.id}`);
    const reason = survives === true ? null : reasons(copy);
    copies.set(copy.id, copyOutcome(copy, { model, event, survives, reason }));
    if (copies.size % copiesAStep === 0) yield;
  }
  const data: DataOutcome[] = [];
  for (const one of model.data) {
    const [fate, live] = [fateOf(stays(`LOST:${one.plan.key}`)), stays(`V:${one.plan.host}`)];
    data.push(dataOutcome(one, { model, event, copies, fate, live }));
    if (data.length % dataAStep === 0) yield;
  }
  const { site } = model.facts;
  const copied = new Set(model.copies.map(({ plan }) => plan.host));
  return {
    event: plain(event),
    copies: [...copies.values()],
    data,
    uncopiedHosts: uncopied(model, copied).filter((host) => stays(`V:${host}`) !== true),
    down: [...site.services.keys()].filter((key) => stays(`DOWN:${key}`) === false),
    hubStays: stays("L:hub"),
    page: site.statusPage === null ? null : { seen: stays("PAGE:gone"), changed: stays("PAGE:stuck") },
    recoverSeconds: wholeRecovery(data),
    loseSeconds: wholeLoss(data),
  };
}

export function plain({ id, kind, of, unnoticedMs }: LossEvent): LossEvent {
  return { id, kind, of, unnoticedMs };
}

/** Hosts that services run on and of which nothing is copied. */
export function uncopied({ facts: { site } }: Model, copied: ReadonlySet<string>): readonly string[] {
  return [...new Set([...site.services.values()].flatMap(({ on }) => on ?? []))].filter(
    (host) => site.hosts.has(host) && !copied.has(host),
  );
}

function fateOf(stays: Truth): Fate {
  return stays === true ? "survives" : stays === false ? "lost" : "unknown";
}

interface About {
  readonly model: Model;
  readonly event: LossEvent;
  readonly survives: Truth;
  readonly reason: CopyReason | null;
}

function copyOutcome(copy: CopyFacts, { model, event, survives, reason }: About): CopyOutcome {
  const newest = newestBefore(copy.state, model.facts.nowMs, event.unnoticedMs);
  const checked = (copy.state?.verified ?? []).filter(({ ok }) => ok).map(({ at }) => at.atMs);
  return {
    of: copy.plan.key,
    place: copy.target.at,
    external: copy.plan.with === "external",
    survives,
    newestAtMs: newest?.atMs ?? null,
    checkedAtMs: checked.length === 0 ? null : Math.max(...checked),
    undeletable:
      copy.plan.with === "external" ? false : copy.writerDeletes === "unknown" ? "unknown" : !copy.writerDeletes,
    reason,
  };
}

interface AboutData {
  readonly model: Model;
  readonly event: LossEvent;
  readonly copies: ReadonlyMap<string, CopyOutcome>;
  readonly fate: Fate;
  readonly live: Truth;
}

function dataOutcome({ plan, copies: held }: DataNode, { model, event, copies, fate, live }: AboutData): DataOutcome {
  const pairs = held.flatMap((copy) => {
    const outcome = copies.get(copy.id);
    return outcome === undefined ? [] : [{ copy, outcome }];
  });
  const left = pairs.filter(({ outcome }) => outcome.survives === true);
  const { nowMs, site } = model.facts;
  const ages = left.map(({ copy, outcome }) => ({
    copy,
    outcome,
    loseSeconds: seconds(lostMs(copy, outcome, model)),
    recovery: recoveryOf(copy, model.facts),
  }));
  const best = chosen(ages, plan.loseAtMostMs);
  const when = { timeZone: site.timeZone, nowMs, unnoticedMs: event.unnoticedMs };
  return {
    data: plan.key,
    fate,
    live,
    copies: pairs.length,
    surviving: left.length,
    best: best?.outcome ?? null,
    reason: fate === "survives" ? null : reasonOf(pairs, fate),
    loseSeconds: best?.loseSeconds ?? null,
    loseWorstSeconds: best === null ? null : seconds(worstLossMs(best.copy, when)),
    loseTargetSeconds: seconds(plan.loseAtMostMs),
    recovery: best?.recovery ?? null,
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

/** How old the newest copy is; in a plan that works, at most one wait of its schedule. */
function lostMs({ plan }: CopyFacts, { newestAtMs }: CopyOutcome, { facts, planned }: Model): number | null {
  if (newestAtMs !== null) return Math.max(0, facts.nowMs - newestAtMs);
  return planned ? periodMs(plan, facts.site.timeZone, facts.nowMs) : null;
}

function reasonOf(pairs: readonly { readonly outcome: CopyOutcome }[], fate: Fate): CopyReason | null {
  const like = pairs.find(({ outcome }) => (outcome.survives === "unknown") === (fate === "unknown"));
  return like?.outcome.reason ?? null;
}

interface Choice {
  readonly copy: CopyFacts;
  readonly outcome: CopyOutcome;
  readonly loseSeconds: number | null;
  readonly recovery: RecoveryEstimate;
}

/** The quickest way back among those that lose no more than is promised; the newest where none does. */
function chosen(choices: readonly Choice[], loseAtMostMs: number | null): Choice | null {
  const within = choices.filter(
    ({ loseSeconds }) => loseAtMostMs === null || (loseSeconds !== null && loseSeconds * 1_000 <= loseAtMostMs),
  );
  const quick = ({ recovery }: Choice): number => recovery.p50 ?? Infinity;
  const age = ({ loseSeconds }: Choice): number => loseSeconds ?? Infinity;
  const byAge = (a: Choice, b: Choice): number => (age(a) === age(b) ? 0 : age(a) - age(b));
  if (within.length === 0) return choices.toSorted(byAge)[0] ?? null;
  return within.toSorted((a, b) => (quick(a) === quick(b) ? byAge(a, b) : quick(a) - quick(b)))[0] ?? null;
}

const overTheLine: ReadonlySet<RecoveryPhase> = new Set(["fetch", "load", "verify"]);

/** One decision and one machine, then one set of data after the other over the same line. Null: not known. */
function wholeRecovery(data: readonly DataOutcome[]): number | null {
  const affected = data.filter(({ live }) => live !== true);
  if (affected.length === 0) return data.length === 0 ? null : 0;
  const ways = affected.flatMap(({ recovery }) => (recovery === null || recovery.p50 === null ? [] : [recovery]));
  if (ways.length < affected.length) return null;
  const once = Math.max(...ways.map((way) => secondsOf(way, { own: false })));
  return Math.round(ways.reduce((all, way) => all + secondsOf(way, { own: true }), once));
}

/** Of the phases that every set of data needs for itself, or of those that are there once. */
function secondsOf({ phases }: RecoveryEstimate, { own }: { own: boolean }): number {
  return phases.reduce((all, { phase, p50 }) => all + (overTheLine.has(phase) === own ? (p50 ?? 0) : 0), 0);
}

/** The most that any of what comes back from a copy has lost. */
function wholeLoss(data: readonly DataOutcome[]): number | null {
  const affected = data.filter(({ live }) => live !== true);
  if (affected.length === 0) return data.length === 0 ? null : 0;
  const lost = affected.map(({ loseSeconds, fate }) => (fate === "survives" ? loseSeconds : null));
  return lost.some((one) => one === null) ? null : Math.round(Math.max(...lost.map((one) => one ?? 0)));
}
