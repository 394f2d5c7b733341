import { elapsedMs, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { Delivery } from "../kernel/model/notice.ts";
import type { EscalationStep, Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";
import { feedsOf, policyOf, toldBefore, toldByStep, wakesPeople, type Recipient } from "./audience.ts";
import { deliveryFacts, everyone } from "./delivery-id.ts";
import { noticeSnapshot, stepServes } from "./incidents/snapshot.ts";
import { queueNotices, stepFact } from "./notices.ts";
import { quietWaitMs } from "./quiet.ts";
import { createWaker } from "./waker.ts";

export interface EscalationDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** the configuration as it runs now */
  site(): Site;
  /** what the checks show now */
  checks(): readonly CheckStatus[];
  readonly log: Log;
}

export interface Escalation {
  /** From now on looks at every open incident when something about one is committed and when something falls due. */
  start(): void;
  stop(): void;
}

const firstReminderMs = 30 * 60_000;
const reminderEveryMs = 2 * 60 * 60_000;
const mostOpenIncidents = 10_000;

/** Something to be said at a moment of an incident's life. */
interface Due {
  readonly afterMs: number;
  readonly kind: "escalated" | "still-down";
  readonly step: EscalationStep | null;
}

/**
 * Calls the next people while nobody takes an incident, and reminds those who were told while it lasts. What is due
 * follows from the incident and from what was queued for it, so it is the same after a restart; hours come from the
 * monotonic clock.
 */
export function createEscalation(deps: EscalationDeps): Escalation {
  const { ledger } = deps;
  const waker = createWaker({ ...deps, look: () => catchUpAll(deps) });
  let unlisten: (() => void) | null = null;
  return {
    start() {
      unlisten = ledger.onCommit((events) => {
        if (events.some(({ kind }) => kind.startsWith("incident.") && kind !== "incident.escalated")) waker.wake();
      });
      waker.start();
    },
    stop() {
      unlisten?.();
      waker.stop();
    },
  };
}

/** @returns how long until something falls due; null when nothing will */
async function catchUpAll(deps: EscalationDeps): Promise<number | null> {
  const { ledger } = deps;
  const waits: number[] = [];
  for (const incident of await ledger.read.incidents({ state: "open", limit: mostOpenIncidents })) {
    const { due, waitMs } = outlook(deps, incident, await ledger.read.deliveriesOf(incident.id));
    if (due.length > 0) await ledger.transaction((tx) => catchUp(deps, tx, incident.id));
    if (waitMs !== null) waits.push(waitMs);
  }
  return waits.length === 0 ? null : Math.min(...waits);
}

/** Hours count from when people were first told: an incident that was quiet at first has not been ignored since. */
function calledAt(incident: Incident, deliveries: readonly Delivery[]): Stamp {
  const first = deliveries.find(({ kind, recipient }) => kind === "opened" && recipient !== everyone);
  return first?.createdAt ?? incident.detectedAt;
}

/** What an incident still calls for, in order of time; of reminders the last one passed and the next. */
function planOf(site: Site, incident: Incident, passedMs: number): Due[] {
  if (incident.quiet || incident.flapping || !wakesPeople(incident)) return [];
  const steps = incident.acknowledgedAt === null ? policyOf(site) : [];
  const calls = steps
    .filter((step) => step.afterMs > 0 && stepServes(step, incident.severity))
    .map((step): Due => ({ afterMs: step.afterMs, kind: "escalated", step }));
  const passed = Math.floor((passedMs - firstReminderMs) / reminderEveryMs);
  const reminders = [passed, passed + 1]
    .filter((index) => index >= 0)
    .map((index): Due => ({ afterMs: firstReminderMs + index * reminderEveryMs, kind: "still-down", step: null }));
  return [...calls, ...reminders].sort((a, b) => a.afterMs - b.afterMs);
}

interface Outlook {
  /** due and not queued yet */
  readonly due: readonly Due[];
  /** until the next falls due; null when none will */
  readonly waitMs: number | null;
}

function outlook({ site, clock }: EscalationDeps, incident: Incident, deliveries: readonly Delivery[]): Outlook {
  const passedMs = elapsedMs(calledAt(incident, deliveries), stampNow(clock));
  const plan = planOf(site(), incident, passedMs);
  const queued = new Set(deliveries.map((delivery) => `${delivery.kind} ${deliveryFacts(delivery).fact}`));
  const coming = plan.map(({ afterMs }) => afterMs - passedMs).filter((ms) => ms > 0);
  return {
    due: plan.filter((one) => one.afterMs <= passedMs && !queued.has(`${one.kind} ${stepFact(one)}`)),
    waitMs: coming.length === 0 ? null : Math.min(...coming),
  };
}

/** Queues what is due, judged afresh inside the transaction. Steps of one moment are one escalation. */
async function catchUp(deps: EscalationDeps, tx: LedgerTx, incidentId: number): Promise<void> {
  const incident = await tx.incident(incidentId);
  if (incident === null || !isOpen(incident)) return;
  const [site, before] = [deps.site(), await tx.deliveriesOf(incidentId)];
  const { due } = outlook(deps, incident, before);
  const moments = new Map(due.map((one) => [`${one.kind} ${stepFact(one)}`, one]));
  for (const one of moments.values()) {
    const fact = stepFact(one);
    const to = one.kind === "escalated" ? calledBy(site, incident, fact) : remindable(deps, incident, before);
    await queueDue(deps, tx, { incident, kind: one.kind, fact, to });
  }
}

/** Whoever was told and is not asleep: a reminder that waits for the morning would be no news by then. */
function remindable({ site, clock }: EscalationDeps, incident: Incident, before: readonly Delivery[]): Recipient[] {
  const { notify, timeZone } = site();
  const { severity } = incident;
  const isNight = quietWaitMs({ quiet: notify.quiet, severity, timeZone, atMs: clock.nowMs() }) > 0;
  return toldBefore(site(), before).filter(({ recipient }) => recipient === everyone || !isNight);
}

/** Every step of this moment, and the rooms that hear everything. */
function calledBy(site: Site, incident: Incident, fact: string): Recipient[] {
  const steps = policyOf(site).filter((step) => stepFact(step) === fact && stepServes(step, incident.severity));
  const called = steps.flatMap((step) => toldByStep(site, step, incident));
  return called.length === 0 ? [] : [...called, ...feedsOf(site)];
}

interface Queued {
  readonly incident: Incident;
  readonly kind: Due["kind"];
  readonly fact: string;
  readonly to: readonly Recipient[];
}

async function queueDue(deps: EscalationDeps, tx: LedgerTx, { incident, kind, fact, to }: Queued): Promise<void> {
  if (to.length === 0) return;
  const { clock } = deps;
  if (kind === "escalated") {
    const [tell, by] = [to[0]?.recipient ?? "", to[0]?.channel ?? ""];
    const data = { after: fact, tell: tell === everyone ? by : tell, by, to: to.map(({ recipient }) => recipient) };
    await tx.append({ kind: "incident.escalated", actor: "koboshi", incidentId: incident.id, data });
  }
  const facts = { reads: tx, clock, site: deps.site(), checks: deps.checks(), kind, incident, by: "auto" };
  const snapshot = await noticeSnapshot(facts);
  await queueNotices(tx, deps, { incident, kind, snapshot, directed: { to, fact } });
}
