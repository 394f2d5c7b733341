import { stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import type { Graph } from "../kernel/graph.ts";
import type { Log } from "../kernel/log.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import type { StateWord, VantageStatus } from "../kernel/model/status.ts";
import type { Level, Run } from "./run.ts";
import { hostOf, isLoopback } from "./targets.ts";

/** One check as one vantage sees it. */
export interface Cell {
  readonly vantage: VantageWatch;
  /** the newest attempt, whatever it said */
  newest: Observation | null;
  /** the newest attempt that said something of the target */
  reading: Observation | null;
  /** null when there is no row to continue */
  run: Run | null;
  /** how it is counted in the vantage's sight; null while it has nothing fresh to say, or looks at loopback */
  counted: "working" | "failing" | null;
}

export interface CheckWatch {
  check: Check;
  host: string;
  loopback: boolean;
  /** by vantage name, in the order of the file */
  cells: Map<string, Cell>;
  confirmed: Level | null;
  signal: Signal | null;
  /** monotonic moment from which it could count as recovered, while its host is still in doubt; null: nothing waits */
  wellSinceMs: number | null;
  /** what is shown, and since when */
  shown: { state: StateWord; since: Stamp | null };
  /** monotonic moments of confirmed flips between good and bad, oldest first, within the last hour */
  flipsAtMs: number[];
  /** until then a vantage that has not spoken yet is waited for */
  pendingUntilMs: number;
  /** time alone changes nothing before this monotonic moment */
  nextLookMs: number;
}

/** What a vantage sees of the hosts beyond its own machine, kept as counts so that nothing is scanned per reading. */
export interface VantageWatch {
  readonly name: string;
  /** what it says of itself, or its silence says */
  declared: VantageStatus["state"];
  /** everything fails for it while others see it working */
  inferredBlind: boolean;
  /** proven able to see since it was last blind: by a target that answered it, or by its own word */
  sighted: boolean;
  signal: Signal | null;
  checks: CheckWatch[];
  /** cells with something fresh to say, by host */
  hosts: Map<string, { working: number; failing: number }>;
  workingHosts: number;
  failingCells: number;
  workingCells: number;
  lastReadingMs: number;
  /** silent for longer than this, it is an alert of its own: six intervals of its most frequent check */
  silentAfterMs: number;
}

export interface DetectorState {
  site: Site;
  graph: Graph;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly checks: Map<string, CheckWatch>;
  /** the checks of each host */
  readonly byHost: Map<string, CheckWatch[]>;
  readonly vantages: Map<string, VantageWatch>;
  /** check ids whose change is being confirmed by quick attempts */
  readonly confirming: Set<string>;
  /** open signals whose check or vantage the file no longer names */
  orphans: Signal[];
  lastTickMs: number;
  /** wall clock minus monotonic clock at the last tick */
  wallOffsetMs: number;
  /** silence is counted from here at the earliest: the hub's own start, or when it could last not hear anybody */
  listeningSinceMs: number;
}

/** A reading older than this is no longer one: three intervals and the time an attempt may take. */
export function staleAfterMs(check: Check): number {
  return 3 * check.everyMs + check.timeoutMs;
}

/** `unknown` after three intervals without a word, an alert of its own after three more. */
function silentAfterMs(check: Check): number {
  return 6 * check.everyMs + check.timeoutMs;
}

/** Brings checks and vantages in line with the site; what stays keeps its readings and its signal. */
export function applySite(state: DetectorState, site: Site, graph: Graph): void {
  state.site = site;
  state.graph = graph;
  for (const vantage of state.vantages.values()) clearSight(vantage);
  const wanted = new Set(site.checks.map((check) => check.id));
  for (const [id, watch] of state.checks) if (!wanted.has(id)) dropCheck(state, watch);
  const known = new Map(state.checks);
  state.checks.clear();
  state.byHost.clear();
  for (const check of site.checks) {
    const watch = known.get(check.id) ?? newCheck(state, check);
    place(state, watch, check);
    state.checks.set(check.id, watch);
    const neighbours = state.byHost.get(watch.host);
    if (neighbours === undefined) state.byHost.set(watch.host, [watch]);
    else neighbours.push(watch);
  }
  for (const [name, vantage] of state.vantages) {
    if (vantage.checks.length > 0 || site.vantages.has(name)) continue;
    if (vantage.signal !== null) state.orphans.push(vantage.signal);
    state.vantages.delete(name);
  }
}

function dropCheck(state: DetectorState, watch: CheckWatch): void {
  if (watch.signal !== null) state.orphans.push(watch.signal);
  state.confirming.delete(watch.check.id);
}

function newCheck(state: DetectorState, check: Check): CheckWatch {
  return {
    check,
    host: hostOf(state.site, check),
    loopback: isLoopback(state.site, check),
    cells: new Map(),
    confirmed: null,
    signal: null,
    wellSinceMs: null,
    shown: { state: "unknown", since: null },
    flipsAtMs: [],
    pendingUntilMs: 0,
    nextLookMs: 0,
  };
}

/** Gives a check its cells; a vantage it did not have before gets one interval to speak. */
function place(state: DetectorState, watch: CheckWatch, check: Check): void {
  const before = watch.cells;
  const nowMs = state.clock.monotonicMs();
  watch.check = check;
  watch.host = hostOf(state.site, check);
  watch.loopback = isLoopback(state.site, check);
  watch.cells = new Map(check.vantages.map((name) => [name, before.get(name) ?? newCell(vantageOf(state, name))]));
  if (check.vantages.some((name) => !before.has(name))) watch.pendingUntilMs = nowMs + check.everyMs + check.timeoutMs;
  watch.nextLookMs = nowMs;
  for (const cell of watch.cells.values()) {
    cell.counted = null;
    cell.vantage.checks.push(watch);
    cell.vantage.silentAfterMs = Math.min(cell.vantage.silentAfterMs, silentAfterMs(check));
  }
}

function newCell(vantage: VantageWatch): Cell {
  return { vantage, newest: null, reading: null, run: null, counted: null };
}

/** The vantage of this name, made when it is first heard of. */
function vantageOf(state: DetectorState, name: string): VantageWatch {
  const known = state.vantages.get(name);
  if (known !== undefined) return known;
  const vantage: VantageWatch = {
    name,
    declared: "ok",
    inferredBlind: false,
    sighted: false,
    signal: null,
    checks: [],
    hosts: new Map(),
    workingHosts: 0,
    failingCells: 0,
    workingCells: 0,
    lastReadingMs: state.clock.monotonicMs(),
    silentAfterMs: Infinity,
  };
  state.vantages.set(name, vantage);
  return vantage;
}

/** Null when neither the file nor a check names it. */
export function knownVantage(state: DetectorState, name: string): VantageWatch | null {
  if (state.site.vantages.has(name)) return vantageOf(state, name);
  return state.vantages.get(name) ?? null;
}

function clearSight(vantage: VantageWatch): void {
  vantage.checks = [];
  vantage.hosts.clear();
  vantage.workingHosts = 0;
  vantage.failingCells = 0;
  vantage.workingCells = 0;
  vantage.silentAfterMs = Infinity;
}

/** Gives the signals still open in the ledger back to what raised them, so that none is opened twice. */
export function adoptSignals(state: DetectorState, signals: readonly Signal[]): void {
  for (const signal of signals.filter((open) => open.closedAt === null)) {
    if (signal.kind === "blind") adoptBlind(state, signal);
    else if (signal.kind !== "undelivered" && signal.kind !== "clock-jumped") adoptOfCheck(state, signal);
  }
}

function adoptBlind(state: DetectorState, signal: Signal): void {
  const vantage = knownVantage(state, signal.subject.slice("vantage:".length));
  if (vantage === null || vantage.signal !== null) state.orphans.push(signal);
  else vantage.signal = signal;
}

function adoptOfCheck(state: DetectorState, signal: Signal): void {
  const watch = state.checks.get(signal.checkId ?? "");
  if (watch === undefined || watch.signal !== null) {
    state.orphans.push(signal);
    return;
  }
  watch.signal = signal;
  if (signal.kind === "down" || signal.kind === "degraded") watch.confirmed = signal.kind;
  if (signal.facts["flapping"] === true) watch.flipsAtMs = [state.clock.monotonicMs()];
}

/** Signals of what the file no longer names, closed now. */
export function closeOrphans(state: DetectorState): readonly Signal[] {
  const closedAt = stampNow(state.clock);
  return state.orphans.splice(0).map((signal) => ({ ...signal, closedAt, facts: { ...signal.facts, removed: true } }));
}
