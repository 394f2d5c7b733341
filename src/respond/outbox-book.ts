import { later, stampNow, type Clock } from "../kernel/clock.ts";
import type { EventKind } from "../kernel/event.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Delivery, Undelivered } from "../kernel/model/notice.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";
import { mintAckToken } from "./ack-tokens.ts";
import { deliveryFacts, deliveryId, everyone, sameNotice } from "./delivery-id.ts";
import { enqueueDelivery, offersAck } from "./notices.ts";
import { isTooOld, patience, retryWaitMs } from "./outbox-plan.ts";
import { isCovered, standInsFor, type Trouble } from "./stand-ins.ts";

export interface BookDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  site(): Site;
}

/**
 * What became of a delivery after an attempt. `lost`: every way has failed for good. It still stands as pending, so that
 * a crash before the loss is dealt with brings it up again.
 */
export interface Entry {
  readonly delivery: Delivery;
  readonly lost: boolean;
}

/** What was being sent when the process ended is sent again, at once, under the same id. */
export function recoverInterrupted({ ledger, clock }: BookDeps): Promise<void> {
  return ledger.transaction(async (tx) => {
    const interrupted = (await tx.unsentDeliveries()).filter(({ state }) => state === "sending");
    for (const delivery of interrupted) {
      await tx.updateDelivery({ ...delivery, state: "pending", dueAt: stampNow(clock) });
    }
  });
}

/** Takes a delivery for one attempt. @returns null when it is no longer waiting */
export function claim({ ledger }: BookDeps, id: string): Promise<Delivery | null> {
  return ledger.transaction(async (tx) => {
    const delivery = await tx.delivery(id);
    if (delivery === null || (delivery.state !== "pending" && delivery.state !== "held")) return null;
    const claimed: Delivery = { ...delivery, state: "sending", attempts: delivery.attempts + 1 };
    await tx.updateDelivery(claimed);
    return claimed;
  });
}

/** Puts a delivery whose attempt was cut short by a stop back in its place, as if it had not been made. */
export function putBack({ ledger, clock }: BookDeps, delivery: Delivery): Promise<void> {
  const attempts = Math.max(0, delivery.attempts - 1);
  return ledger.transaction((tx) =>
    tx.updateDelivery({ ...delivery, state: "pending", attempts, dueAt: stampNow(clock) }),
  );
}

export function bookSent({ ledger, clock }: BookDeps, delivery: Delivery): Promise<Entry> {
  return ledger.transaction(async (tx) => {
    const sent: Delivery = { ...delivery, state: "sent", sentAt: stampNow(clock), lastError: null };
    await tx.updateDelivery(sent);
    await append(tx, { kind: "notice.sent", delivery: sent });
    return { delivery: sent, lost: false };
  });
}

export interface Failure {
  readonly delivery: Delivery;
  readonly error: Undelivered;
  /** ids of those that have waited too long for another channel not to be asked */
  readonly overdue: ReadonlySet<string>;
}

/**
 * Writes down a failed attempt: the next one, or the end of it. Either way another channel is asked when this one is
 * hopeless or has failed twice. Told in the timeline the first time and at the end, not at every attempt.
 */
export function bookFailed(deps: BookDeps, { delivery, error, overdue }: Failure): Promise<Entry> {
  const { ledger, clock } = deps;
  const lastError = `${error.reason}: ${error.text}`;
  return ledger.transaction(async (tx) => {
    const isOver = !error.retryable || isTooOld(clock, delivery);
    const trouble = await troubleOf(deps, tx, { delivery, overdue });
    const isHopeless = isOver || delivery.attempts >= patience.attempts || overdue.has(delivery.id);
    const asked = isHopeless ? await askOthers(deps, tx, trouble) : 0;
    const lost = isOver && asked === 0 && !isCovered(trouble);
    const dueAt = later(stampNow(clock), retryWaitMs(delivery, error));
    const tried: Delivery = { ...delivery, state: isOver && !lost ? "failed" : "pending", lastError, dueAt };
    await tx.updateDelivery(tried);
    if (!lost && (isOver || tried.attempts === 1)) {
      const facts = { reason: error.reason, error: error.text, permanent: isOver };
      await append(tx, { kind: "notice.failed", delivery: tried, facts });
    }
    return { delivery: tried, lost };
  });
}

/** Ends a lost delivery, once it has become an incident of its own. */
export function bookGivenUp({ ledger }: BookDeps, delivery: Delivery): Promise<void> {
  return ledger.transaction(async (tx) => {
    const ended: Delivery = { ...delivery, state: "given-up" };
    await tx.updateDelivery(ended);
    await append(tx, { kind: "notice.given-up", delivery: ended, facts: { error: delivery.lastError } });
  });
}

/** Asks another channel for a delivery that has been due for too long, whatever it is waiting for. */
export function bookOverdue(deps: BookDeps, id: string, overdue: ReadonlySet<string>): Promise<void> {
  return deps.ledger.transaction(async (tx) => {
    const delivery = await tx.delivery(id);
    if (delivery === null || delivery.state === "sent" || delivery.state === "given-up") return;
    await askOthers(deps, tx, await troubleOf(deps, tx, { delivery, overdue }));
  });
}

async function troubleOf(
  deps: BookDeps,
  tx: LedgerTx,
  { delivery, overdue }: { delivery: Delivery; overdue: ReadonlySet<string> },
): Promise<Trouble> {
  const same = (await deliveriesBeside(tx, delivery)).filter((other) => sameNotice(other, delivery));
  return { site: deps.site(), delivery, same, overdue };
}

/** Every delivery about the same incident or window, oldest first. */
async function deliveriesBeside(tx: LedgerTx, { incidentId, windowId }: Delivery): Promise<readonly Delivery[]> {
  if (windowId !== undefined) return tx.windowDeliveries(windowId);
  return incidentId === null ? [] : tx.deliveriesOf(incidentId);
}

/** @returns how many were newly asked */
async function askOthers({ clock, site }: BookDeps, tx: LedgerTx, trouble: Trouble): Promise<number> {
  const { delivery } = trouble;
  const [at, facts] = [stampNow(clock), deliveryFacts(delivery)];
  let asked = 0;
  for (const { channel, recipient } of standInsFor(trouble)) {
    const standIn: Delivery = {
      ...delivery,
      id: deliveryId({ ...facts, channel, recipient, insteadOf: delivery.channel }),
      channel,
      recipient,
      state: "pending",
      attempts: 0,
      createdAt: at,
      dueAt: at,
      lastError: null,
    };
    if (!(await enqueueDelivery(tx, standIn))) continue;
    asked += 1;
    const incident = delivery.incidentId === null ? null : await tx.incident(delivery.incidentId);
    if (incident !== null) await allowAck(site(), tx, { incident, delivery: standIn });
  }
  return asked;
}

async function allowAck(
  site: Site,
  tx: LedgerTx,
  { incident, delivery }: { incident: Incident; delivery: Delivery },
): Promise<void> {
  if (!offersAck(site, incident, delivery)) return;
  await mintAckToken(tx, { incident, person: delivery.recipient, at: delivery.createdAt });
}

interface Happened {
  readonly kind: EventKind;
  readonly delivery: Delivery;
  readonly facts?: Readonly<Record<string, unknown>>;
}

function append(tx: LedgerTx, { kind, delivery, facts = {} }: Happened): Promise<unknown> {
  const { id, incidentId, channel, attempts } = delivery;
  const recipient = delivery.recipient === everyone ? channel : delivery.recipient;
  const data = { delivery: id, kind: delivery.kind, channel, recipient, attempts, ...facts };
  return tx.append({ kind, actor: "koboshi", incidentId, data });
}
