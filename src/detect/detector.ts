import { stampNow, type Clock } from "../kernel/clock.ts";
import type { Graph } from "../kernel/graph.ts";
import { randomId } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Signal, SignalChange } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, VantageStatus } from "../kernel/model/status.ts";
import { takeReading } from "./cells.ts";
import { review } from "./confirm.ts";
import { neighbourhoodOf, relatedTo } from "./related.ts";
import { forgetFailures, reviewVantage, seesAgain, seesNothingOthersSee } from "./sight.ts";
import { adoptSignals, applySite, closeOrphans, knownVantage, type DetectorState, type VantageWatch } from "./state.ts";
import { checkStatus } from "./status.ts";

/** a step a person made or a time server forced; slewing stays far below it from one tick to the next */
const wallStepMs = 2_000;
/** ticks come every second or so: after a longer pause the hub itself was asleep, and nobody else was silent */
const sleptAfterMs = 30_000;

export interface DetectorDeps {
  readonly site: Site;
  readonly graph: Graph;
  readonly clock: Clock;
  /** those still open in the ledger: they stay open until a confirmed recovery */
  readonly openSignals: readonly Signal[];
  readonly log: Log;
  readonly newId?: () => string;
}

/**
 * Turns single attempts into few, true signals. Every method returns what changed by it, in order; the caller writes it
 * down. A signal of kind `clock-jumped` is told as opened and is closed already: it is an event, not a state.
 */
export interface Detector {
  take(observation: Observation): readonly SignalChange[];
  /** about once a second */
  tick(): readonly SignalChange[];
  /**
   * What a vantage says of its own connectivity, or what its silence says. Its failures count until it is called blind,
   * so its own line is to be tried as soon as anything fails, before the attempt that decides is handed in.
   */
  vantage(name: string, word: { readonly state: VantageStatus["state"] }): readonly SignalChange[];
  checks(): readonly CheckStatus[];
  /** ids of checks for which quick attempts are wanted now */
  confirming(): readonly string[];
  /** ids of checks to try at once when this one first fails: they tell a service from its host and from our own line */
  related(checkId: string): readonly string[];
  reconfigure(site: Site, graph: Graph): readonly SignalChange[];
}

export function createDetector(deps: DetectorDeps): Detector {
  const state = createState(deps);
  let near = neighbourhoodOf(state);
  return {
    take: (observation) => take(state, observation),
    tick: () => tick(state),
    vantage: (name, word) => declare(state, name, word.state),
    checks: () => Array.from(state.checks.values(), (watch) => checkStatus(state, watch)),
    confirming: () => [...state.confirming],
    related: (checkId) => relatedTo(state, near, checkId),
    reconfigure(site, graph) {
      applySite(state, site, graph);
      near = neighbourhoodOf(state);
      return reviewAll(state);
    },
  };
}

function createState({ site, graph, clock, openSignals, log, newId = randomId }: DetectorDeps): DetectorState {
  const nowMs = clock.monotonicMs();
  const state: DetectorState = {
    site,
    graph,
    clock,
    log,
    newId: () => newId(),
    checks: new Map(),
    byHost: new Map(),
    vantages: new Map(),
    confirming: new Set(),
    orphans: [],
    lastTickMs: nowMs,
    wallOffsetMs: clock.nowMs() - nowMs,
    listeningSinceMs: nowMs,
  };
  applySite(state, site, graph);
  adoptSignals(state, openSignals);
  return state;
}

function take(state: DetectorState, observation: Observation): readonly SignalChange[] {
  const watch = state.checks.get(observation.checkId);
  const cell = watch?.cells.get(observation.vantage);
  if (watch === undefined || cell === undefined) {
    state.log.debug("observation of nothing we watch", { check: observation.checkId, vantage: observation.vantage });
    return [];
  }
  if (!takeReading(state, watch, observation)) return [];
  return [...noteSight(state, cell.vantage, observation), ...review(state, watch)];
}

/** A word from a silent vantage ends its silence; a target that answers it proves that it sees. */
function noteSight(state: DetectorState, vantage: VantageWatch, { outcome }: Observation): readonly SignalChange[] {
  const spoke = vantage.declared === "silent" || vantage.declared === "never-joined";
  if (spoke) vantage.declared = "ok";
  if (outcome !== "down") vantage.sighted = true;
  if (spoke) return [...reviewVantage(state, vantage), ...reviewChecksOf(state, vantage)];
  return vantage.signal !== null && !vantage.inferredBlind ? reviewVantage(state, vantage) : [];
}

function tick(state: DetectorState): readonly SignalChange[] {
  const nowMs = state.clock.monotonicMs();
  const changes: SignalChange[] = [...noteWallStep(state), ...closedOrphans(state)];
  const isDeaf = state.vantages.get("here")?.declared === "blind";
  if (isDeaf || nowMs - state.lastTickMs > sleptAfterMs) state.listeningSinceMs = nowMs;
  state.lastTickMs = nowMs;
  for (const watch of state.checks.values()) if (nowMs >= watch.nextLookMs) changes.push(...review(state, watch));
  for (const vantage of state.vantages.values()) changes.push(...inferSight(state, vantage));
  return changes;
}

/** The signal is told once; nothing else looks at the wall clock, so nothing else is fired or hidden by its step. */
function noteWallStep(state: DetectorState): readonly SignalChange[] {
  const at = stampNow(state.clock);
  const offsetMs = at.atMs - at.monotonicMs;
  const jumpedMs = offsetMs - state.wallOffsetMs;
  state.wallOffsetMs = offsetMs;
  if (Math.abs(jumpedMs) <= wallStepMs) return [];
  state.log.warn("the wall clock was stepped", { jumpedMs });
  const signal: Signal = {
    id: state.newId(),
    kind: "clock-jumped",
    subject: componentId("vantage", "here"),
    checkId: null,
    severity: "warning",
    openedAt: at,
    startedAt: at,
    closedAt: at,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts: { jumpedMs },
  };
  return [{ change: "opened", signal }];
}

function closedOrphans(state: DetectorState): readonly SignalChange[] {
  return closeOrphans(state).map((signal) => ({ change: "closed", signal }));
}

function inferSight(state: DetectorState, vantage: VantageWatch): readonly SignalChange[] {
  if (!vantage.inferredBlind && seesNothingOthersSee(state, vantage)) {
    vantage.inferredBlind = true;
    return [...reviewVantage(state, vantage), ...reviewChecksOf(state, vantage)];
  }
  return vantage.inferredBlind && seesAgain(vantage) ? regainSight(state, vantage) : reviewVantage(state, vantage);
}

function regainSight(state: DetectorState, vantage: VantageWatch): readonly SignalChange[] {
  vantage.inferredBlind = false;
  vantage.sighted = true;
  forgetFailures(vantage);
  return [...reviewVantage(state, vantage), ...reviewChecksOf(state, vantage)];
}

function declare(state: DetectorState, name: string, word: VantageStatus["state"]): readonly SignalChange[] {
  const vantage = knownVantage(state, name);
  if (vantage === null) return [];
  const was = vantage.declared;
  vantage.declared = word;
  if (word === "ok") vantage.sighted = true;
  if (word === was) return vantage.inferredBlind ? [] : reviewVantage(state, vantage);
  if (was === "blind") forgetFailures(vantage);
  // its silence is counted anew from its own word; a word that only repeats itself proves no reading
  if (word === "ok") vantage.lastReadingMs = state.clock.monotonicMs();
  return [...reviewVantage(state, vantage), ...reviewChecksOf(state, vantage)];
}

function reviewChecksOf(state: DetectorState, vantage: VantageWatch): readonly SignalChange[] {
  return vantage.checks.flatMap((watch) => review(state, watch));
}

function reviewAll(state: DetectorState): readonly SignalChange[] {
  return [...closedOrphans(state), ...Array.from(state.checks.values()).flatMap((watch) => review(state, watch))];
}
