import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { NewEvent } from "../../kernel/event.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { NoticeKind, NoticeSnapshot } from "../../kernel/model/notice.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { HealthGate } from "../../kernel/ports-health.ts";
import type { CheckBoard, FoldedIncident, Folder, ScopeJudge } from "../../kernel/ports.ts";
import type { HoldBook } from "../../kernel/ports-prevent.ts";
import type { Ledger, LedgerTx, StoredSignal } from "../../storage/ledger/ledger.ts";
import { supersedeNotices } from "../notices.ts";
import { holdingOf } from "./held.ts";
import { noticeSnapshot } from "./snapshot.ts";
import { keptTogether } from "./together.ts";
import { shapeAsAWhole } from "./whole.ts";

export interface IncidentDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  site(): Site;
  readonly folder: Folder;
  readonly judge: ScopeJudge;
  readonly board: CheckBoard;
  /** left out: nothing is held */
  readonly holding?: HoldBook;
  /** asked before a person resolves an incident; left out: nothing is restored here */
  readonly health?: HealthGate;
  /** puts what must be said into the outbox, in the same transaction */
  queue(tx: LedgerTx, notice: { incident: Incident; kind: NoticeKind; snapshot: NoticeSnapshot }): Promise<void>;
}

export interface IncidentKeeper {
  take(changes: readonly SignalChange[]): Promise<void>;
  /** Tells what was held and is not any more, and is still so. */
  refold(): Promise<void>;
}

const mostOpenIncidents = 10_000;
/** So many rows in a row, then whoever waits for an answer goes first. */
const breathEvery = 200;

/** What became of one incident: its new state, the event that tells of it, and what people are to hear. */
interface Step {
  readonly incident: Incident;
  readonly event: Pick<NewEvent, "kind" | "data"> | null;
  readonly say: NoticeKind | null;
}

/**
 * Takes in what the detector confirmed: signals, the incidents they belong to, and what has to be said about them, all in
 * one transaction. Signals that hold no incident any more end it: that is the confirmed recovery.
 */
export function createIncidentKeeper(deps: IncidentDeps): IncidentKeeper {
  async function keep(changes: readonly SignalChange[]): Promise<void> {
    const held = await deps.ledger.transaction(async (tx) => {
      let waiting: readonly Signal[] = [];
      for (const some of inTurn(changes)) waiting = await fold(tx, some);
      return waiting;
    });
    if (held.length > 0) await deps.holding?.noteHeld(held);
  }
  async function fold(tx: LedgerTx, changes: readonly SignalChange[]): Promise<readonly Signal[]> {
    const placed = await storeSignals(deps, tx, changes);
    const { steps, moved, waiting } = await foldIncidents(deps, tx);
    await tellSignals(deps, tx, { changes, placed: new Map([...placed, ...moved]) });
    for (const step of steps) await tell(deps, tx, step);
    return waiting;
  }
  return { take: (changes) => (changes.length === 0 ? Promise.resolve() : keep(changes)), refold: () => keep([]) };
}

/** What begins while its neighbour ends carries on the neighbour's incident: it is taken first. */
function inTurn(changes: readonly SignalChange[]): readonly (readonly SignalChange[])[] {
  const ending = new Set(changes.flatMap(({ signal: { id, closedAt } }) => (closedAt === null ? [] : [id])));
  const begins = (one: SignalChange): boolean => one.change === "opened" && !ending.has(one.signal.id);
  if (ending.size === 0 || !changes.some(begins)) return [changes];
  return [changes.filter(begins), changes.filter((one) => !begins(one))];
}

/** A step of the clock is an event, not a state: it is never stored as a signal. */
function isState({ signal }: SignalChange): boolean {
  return signal.kind !== "clock-jumped";
}

/** By signal: the incident it is in, null when in none. */
type Placed = ReadonlyMap<string, number | null>;

async function storeSignals({ clock }: IncidentDeps, tx: LedgerTx, changes: readonly SignalChange[]): Promise<Placed> {
  const placed = new Map((await tx.openSignals()).map((signal) => [signal.id, signal.incidentId]));
  for (const [nth, { signal }] of changes.filter(isState).entries()) {
    if (nth % breathEvery === breathEvery - 1) await clock.breathe?.();
    const incidentId = placed.get(signal.id);
    if (incidentId === undefined) await tx.insertSignal(signal, null);
    else await tx.updateSignal(signal, incidentId);
    placed.set(signal.id, incidentId ?? null);
  }
  return placed;
}

/** `moved`: the signals that hold an incident now, and which; `waiting`: those that are held */
interface Refolded {
  readonly steps: readonly Step[];
  readonly moved: Placed;
  readonly waiting: readonly Signal[];
}

async function foldIncidents(deps: IncidentDeps, tx: LedgerTx): Promise<Refolded> {
  const incidents = await tx.incidents({ state: "open", limit: mostOpenIncidents });
  const alive = (await tx.openSignals()).filter((signal) => !endedByHand(signal, incidents));
  const holding = holdingOf(deps.holding);
  const waiting = alive.filter(holding.isHeld);
  const signals = alive.filter((signal) => !holding.isHeld(signal) || holding.isWatched(signal));
  const folding = deps.folder.fold({ signals, incidents, now: stampNow(deps.clock) });
  const absorbing = new Set(folding.merged.map((merge) => merge.mergedInto));
  const byId = new Map(signals.map((signal) => [signal.id, signal]));
  const moved = new Map<string, number>();
  const steps: Step[] = [];
  for (const seen of keptTogether(folding.incidents, byId)) {
    const own = seen.signalIds.flatMap((id) => byId.get(id) ?? []);
    const before = incidents.find(({ id }) => id === seen.incidentId) ?? null;
    const fold = { ...seen, quiet: seen.quiet || holding.isQuiet(own, before) };
    const step = await (before === null ? open(deps, tx, { fold, own }) : change(deps, tx, { fold, own, before }));
    await place(deps, tx, { signals: own, incidentId: step.incident.id });
    for (const { id } of own) moved.set(id, step.incident.id);
    // who was told of the other one hears here where it went
    const grew = step.say === null && step.event !== null && absorbing.has(step.incident.id);
    steps.push(grew ? { ...step, say: "updated" } : step);
  }
  const mergedInto = new Map(folding.merged.map((merge) => [merge.incidentId, merge.mergedInto]));
  const kept = new Set(folding.incidents.map(({ incidentId }) => incidentId));
  for (const incident of incidents.filter(({ id }) => !kept.has(id))) {
    steps.push(await end(deps, tx, { before: incident, mergedInto: mergedInto.get(incident.id) ?? null }));
  }
  return { steps, moved, waiting };
}

/** A person ended its incident while it was still open: it stays silent until it closes by itself. */
function endedByHand(signal: StoredSignal, openIncidents: readonly Incident[]): boolean {
  return signal.incidentId !== null && !openIncidents.some(({ id }) => id === signal.incidentId);
}

async function place(
  { clock }: IncidentDeps,
  tx: LedgerTx,
  { signals, incidentId }: { signals: readonly StoredSignal[]; incidentId: number },
): Promise<void> {
  const moving = signals.filter((signal) => signal.incidentId !== incidentId);
  for (const [nth, { incidentId: _before, ...signal }] of moving.entries()) {
    if (nth % breathEvery === breathEvery - 1) await clock.breathe?.();
    await tx.updateSignal(signal, incidentId);
  }
}

interface Folded {
  readonly fold: FoldedIncident;
  readonly own: readonly StoredSignal[];
}

async function open(deps: IncidentDeps, tx: LedgerTx, { fold, own }: Folded): Promise<Step> {
  const incident = await tx.insertIncident({
    ...shapeOf(deps, { fold, own }),
    state: "investigating",
    startedAt: fold.startedAt,
    detectedAt: fold.detectedAt,
    acknowledgedAt: null,
    acknowledgedBy: null,
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
  });
  const { subject, severity, quiet, scope, services, affected } = incident;
  const data = { subject, severity, quiet, scope, services, affected };
  return { incident, event: { kind: "incident.opened", data }, say: "opened" };
}

async function change(
  deps: IncidentDeps,
  tx: LedgerTx,
  { fold, own, before }: Folded & { before: Incident },
): Promise<Step> {
  const incident: Incident = { ...before, ...shapeOf(deps, { fold, own }) };
  const changed = shapeKeys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(incident[key]));
  if (changed.length === 0) return { incident: before, event: null, say: null };
  await tx.updateIncident(incident);
  const kind = incident.flapping && !before.flapping ? "incident.flapping" : "incident.updated";
  const data = Object.fromEntries(changed.map((key) => [key, incident[key]]));
  return { incident, event: { kind, data }, say: newsOf(before, incident) };
}

/** A page when it first deserves one, one word when it turns unstable or worse; all else is in the timeline. */
function newsOf(before: Incident, now: Incident): NoticeKind | null {
  if (before.quiet && !now.quiet) return "opened";
  if (!before.flapping && now.flapping) return "unstable";
  return before.severity !== "critical" && now.severity === "critical" ? "updated" : null;
}

const shapeKeys = ["subject", "services", "affected", "severity", "quiet", "flapping", "scope"] as const;

function shapeOf({ judge }: IncidentDeps, { fold, own }: Folded): Pick<Incident, (typeof shapeKeys)[number]> {
  const { subject, services, affected, severity, quiet, flapping } = fold;
  return { subject, services, affected, severity, quiet, flapping, scope: judge.judge({ subject, signals: own }) };
}

interface Ending {
  readonly before: Incident;
  /** the older incident it turned out to be part of; null: all its signals closed */
  readonly mergedInto: number | null;
}

async function end(deps: IncidentDeps, tx: LedgerTx, { before, mergedInto }: Ending): Promise<Step> {
  const resolvedBy = mergedInto === null ? "auto" : `merged:${mergedInto}`;
  const resolvedAt = stampNow(deps.clock);
  const whole = shapeAsAWhole(before, await tx.timeline(before.id), resolvedAt);
  const incident: Incident = { ...before, ...whole, state: "resolved", resolvedAt, resolvedBy };
  await tx.updateIncident(incident);
  if (mergedInto !== null) await supersedeNotices(tx, before.id, mergedInto);
  const data = mergedInto === null ? { by: "auto" } : { mergedInto };
  return { incident, event: { kind: "incident.resolved", data }, say: mergedInto === null ? "resolved" : null };
}

/** The signals' own events, told once each knows its incident, so that they stand in its timeline. */
async function tellSignals(
  { clock }: IncidentDeps,
  tx: LedgerTx,
  { changes, placed }: { changes: readonly SignalChange[]; placed: Placed },
): Promise<void> {
  for (const [nth, { change: what, signal }] of changes.entries()) {
    if (nth % breathEvery === breathEvery - 1) await clock.breathe?.();
    if (isState({ change: what, signal })) {
      const incidentId = placed.get(signal.id) ?? null;
      await tx.append({ kind: `signal.${what}`, actor: "koboshi", incidentId, data: { signal } });
    } else await tx.append({ kind: "clock.jumped", actor: "koboshi", incidentId: null, data: signal.facts });
  }
}

async function tell(deps: IncidentDeps, tx: LedgerTx, { incident, event, say }: Step): Promise<void> {
  if (event !== null) await tx.append({ ...event, actor: "koboshi", incidentId: incident.id });
  if (say === null) return;
  const by = say === "resolved" ? "auto" : null;
  const facts = {
    reads: tx,
    clock: deps.clock,
    site: deps.site(),
    checks: deps.board.checks(),
    kind: say,
    incident,
    by,
  };
  await deps.queue(tx, { incident, kind: say, snapshot: await noticeSnapshot(facts) });
}
