import { later, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { Delivery, NoticeKind, NoticeSnapshot } from "../kernel/model/notice.ts";
import type { EscalationStep, Site } from "../kernel/model/site.ts";
import type { LedgerTx } from "../storage/ledger/ledger.ts";
import { mintAckToken, voidAckTokens } from "./ack-tokens.ts";
import { toldAfterwards, toldAtOnce, type Recipient } from "./audience.ts";
import { deliveryId, everyone } from "./delivery-id.ts";
import { quietWaitMs } from "./quiet.ts";

export interface NoticeDeps {
  readonly clock: Clock;
  site(): Site;
  /** how long the first notice waits for the diagnosis that began with its incident; not at all when left out */
  readonly diagnosisWithinMs?: number;
}

export interface Notice {
  readonly incident: Incident;
  readonly kind: NoticeKind;
  readonly snapshot: NoticeSnapshot;
  /** people not to be told: they did it themselves */
  readonly exclude?: readonly string[];
  /** for `escalated` and `still-down`, which know it themselves: to whom, and as what */
  readonly directed?: { readonly to: readonly Recipient[]; readonly fact: string };
}

/**
 * Puts a notice into the outbox inside the caller's transaction. `opened` goes to the steps that are due at once; what
 * follows goes to everyone who was told, by the same channels; rooms that no step names hear everything. A quiet
 * incident and mere information go to rooms alone, marked as such. What was no outage and is over before anybody was told
 * wakes nobody. The same fact queued twice is one notice.
 * @returns what was new
 */
export async function queueNotices(tx: LedgerTx, deps: NoticeDeps, notice: Notice): Promise<readonly Delivery[]> {
  const { incident, kind } = notice;
  const [site, at] = [deps.site(), stampNow(deps.clock)];
  if (kind === "resolved" && incident.severity !== "critical") await forgetUntold(tx, incident.id);
  const before = await tx.deliveriesOf(incident.id);
  const fact = notice.directed?.fact ?? (await factOf(tx, notice));
  const to = audience(site, notice, before);
  const queued: Delivery[] = [];
  for (const recipient of to) {
    if (await renewed(tx, before, { notice, recipient })) continue;
    const delivery = draft({ site, at, notice, fact, diagnosisWithinMs: deps.diagnosisWithinMs ?? 0 }, recipient);
    if (!(await enqueueDelivery(tx, delivery))) continue;
    queued.push(delivery);
    if (offersAck(site, incident, recipient)) await mintAckToken(tx, { incident, person: recipient.recipient, at });
  }
  if (!isOpen(incident)) await voidAll(tx, { incident, at, people: before.map(({ recipient }) => recipient) });
  return queued;
}

/** Who was not told yet of an incident that grew is told once, of all of it. */
async function renewed(
  tx: LedgerTx,
  before: readonly Delivery[],
  { notice, recipient }: { readonly notice: Notice; readonly recipient: Recipient },
): Promise<boolean> {
  if (notice.kind !== "updated") return false;
  const first = before.find(
    (one) =>
      one.state === "pending" &&
      isUntouched(one) &&
      one.recipient === recipient.recipient &&
      one.channel === recipient.channel,
  );
  if (first === undefined) return false;
  const { kind, diagnosis = null } = first.snapshot as NoticeSnapshot;
  await tx.updateDelivery({ ...first, snapshot: { ...notice.snapshot, kind, diagnosis } });
  return true;
}

/** The first notice of an incident that still waits for its diagnosis, or for the end of someone's rest. */
export function isUntouched({ kind, state, attempts }: Delivery): boolean {
  return kind === "opened" && (state === "pending" || state === "held") && attempts === 0;
}

/** What nobody was told yet of an incident is not told any more: another one, which it turned out to be part of, tells it. */
export async function supersedeNotices(tx: LedgerTx, incidentId: number, mergedInto: number): Promise<void> {
  for (const delivery of (await tx.deliveriesOf(incidentId)).filter(isUntouched))
    await supersede(tx, delivery, { mergedInto });
}

/** A warning that ended while its first notice still waited for the diagnosis; rooms follow it all the same. */
async function forgetUntold(tx: LedgerTx, incidentId: number): Promise<void> {
  for (const delivery of await tx.deliveriesOf(incidentId)) {
    const isWaiting = delivery.state === "pending" && isUntouched(delivery) && delivery.recipient !== everyone;
    if (isWaiting) await supersede(tx, delivery, { over: true });
  }
}

async function supersede(
  tx: LedgerTx,
  delivery: Delivery,
  why: { mergedInto: number } | { over: true },
): Promise<void> {
  await tx.updateDelivery({ ...delivery, state: "superseded" });
  const { id, incidentId, kind, channel, recipient } = delivery;
  const data = { delivery: id, kind, channel, recipient, ...why };
  await tx.append({ kind: "notice.superseded", actor: "koboshi", incidentId, data });
}

/** Whoever took it knows that they did. */
function audience(site: Site, notice: Notice, deliveries: readonly Delivery[]): Recipient[] {
  const { incident, kind, snapshot, exclude = [], directed } = notice;
  const excluded = new Set(kind === "acknowledged" && snapshot.by !== null ? [...exclude, snapshot.by] : exclude);
  const first = kind === "opened" ? toldAtOnce(site, incident) : null;
  const to = directed?.to ?? first ?? toldAfterwards({ site, incident, kind, deliveries });
  return to.filter(({ recipient }) => !excluded.has(recipient));
}

/** Which step of the policy a notice belongs to, as part of its id: the wait before it. */
export function stepFact(step: Pick<EscalationStep, "afterMs">): string {
  return `${Math.round(step.afterMs / 1_000)}s`;
}

/** Opening, taking and ending happen once; an update is as new as the event it follows. */
async function factOf(tx: LedgerTx, { incident, kind }: Notice): Promise<string> {
  if (kind === "opened") return incident.quiet ? "quiet" : "0s";
  if (kind === "acknowledged" || kind === "resolved") return "once";
  return `event-${await tx.lastSeq()}`;
}

/** True when the notice carries a link by which its reader can take the incident. */
export function offersAck(site: Site, incident: Incident, { recipient }: Pick<Recipient, "recipient">): boolean {
  return site.url !== null && recipient !== everyone && isOpen(incident) && incident.acknowledgedAt === null;
}

interface Draft {
  readonly site: Site;
  readonly at: Stamp;
  readonly notice: Notice;
  readonly fact: string;
  readonly diagnosisWithinMs: number;
}

function draft({ site, at, notice, fact, diagnosisWithinMs }: Draft, { channel, recipient }: Recipient): Delivery {
  const { incident, kind, snapshot } = notice;
  const { timeZone } = site;
  const waitMs =
    recipient === everyone
      ? 0
      : quietWaitMs({ quiet: site.notify.quiet, severity: incident.severity, timeZone, atMs: at.atMs });
  return {
    id: deliveryId({ incidentId: incident.id, kind, fact, channel, recipient, insteadOf: null }),
    incidentId: incident.id,
    kind,
    channel,
    recipient,
    state: waitMs > 0 ? "held" : "pending",
    attempts: 0,
    createdAt: at,
    dueAt: later(at, Math.max(waitMs, kind === "opened" ? diagnosisWithinMs : 0)),
    sentAt: null,
    lastError: null,
    snapshot,
  };
}

/** Puts one delivery in with its event. @returns false when it was there already */
export async function enqueueDelivery(tx: LedgerTx, delivery: Delivery): Promise<boolean> {
  if (!(await tx.enqueue(delivery))) return false;
  const { id, incidentId, windowId, kind, channel, recipient, state, dueAt } = delivery;
  const about = windowId === undefined ? {} : { window: windowId };
  const heldUntil = state === "held" ? { heldUntilMs: dueAt.atMs } : {};
  await tx.append({
    kind: "notice.queued",
    actor: "koboshi",
    incidentId,
    data: { delivery: id, ...about, kind, channel, recipient, ...heldUntil },
  });
  return true;
}

interface Ended {
  readonly incident: Incident;
  readonly at: Stamp;
  readonly people: readonly string[];
}

async function voidAll(tx: LedgerTx, { incident, at, people }: Ended): Promise<void> {
  for (const person of new Set(people)) {
    if (person !== everyone) await voidAckTokens(tx, { incident, person, at });
  }
}
