import type { Clock, Timer } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Artifacts, LogLines, Probe } from "../kernel/model/probe.ts";
import { runAttempt } from "./attempt.ts";
import { atRest, nextAttempt, take, type Confirming } from "./confirming.ts";
import { createDueHeap } from "./due-heap.ts";
import { nextTickMs, phaseRatio } from "./phase.ts";
import { createStalls, type Stalls } from "./stalls.ts";
import { createStartQueue } from "./start-queue.ts";

export interface Scheduler {
  /** Takes over the checks to run; what is unchanged keeps its phase and what is believed of it. */
  setChecks(checks: readonly Check[]): void;
  /** Looks now, ahead of the queue, without moving the period. Unknown ids are passed over. */
  probeNow(checkIds: readonly string[]): void;
  start(): void;
  /** Ends every attempt at once; what they would have said is not reported. */
  stop(): Promise<void>;
  /** when it last ran, monotonic; null before the start. Never older than five seconds while the process can work. */
  pulse(): number | null;
}

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly probes: readonly Probe[];
  /** the name observations carry */
  readonly vantage: string;
  /** asked at each attempt, so that a new configuration counts at once */
  readonly trustedHosts: () => ReadonlySet<string>;
  readonly report: (observation: Observation) => void | Promise<void>;
  readonly log: Log;
  /** where a check's files are kept; nothing is when left out */
  readonly artifacts?: (checkId: string) => Artifacts;
  /** lines of the logs that are followed; nothing is known of any when left out */
  readonly logs?: LogLines | undefined;
  /** attempts at the same time */
  readonly maxRunning?: number;
}

/** 500 sockets stay below the usual limit of 1,024 open files. */
const defaultMaxRunning = 500;
const pulseEveryMs = 5_000;
/** First looks begin this far apart, so that 10,000 new checks do not ask for everything at once. */
const firstGapMs = 0.9;
const firstWindowMs = 1_000;
/** A tick this late comes from a stall, not from a busy moment. */
const stalledMs = 1_000;

interface Item {
  check: Check;
  state: Confirming;
  running: AbortController | null;
  /** made anew only after it was used: most attempts end by themselves */
  stop: AbortController;
  gone: boolean;
}

interface Due {
  readonly item: Item;
  /** `extra`: once, outside the period: the first look, or one made up for after a stall */
  readonly why: "regular" | "extra" | "quick";
}

interface Loop {
  readonly deps: SchedulerDeps;
  readonly items: Map<string, Item>;
  readonly agenda: ReturnType<typeof createDueHeap<Due>>;
  readonly queue: ReturnType<typeof createStartQueue<Item>>;
  readonly probeOf: ReadonlyMap<string, Probe>;
  readonly stalls: Stalls;
  /** reports on their way */
  readonly telling: Set<Promise<void>>;
  timer: Timer | null;
  started: boolean;
  pulseMs: number | null;
}

/** Runs every check at its exact period by the monotonic clock, spread by phase, with quick attempts after a change. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const loop: Loop = {
    deps,
    items: new Map(),
    agenda: createDueHeap<Due>(),
    queue: createStartQueue<Item>(deps.maxRunning ?? defaultMaxRunning, (item) => attempt(loop, item)),
    probeOf: new Map(deps.probes.map((probe) => [probe.kind, probe])),
    stalls: createStalls(deps.clock),
    telling: new Set(),
    timer: null,
    started: false,
    pulseMs: null,
  };
  return {
    setChecks(checks) {
      const added = replaceChecks(loop, checks);
      if (loop.started) begin(loop, added);
    },
    probeNow(checkIds) {
      if (!loop.started) return;
      const items = checkIds.map((id) => loop.items.get(id)).filter((item) => item !== undefined);
      // the queue takes each ahead of all others, so the first named goes in last
      for (const item of items.toReversed()) loop.queue.addFirst(item);
    },
    start() {
      if (loop.started) return;
      loop.started = true;
      begin(loop, [...loop.items.values()]);
    },
    async stop() {
      loop.started = false;
      loop.timer?.cancel();
      while (loop.agenda.pop() !== undefined);
      for (const item of loop.items.values()) item.running?.abort();
      await loop.queue.drain();
      await Promise.all(loop.telling);
    },
    pulse: () => loop.pulseMs,
  };
}

/** @returns the items that are new or look at something else than before */
function replaceChecks({ items, queue }: Loop, checks: readonly Check[]): readonly Item[] {
  const wanted = new Map(checks.map((check) => [check.id, check]));
  for (const [id, item] of items) {
    const check = wanted.get(id);
    if (check !== undefined && looksAtTheSame(item.check, check)) {
      item.check = check;
      continue;
    }
    item.gone = true;
    item.running?.abort();
    queue.forget(item);
    items.delete(id);
  }
  const added = [...wanted.values()]
    .filter((check) => !items.has(check.id))
    .map((check): Item => ({ check, state: atRest, stop: new AbortController(), running: null, gone: false }));
  for (const item of added) items.set(item.check.id, item);
  return added;
}

/** Secrets print as `***`: a changed password alone is taken over without beginning anew. */
function looksAtTheSame(before: Check, after: Check): boolean {
  return before === after || lookOf(before) === lookOf(after);
}

function lookOf({ kind, target, everyMs, timeoutMs, spec }: Check): string {
  return JSON.stringify([kind, target, everyMs, timeoutMs, spec]);
}

/** Puts new items on the agenda: their ticks, and a first look before those when the first tick is far. */
function begin(loop: Loop, added: readonly Item[]): void {
  const nowMs = loop.deps.clock.monotonicMs();
  const windowMs = Math.max(firstWindowMs, added.length * firstGapMs);
  for (const [index, item] of added.entries()) {
    const firstMs = nowMs + (index / added.length) * Math.min(windowMs, item.check.everyMs);
    const tickMs = nextTickMs(item.check, nowMs);
    if (firstMs < tickMs) loop.agenda.push(firstMs, { item, why: "extra" });
    loop.agenda.push(tickMs, { item, why: "regular" });
  }
  turn(loop);
}

/** Starts what is due and sets the one timer to what comes next. */
function turn(loop: Loop): void {
  const { agenda, deps } = loop;
  const nowMs = deps.clock.monotonicMs();
  loop.pulseMs = nowMs;
  for (let dueMs = agenda.peekMs(); dueMs !== null && dueMs <= nowMs; dueMs = agenda.peekMs()) {
    const due = agenda.pop();
    if (due !== undefined && !due.item.gone) handle(loop, due, { dueMs, nowMs });
  }
  arm(loop);
}

function arm(loop: Loop): void {
  loop.timer?.cancel();
  if (!loop.started) return;
  const waitMs = (loop.agenda.peekMs() ?? Infinity) - loop.deps.clock.monotonicMs();
  loop.timer = loop.deps.clock.after(Math.ceil(Math.min(Math.max(waitMs, 0), pulseEveryMs)), () => turn(loop));
}

function handle({ agenda, queue }: Loop, { item, why }: Due, { dueMs, nowMs }: { dueMs: number; nowMs: number }): void {
  if (why === "quick") {
    // a regular tick that came between has moved the burst on
    if (item.state.burst?.nextMs === dueMs) queue.add(item, dueMs);
    return;
  }
  if (why === "extra") {
    queue.add(item, dueMs);
    return;
  }
  const nextMs = nextTickMs(item.check, nowMs);
  agenda.push(nextMs, { item, why: "regular" });
  const lateMs = nowMs - dueMs;
  if (lateMs <= stalledMs) {
    queue.add(item, dueMs);
    return;
  }
  // what a stall held up is spread over as long as it lasted; where the next tick comes first, it is skipped
  const madeUpMs = nowMs + phaseRatio(item.check.id) * lateMs;
  if (madeUpMs < nextMs) agenda.push(madeUpMs, { item, why: "extra" });
}

async function attempt(loop: Loop, item: Item): Promise<void> {
  const { clock, vantage, trustedHosts, artifacts, logs } = loop.deps;
  const { check } = item;
  const stop = item.stop.signal.aborted ? new AbortController() : item.stop;
  item.stop = stop;
  item.running = stop;
  const number = nextAttempt(item.state);
  const probe = loop.probeOf.get(check.kind);
  const stalledFor = loop.stalls.watch();
  const result = await runAttempt({
    clock,
    check,
    probe,
    trustedHosts,
    artifacts: artifacts?.(check.id),
    logs,
    stop,
  });
  const ownStallMs = Math.round(stalledFor());
  item.running = null;
  if (result === null || item.gone || !loop.started) return;
  const endedMs = clock.monotonicMs();
  item.state = take(item.state, { outcome: result.outcome, endedMs, attempts: check.attempts });
  if (item.state.burst !== null) {
    loop.agenda.push(item.state.burst.nextMs, { item, why: "quick" });
    arm(loop);
  }
  const seen = { checkId: check.id, vantage, attempt: number, atMs: clock.nowMs(), monotonicMs: endedMs };
  const facts = ownStallMs === 0 ? result.facts : { ...result.facts, ownStallMs };
  tell(loop, { ...result, ...seen, facts });
}

/**
 * Hands the observation on; whatever goes wrong there is logged. It is not waited for: a slow receiver must not move the
 * period.
 */
function tell({ deps, telling }: Loop, observation: Observation): void {
  const { checkId, error } = observation;
  if (error?.code === "koboshi-fault") deps.log.error("a probe failed in our own code", { checkId, text: error.text });
  const failed = (thrown: unknown): void =>
    deps.log.error("an observation could not be handed on", { checkId, text: errorText(thrown) });
  try {
    const told = deps.report(observation);
    if (!(told instanceof Promise)) return;
    const ended: Promise<void> = told.catch(failed).finally(() => telling.delete(ended));
    telling.add(ended);
  } catch (thrown) {
    failed(thrown);
  }
}
