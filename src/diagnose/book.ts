import { elapsedMs, stampNow, type Clock, type Stamp, type Timer } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { LedgerEvent, NewEvent } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

export interface BookDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  /** One diagnosis from beginning to end; `onStep` hears how far it has come. Ends early when `signal` aborts. */
  course(incident: Incident, options: CourseOptions): Promise<Diagnosis>;
}

export interface CourseOptions {
  readonly signal: AbortSignal;
  onStep(diagnosis: Diagnosis): Promise<void>;
}

/** Which incidents are diagnosed when; every step is in the ledger before anyone hears of it. */
export interface DiagnosisBook {
  /** begins again, whatever is known */
  again(incidentId: number): void;
  onStep(listener: (diagnosis: Diagnosis) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Case {
  readonly incidentId: number;
  /** null: not under way */
  running: { readonly controller: AbortController; readonly over: Promise<void> } | null;
  /** the incident changed while it was looked at */
  stale: boolean;
  endedAt: Stamp | null;
  /** how long the last diagnosis took */
  tookMs: number;
  /** diagnoses that were begun without anything new having happened */
  repeats: number;
  timer: Timer | null;
}

interface Desk extends BookDeps {
  readonly cases: Map<number, Case>;
  readonly waiting: number[];
  readonly listeners: Set<(diagnosis: Diagnosis) => void>;
  readonly quit: AbortController;
}

const atOnce = 2;
/**
 * An incident that grows is not diagnosed again with every signal: it rests as long as the last diagnosis took, within these.
 */
const leastRestMs = 5_000;
const mostRestMs = 15_000;
/** What was not certain is looked at again: causes show themselves late, and some evidence is slow to come. */
const repeatAfterMs: readonly number[] = [60_000, 240_000, 900_000];
/** A machine that could not be asked may speak again soon, and knows more than was seen of it from outside. */
const repeatMuteAfterMs: readonly number[] = [15_000, 60_000, 240_000, 900_000];

export function createDiagnosisBook(deps: BookDeps): DiagnosisBook {
  const desk: Desk = {
    ...deps,
    cases: new Map(),
    waiting: [],
    listeners: new Set(),
    quit: new AbortController(),
  };
  let deaf: (() => void) | null = null;
  return {
    again: (incidentId) => want(desk, incidentId),
    onStep(listener) {
      desk.listeners.add(listener);
      return () => void desk.listeners.delete(listener);
    },
    async start() {
      deaf = desk.ledger.onCommit((events) => events.forEach((event) => heard(desk, event)));
      for (const { id } of await desk.ledger.read.incidents({ state: "open", limit: 500 })) await takeUp(desk, id);
    },
    async stop() {
      deaf?.();
      desk.quit.abort();
      for (const { timer } of desk.cases.values()) timer?.cancel();
      await Promise.all([...desk.cases.values()].flatMap(({ running }) => (running === null ? [] : [running.over])));
    },
  };
}

/** What a stop of the hub cut short begins again; what had ended stands. */
async function takeUp(desk: Desk, incidentId: number): Promise<void> {
  const newest = await desk.ledger.read.newestDiagnosis(incidentId);
  if (newest === null || newest.diagnosis.stoppedBecause === null) want(desk, incidentId);
}

function heard(desk: Desk, { kind, incidentId }: LedgerEvent): void {
  if (incidentId === null) return;
  if (kind === "incident.opened") want(desk, incidentId);
  if (kind === "incident.updated") changed(desk, caseOf(desk, incidentId));
  if (kind === "incident.resolved") forget(desk, incidentId);
}

function caseOf(desk: Desk, incidentId: number): Case {
  const known = desk.cases.get(incidentId);
  if (known !== undefined) return known;
  const fresh: Case = { incidentId, running: null, stale: false, endedAt: null, tookMs: 0, repeats: 0, timer: null };
  desk.cases.set(incidentId, fresh);
  return fresh;
}

function forget(desk: Desk, incidentId: number): void {
  const one = desk.cases.get(incidentId);
  one?.timer?.cancel();
  one?.running?.controller.abort();
  desk.cases.delete(incidentId);
}

function changed(desk: Desk, one: Case): void {
  one.repeats = 0;
  if (one.running !== null) one.stale = true;
  else soon(desk, one);
}

/** As soon as the rest since the last one is over. */
function soon(desk: Desk, one: Case): void {
  const restMs = Math.min(mostRestMs, Math.max(leastRestMs, one.tookMs));
  const sinceMs = one.endedAt === null ? restMs : elapsedMs(one.endedAt, stampNow(desk.clock));
  later(desk, one, Math.max(0, restMs - sinceMs));
}

function later(desk: Desk, one: Case, delayMs: number): void {
  one.timer?.cancel();
  one.timer = desk.clock.after(delayMs, () => want(desk, one.incidentId));
}

function want(desk: Desk, incidentId: number): void {
  const one = caseOf(desk, incidentId);
  if (one.running !== null) {
    one.stale = true;
    return;
  }
  if (!desk.waiting.includes(incidentId)) desk.waiting.push(incidentId);
  next(desk);
}

function next(desk: Desk): void {
  const under = [...desk.cases.values()].filter(({ running }) => running !== null).length;
  if (desk.quit.signal.aborted || under >= atOnce) return;
  const incidentId = desk.waiting.shift();
  if (incidentId === undefined) return;
  begin(desk, caseOf(desk, incidentId));
  next(desk);
}

function begin(desk: Desk, one: Case): void {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, desk.quit.signal]);
  one.timer?.cancel();
  one.stale = false;
  const beganAt = stampNow(desk.clock);
  const over = diagnose(desk, one, signal)
    .catch((thrown: unknown) => {
      desk.log.error("diagnosis failed", { incident: one.incidentId, error: errorText(thrown) });
      return null;
    })
    .then((diagnosis) => ended(desk, one, { diagnosis, beganAt }));
  one.running = { controller, over };
}

async function diagnose(desk: Desk, { incidentId }: Case, signal: AbortSignal): Promise<Diagnosis | null> {
  const incident = await desk.ledger.read.incident(incidentId);
  if (incident === null || !isOpen(incident)) return null;
  let id: number | null = null;
  const keep = async (diagnosis: Diagnosis): Promise<void> => {
    await desk.ledger.transaction(async (tx) => {
      const row = { ...diagnosis, incidentId };
      if (id === null) id = await tx.insertDiagnosis(row);
      else await tx.updateDiagnosis({ id, diagnosis: row });
      if (diagnosis.stoppedBecause !== null && diagnosis.stoppedBecause !== "replaced")
        await tx.append(endedEvent(diagnosis, incidentId));
    });
    for (const listener of desk.listeners) listener(diagnosis);
  };
  const last = await desk.course(incident, { signal, onStep: keep });
  await keep(last);
  return last;
}

function endedEvent({ causes, told, scope, seconds, stoppedBecause }: Diagnosis, incidentId: number): NewEvent {
  const [first] = causes;
  const found = first !== undefined && first.probability >= 0.5 ? first : null;
  const named = found && {
    cause: found.id,
    component: found.component,
    probability: found.probability,
    title: { ja: told.ja.causes[0]?.title, en: told.en.causes[0]?.title },
  };
  const data = { ...named, scope: scope.id, seconds, stoppedBecause };
  return { kind: "diagnosis.ended", actor: "koboshi", incidentId, data };
}

interface Ended {
  /** null: it failed, or the incident was over before it began */
  readonly diagnosis: Diagnosis | null;
  readonly beganAt: Stamp;
}

function ended(desk: Desk, one: Case, { diagnosis, beganAt }: Ended): void {
  one.running = null;
  one.endedAt = stampNow(desk.clock);
  one.tookMs = elapsedMs(beganAt, one.endedAt);
  if (!desk.quit.signal.aborted && desk.cases.has(one.incidentId)) againIfNeeded(desk, one, diagnosis);
  next(desk);
}

function againIfNeeded(desk: Desk, one: Case, diagnosis: Diagnosis | null): void {
  if (one.stale) {
    soon(desk, one);
    return;
  }
  const isMute = diagnosis !== null && couldNotAsk(diagnosis);
  const delayMs = (isMute ? repeatMuteAfterMs : repeatAfterMs)[one.repeats];
  if ((diagnosis?.stoppedBecause === "sure" && !isMute) || delayMs === undefined) return;
  one.repeats += 1;
  later(desk, one, delayMs);
}

/** A machine that let itself be reached and said nothing was judged by how it looks from outside. */
function couldNotAsk({ seen }: Diagnosis): boolean {
  const newest = new Map(seen.filter(({ evidence }) => evidence === "hs.ssh").map((one) => [one.target, one.state]));
  return [...newest.values()].some((state) => mute.has(state));
}

/** A wrong key is none the better for being tried again. */
const mute: ReadonlySet<string> = new Set(["refused", "timeout"]);
