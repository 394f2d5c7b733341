import { elapsedMs, remainingMs, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import { isOpen } from "../kernel/model/incident.ts";
import type { Delivery, NoticeSnapshot } from "../kernel/model/notice.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";
import { noticeSnapshot } from "./incidents/snapshot.ts";
import { isUntouched, queueNotices } from "./notices.ts";

export interface DiagnosisNewsDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  site(): Site;
  checks(): readonly CheckStatus[];
  /** has the outbox look again */
  wake(): void;
}

/** From here on a cause is worth a message of its own to someone who was told without it. */
const worthTelling = 0.8;

/**
 * Brings what a diagnosis found into the first notice, which waits for it a few seconds; whoever was told before it ended
 * hears of the cause in a second one, once, and only of a likely cause.
 */
export function createDiagnosisNews(deps: DiagnosisNewsDeps): (diagnosis: Diagnosis) => Promise<void> {
  return async (diagnosis) => {
    const { incidentId, stoppedBecause } = diagnosis;
    if (incidentId === null || stoppedBecause === "replaced") return;
    const released = await deps.ledger.transaction((tx) => tell(deps, tx, { ...diagnosis, incidentId }));
    if (released) deps.wake();
  };
}

type OfIncident = Diagnosis & { readonly incidentId: number };

/** @returns true when something may be sent now that could not before */
async function tell(deps: DiagnosisNewsDeps, tx: LedgerTx, diagnosis: OfIncident): Promise<boolean> {
  const deliveries = await tx.deliveriesOf(diagnosis.incidentId);
  const now = stampNow(deps.clock);
  const over = diagnosis.stoppedBecause !== null;
  // nobody waits for what is looked at a second time, nor hurries to tell that nothing is broken
  const isAnswer = (over || diagnosis.isAnswered === true) && diagnosis.best.causes.length > 0;
  const isReady = isAnswer && !(await hasCompany(tx, diagnosis.incidentId, now));
  const waiting = deliveries.filter(
    (one) => one.state === "pending" && isUntouched(one) && remainingMs(deps.clock, one.dueAt) > 0,
  );
  for (const one of waiting) {
    const snapshot = { ...(one.snapshot as NoticeSnapshot), diagnosis };
    await tx.updateDelivery({ ...one, snapshot, dueAt: isReady ? now : one.dueAt });
  }
  if (waiting.length > 0 || !over) return waiting.length > 0 && isReady;
  return tellAfterwards(deps, tx, { diagnosis, deliveries });
}

/** Incidents that begin within so short a time are often one that shows piece by piece. */
const togetherMs = 30_000;
const mostOpen = 50;

/** Another incident has just begun, too: both wait their time out, for by then they may have become one. */
async function hasCompany(tx: LedgerTx, incidentId: number, now: Stamp): Promise<boolean> {
  const open = await tx.incidents({ state: "open", limit: mostOpen });
  return open.some(
    ({ id, quiet, detectedAt }) => id !== incidentId && !quiet && elapsedMs(detectedAt, now) < togetherMs,
  );
}

async function tellAfterwards(
  { clock, site, checks }: DiagnosisNewsDeps,
  tx: LedgerTx,
  { diagnosis, deliveries }: { readonly diagnosis: OfIncident; readonly deliveries: readonly Delivery[] },
): Promise<boolean> {
  const incident = await tx.incident(diagnosis.incidentId);
  const [first] = diagnosis.causes;
  if (incident === null || !isOpen(incident) || first === undefined || first.probability < worthTelling) return false;
  if (deliveries.some((one) => knows(one, first.id))) return false;
  const facts = { reads: tx, clock, site: site(), checks: checks(), kind: "diagnosed", incident, by: null } as const;
  const queued = await queueNotices(
    tx,
    { clock, site },
    { incident, kind: "diagnosed", snapshot: { ...(await noticeSnapshot(facts)), diagnosis } },
  );
  return queued.length > 0;
}

/** Somebody was told of this cause already. */
function knows({ snapshot }: Delivery, causeId: string): boolean {
  const told = (snapshot as NoticeSnapshot).diagnosis?.causes[0];
  return told !== undefined && told.id === causeId && told.probability >= worthTelling;
}
