import { sleep, stampNow, elapsedMs, type Clock, type Stamp } from "../src/kernel/clock.ts";
import { errorText } from "../src/kernel/errors.ts";
import { matches, writeNamed, type Named } from "./cause.ts";
import { differences, type Normal } from "./effect.ts";
import { lastingKind, type HubView, type SeenIncident, type SeenSignal } from "./hub-view.ts";
import type { Scenario } from "./scenario.ts";
import { answerStoodFrom, scopeStoodFrom } from "./standing.ts";

/** A diagnosis as it stood at one moment. Seconds count from the injection. */
export interface DiagnosisStep {
  readonly atSeconds: number;
  readonly incident: number;
  readonly isFinal: boolean;
  readonly scope: string;
  readonly reach: string;
  /** most probable first */
  readonly causes: readonly Named[];
}

/** One incident as it stood at the end. */
export interface EndedIncident {
  readonly id: number;
  readonly quiet: boolean;
  readonly severity: string;
  /** somebody was told of its opening and not left to sleep */
  readonly woke: boolean;
  readonly last: DiagnosisStep | null;
}

/** All that was seen from the injection to the end. Seconds count from the injection, except where it is said. */
export interface Watched {
  readonly incidents: readonly EndedIncident[];
  /** every change of every diagnosis */
  readonly steps: readonly DiagnosisStep[];
  readonly firstSignalSeconds: number | null;
  /** from the first signal to the scope that stood at the end; null: none did */
  readonly scopeSeconds: number | null;
  /** from the first signal to the answers that stood at the end, of every incident; null: none was final */
  readonly seconds: number | null;
  /** from the first signal to the end of the last diagnosis, which may only have said the same again */
  readonly lastWordSeconds: number | null;
  /** kinds and subjects, in the order of their coming */
  readonly signals: readonly string[];
  /** what was first not as before; null: nothing, and no signal */
  readonly effect: string | null;
  /** why the hub could not be read at the end; null: it could */
  readonly silence: string | null;
}

export interface Pace {
  readonly pollMs: number;
  /** an answer stands when nothing changed for so long: longer than the checks' period, so that a second page is seen */
  readonly calmMs: number;
  /** the first signal may take this long even when the scenario settles faster: three looks at a check's pace */
  readonly leastSignalMs: number;
  /** how long the company may take to be well again, after the scenario before and after a healing */
  readonly healthyMs: number;
  /** nothing is broken before so long under the scenario's load: what is usual must have been seen */
  readonly pastMs: { readonly normal: number; readonly other: number };
}

export const usualPace: Pace = {
  pollMs: 500,
  calmMs: 12_000,
  leastSignalMs: 60_000,
  healthyMs: 60_000,
  pastMs: { normal: 20_000, other: 30_000 },
};

/** Every how many looks the checks and hosts are read, too: they change by seconds, and cost the hub more. */
const readingsEvery = 4;
/** A hub that answers nothing for so long is told as silent. */
const longestSilenceMs = 30_000;

export interface WatchDeps {
  readonly view: HubView;
  readonly clock: Clock;
  readonly pace: Pace;
  /** ends the watching at once */
  readonly signal: AbortSignal;
}

export interface Before {
  readonly newestIncident: number;
  readonly signals: ReadonlySet<string>;
  readonly normal: Normal;
}

interface Sight {
  incidents: readonly SeenIncident[];
  readonly steps: DiagnosisStep[];
  readonly signals: Map<string, string>;
  firstSignalMs: number | null;
  changedMs: number;
  effect: string | null;
  silentSince: Stamp | null;
  silence: string | null;
}

/** Watches what the hub makes of an injection, until its answer stands or the time is over. */
export async function watch(deps: WatchDeps, scenario: Scenario, before: Before): Promise<Watched> {
  const { clock, pace, signal } = deps;
  const start = stampNow(clock);
  const sight: Sight = {
    incidents: [],
    steps: [],
    signals: new Map(),
    firstSignalMs: null,
    changedMs: 0,
    effect: null,
    silentSince: null,
    silence: null,
  };
  for (let look = 0; !signal.aborted; look++) {
    const nowMs = elapsedMs(start, stampNow(clock));
    await takeLook(deps, { sight, before, nowMs, withReadings: look % readingsEvery === 0 });
    if (isOver({ sight, scenario, pace, nowMs: elapsedMs(start, stampNow(clock)) })) break;
    if (sight.silentSince !== null && elapsedMs(sight.silentSince, stampNow(clock)) > longestSilenceMs) break;
    await sleep(clock, pace.pollMs, signal);
  }
  return conclude(sight);
}

interface Look {
  readonly sight: Sight;
  readonly before: Before;
  readonly nowMs: number;
  readonly withReadings: boolean;
}

async function takeLook({ view, clock }: WatchDeps, { sight, before, nowMs, withReadings }: Look): Promise<void> {
  try {
    const [incidents, signals, readings] = await Promise.all([
      view.incidents(before.newestIncident),
      view.signals(),
      withReadings && sight.effect === null ? view.readings() : null,
    ]);
    noteIncidents(sight, incidents, nowMs);
    noteSignals(
      sight,
      signals.filter(({ id }) => !before.signals.has(id)),
      nowMs,
    );
    sight.effect ??= [...sight.signals.values()][0] ?? (readings === null ? null : firstDifference(before, readings));
    sight.silentSince = null;
    sight.silence = null;
  } catch (thrown) {
    sight.silentSince ??= stampNow(clock);
    sight.silence = errorText(thrown);
  }
}

function firstDifference(before: Before, readings: Parameters<typeof differences>[1]): string | null {
  return differences(before.normal, readings)[0] ?? null;
}

/** Any new line of a log is a signal, too, but it stirs nobody: the time to settle does not begin with it. */
function noteSignals(sight: Sight, signals: readonly SeenSignal[], nowMs: number): void {
  for (const { id, kind, subject } of signals) {
    if (sight.signals.has(id)) continue;
    sight.signals.set(id, `${kind} ${subject}`);
    sight.changedMs = nowMs;
  }
  const isStirred = signals.some(({ kind }) => kind !== lastingKind) || sight.incidents.some(({ quiet }) => !quiet);
  if (isStirred) sight.firstSignalMs ??= nowMs;
}

function noteIncidents(sight: Sight, incidents: readonly SeenIncident[], nowMs: number): void {
  const isNew = incidents.length !== sight.incidents.length;
  for (const incident of incidents) {
    const step = stepOf(incident, nowMs);
    const last = sight.steps.findLast((one) => one.incident === incident.id);
    if (step === null || (last !== undefined && isSame(step, last))) continue;
    sight.steps.push(step);
    sight.changedMs = nowMs;
  }
  if (isNew) sight.changedMs = nowMs;
  sight.incidents = incidents;
}

/** What an unfinished diagnosis gives as the reason of its end; `scope-only` is a judgement without causes. */
const notFinal = new Set(["", "scope-only", "replaced", "running"]);

function stepOf({ id, diagnosis }: SeenIncident, nowMs: number): DiagnosisStep | null {
  if (diagnosis === null || diagnosis === undefined) return null;
  const { scope, causes, stoppedBecause } = diagnosis;
  return {
    atSeconds: nowMs / 1_000,
    incident: id,
    isFinal: stoppedBecause !== null && !notFinal.has(stoppedBecause),
    scope: scope.id,
    reach: scope.reach,
    // as they are told: the root before what it brought about
    causes,
  };
}

function isSame(a: DiagnosisStep, b: DiagnosisStep): boolean {
  return JSON.stringify({ ...a, atSeconds: 0 }) === JSON.stringify({ ...b, atSeconds: 0 });
}

interface Question {
  readonly sight: Sight;
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly nowMs: number;
}

/** A healthy stretch is watched whole; a fault until its answer stands, or nothing came, or the time is over. */
function isOver({ sight, scenario, pace, nowMs }: Question): boolean {
  const { settleMs, expect } = scenario;
  if (expect.causes.length === 0) return nowMs >= settleMs;
  if (sight.firstSignalMs === null) return nowMs >= Math.max(settleMs, pace.leastSignalMs);
  if (nowMs >= sight.firstSignalMs + settleMs) return true;
  return nowMs - sight.changedMs >= pace.calmMs && stands(sight, scenario);
}

/** Every incident has its final answer; while an expected cause is named nowhere, another incident may still come. */
function stands(sight: Sight, { expect }: Scenario): boolean {
  const lasts = lastSteps(sight);
  if (lasts.length === 0 || !lasts.every((step) => step?.isFinal === true)) return false;
  if (expect.causes.length === 1) return true;
  return expect.causes.every((cause) => lasts.some((step) => step?.causes.some((named) => matches(cause, named))));
}

function lastSteps({ incidents, steps }: Sight): (DiagnosisStep | null)[] {
  return incidents.map(({ id }) => steps.findLast((step) => step.incident === id) ?? null);
}

function conclude(sight: Sight): Watched {
  const lasts = lastSteps(sight);
  const sinceSignal = (step: DiagnosisStep | undefined): number | null =>
    step === undefined || sight.firstSignalMs === null
      ? null
      : Math.max(0, step.atSeconds - sight.firstSignalMs / 1_000);
  const finals = sight.steps.filter(({ isFinal }) => isFinal);
  const scoped = lasts.flatMap((last) => (last === null ? [] : [scopeStoodFrom(sight.steps, last)]));
  const answered = lasts.flatMap((last) => (last === null ? [] : answerStoodFrom(sight.steps, last.incident)));
  return {
    incidents: sight.incidents.map((incident, index) => ({
      id: incident.id,
      quiet: incident.quiet,
      severity: incident.severity,
      woke: wokeSomebody(incident),
      last: lasts[index] ?? null,
    })),
    steps: sight.steps,
    firstSignalSeconds: sight.firstSignalMs === null ? null : sight.firstSignalMs / 1_000,
    scopeSeconds: sinceSignal(scoped.toSorted((a, b) => a.atSeconds - b.atSeconds)[0]),
    seconds: sinceSignal(answered.toSorted((a, b) => a.atSeconds - b.atSeconds).at(-1)),
    lastWordSeconds: sinceSignal(finals.at(-1)),
    signals: [...sight.signals.values()],
    effect: sight.effect,
    silence: sight.silence,
  };
}

/**
 * A notice of the opening went to a person, now; rooms, notices held till the morning and those that another incident told
 * in their stead wake nobody.
 */
function wokeSomebody({ timeline }: SeenIncident): boolean {
  const superseded = new Set(
    timeline.flatMap(({ kind, data }) => (kind === "notice.superseded" ? [data["delivery"]] : [])),
  );
  return timeline.some(
    ({ kind, data }) =>
      kind === "notice.queued" &&
      !superseded.has(data["delivery"] ?? null) &&
      (data["kind"] === "opened" || data["kind"] === "unstable") &&
      data["recipient"] !== "*" &&
      data["heldUntilMs"] === undefined,
  );
}

/** From here on a cause counts as named: whoever reads it acts on it. */
export const namedFrom = 0.7;

/** The first cause that was named at any time; null: none. */
export function firstNamed(
  steps: readonly DiagnosisStep[],
): { readonly cause: string; readonly atSeconds: number } | null {
  for (const { causes, atSeconds } of steps) {
    const top = causes.find(({ probability }) => probability >= namedFrom);
    if (top !== undefined) return { cause: `${writeNamed(top)} ${top.probability.toFixed(2)}`, atSeconds };
  }
  return null;
}
