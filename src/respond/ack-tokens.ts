import { createHash, timingSafeEqual } from "node:crypto";
import { elapsedMs, later, remainingMs, type Clock, type Stamp } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";
import { derive, keepNoticeKey } from "./kept-secrets.ts";

const hourMs = 3_600_000;
const validMs = 24 * hourMs;
const renewedEveryMs = 12 * hourMs; // so that a reminder's link is good for at least half a day
const tokenBytes = 16; // 128 bits
const longestTokenChars = 64;

export interface AckSubject {
  readonly incident: Pick<Incident, "id" | "detectedAt">;
  /** person's key */
  readonly person: string;
  /** when the notice that carries it was queued */
  readonly at: Stamp;
}

/** Which half day of the incident a notice falls into; its token follows from that, so a retry carries the same one. */
function halfDay({ incident, at }: AckSubject): number {
  return Math.floor(elapsedMs(incident.detectedAt, at) / renewedEveryMs);
}

/** The token of a person for an incident; only who holds the key can say it. */
export function ackToken(key: Secret, subject: AckSubject): string {
  const facts = [subject.incident.id, subject.person, halfDay(subject)];
  return derive(key, "acknowledge", facts).subarray(0, tokenBytes).toString("base64url");
}

/** Makes the token good, by its hash alone, until 24 h after it can first have been sent. Doing it twice changes nothing. */
export async function mintAckToken(tx: LedgerTx, subject: AckSubject): Promise<void> {
  await tx.putAckToken({
    hash: hashOf(ackToken(await keepNoticeKey(tx), subject)),
    incidentId: subject.incident.id,
    person: subject.person,
    expiresAt: later(subject.incident.detectedAt, halfDay(subject) * renewedEveryMs + validMs),
    voidedAt: null,
  });
}

/** Ends every token that this incident's notices to `person` can have carried. */
export async function voidAckTokens(tx: LedgerTx, subject: AckSubject): Promise<void> {
  const key = await keepNoticeKey(tx);
  for (const at of [subject.at, later(subject.at, -renewedEveryMs)]) {
    const known = await tx.ackToken(hashOf(ackToken(key, { ...subject, at })));
    if (known !== null) await tx.putAckToken({ ...known, voidedAt: subject.at });
  }
}

/** Whose token this is and for what. Unknown, replaced, void or too old: KB3003, and which of them is not told. */
export async function checkAckToken(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
  token: string,
): Promise<Result<{ incidentId: number; person: string }, KoboshiError>> {
  const refused = err(new KoboshiError("KB3003"));
  if (token.length > longestTokenChars) return refused;
  const hash = hashOf(token);
  const known = await ledger.read.ackToken(hash);
  if (known === null || !timingSafeEqual(Buffer.from(known.hash), Buffer.from(hash))) return refused;
  if (known.voidedAt !== null || remainingMs(clock, known.expiresAt) === 0) return refused;
  const incident = await ledger.read.incident(known.incidentId);
  if (incident === null || !isOpen(incident)) return refused;
  return ok({ incidentId: known.incidentId, person: known.person });
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
