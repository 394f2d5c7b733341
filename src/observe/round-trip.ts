import { randomBytes } from "node:crypto";
import { stop, type Attempt, type Phase, type Step, type Stop } from "../clients/attempt.ts";
import { openImap, type Imap } from "../clients/imap.ts";
import { officeOf, postMail, type PostOffice } from "../clients/mailbox-post.ts";
import { roundTripSubject, sweepByImap, takeByImap, takeByPop3, type Sought } from "../clients/mailbox-sweep.ts";
import { openPop3, type Pop3 } from "../clients/pop3.ts";
import { ok } from "../kernel/result.ts";
import { roundTripWords } from "../words/round-trip.ts";
import { dialMailbox, readMailboxUrl, type MailboxSpec } from "./mailbox-check.ts";

/** Pauses between two looks into the mailbox; the last one repeats. A POP3 look is a whole login. */
const imapPausesMs = [200, 300, 500, 1_000, 2_000];
const pop3PausesMs = [500, 1_000, 2_000, 4_000];
/** Left for the last look and for closing. */
const reserveMs = 1_500;
const pause: Phase = { layer: "application", timing: null, limitMs: Infinity };

export interface RoundTrip {
  readonly read: string;
  readonly mailbox: MailboxSpec;
  readonly from: string;
  readonly to: string;
  /** null: where the address' domain takes its mail in */
  readonly office: PostOffice | null;
  readonly withinMs: number;
  readonly caFile: string | null;
}

/** A mailbox of either protocol, open for one round. */
interface Box {
  readonly pausesMs: readonly number[];
  /** whether the mail has arrived; it is removed then */
  take(sought: Sought): Promise<Step<boolean>>;
  close(): Promise<void>;
}

/**
 * Opens the mailbox, so that a wrong password is told before anything is sent; tidies it; sends a mail; waits for it and
 * removes it. Times count from the beginning of the sending.
 */
export async function goRound(attempt: Attempt, trip: RoundTrip): Promise<Stop | null> {
  const opened = readMailboxUrl(trip.read).isPop3
    ? await openBoxByPop3(attempt, trip)
    : await openBoxByImap(attempt, trip);
  if (!opened.ok) return opened.error;
  const box = opened.value;
  const mailboxAddress = attempt.address;
  const begunMs = attempt.elapsedMs();
  const subject = roundTripSubject(attempt.clock.nowMs(), randomBytes(8).toString("hex"));
  const sent = await send(attempt, trip, subject);
  if (!sent.ok) {
    await box.close();
    return sent.error;
  }
  attempt.address = mailboxAddress;
  const acceptedMs = attempt.elapsedMs();
  attempt.facts["acceptedMs"] = Math.round(acceptedMs - begunMs);
  const arrived = await waitFor(attempt, box, subject);
  if (!arrived.ok) return arrived.error;
  await box.close();
  if (!arrived.value) return undelivered(attempt.elapsedMs() - acceptedMs);
  const tookMs = attempt.elapsedMs() - begunMs;
  attempt.facts["deliveryMs"] = Math.round(attempt.elapsedMs() - acceptedMs);
  attempt.facts["roundTripMs"] = Math.round(tookMs);
  return tookMs <= trip.withinMs ? null : slow(tookMs, trip.withinMs);
}

async function send(attempt: Attempt, trip: RoundTrip, subject: string): Promise<Step<null>> {
  const office = trip.office === null ? await takingOffice(attempt, trip) : ok(trip.office);
  if (!office.ok) return office;
  attempt.facts["sentBy"] = `${office.value.host}:${office.value.port}`;
  const text = [roundTripWords("ja").body, roundTripWords("en").body].join("\n\n");
  return postMail(attempt, office.value, { from: trip.from, to: trip.to, subject, text });
}

async function takingOffice(attempt: Attempt, { to, caFile }: RoundTrip): Promise<Step<PostOffice>> {
  const found = await officeOf(attempt, to);
  return found.ok ? ok({ ...found.value, isImplicit: false, login: null, caFile }) : found;
}

/** @returns false when the time is over and it is not there */
async function waitFor(attempt: Attempt, box: Box, subject: string): Promise<Step<boolean>> {
  const pauses = [...box.pausesMs];
  for (;;) {
    const taken = await box.take({ subject, nowMs: attempt.clock.nowMs() });
    if (!taken.ok || taken.value) return taken;
    const nextMs = (pauses.length > 1 ? pauses.shift() : pauses[0]) ?? 0;
    if (attempt.remainingMs() < nextMs + reserveMs) return ok(false);
    const rested = await rest(attempt, nextMs);
    if (!rested.ok) return rested;
  }
}

function rest(attempt: Attempt, forMs: number): Promise<Step<null>> {
  return attempt.phase<null>(pause, (settle) => {
    const timer = attempt.clock.after(forMs, () => settle(ok(null)));
    return () => timer.cancel();
  });
}

async function openBoxByImap(attempt: Attempt, trip: RoundTrip): Promise<Step<Box>> {
  const dialled = await dialMailbox(attempt, trip.read, trip.mailbox);
  if (!dialled.ok) return dialled;
  const opened = await openImap(attempt, dialled.value.socket, dialled.value.wanted);
  if (!opened.ok) return opened;
  const session: Imap = opened.value;
  const selected = await session.command("SELECT INBOX");
  if (!selected.ok) return selected;
  const swept = await sweepByImap(session, attempt.clock.nowMs());
  if (!swept.ok) return swept;
  noteSwept(attempt, swept.value);
  return ok({ pausesMs: imapPausesMs, take: (sought) => takeByImap(session, sought), close: () => session.logout() });
}

/** What has arrived since a login is not seen in it, so that each look is a session of its own. */
async function openBoxByPop3(attempt: Attempt, trip: RoundTrip): Promise<Step<Box>> {
  const tried = await pop3Session(attempt, trip);
  if (!tried.ok) return tried;
  await tried.value.quit();
  return ok({
    pausesMs: pop3PausesMs,
    async take(sought) {
      const session = await pop3Session(attempt, trip);
      if (!session.ok) return session;
      const taken = await takeByPop3(session.value, sought);
      await session.value.quit();
      if (!taken.ok) return taken;
      noteSwept(attempt, taken.value.swept);
      return ok(taken.value.found);
    },
    close: () => Promise.resolve(),
  });
}

async function pop3Session(attempt: Attempt, trip: RoundTrip): Promise<Step<Pop3>> {
  const dialled = await dialMailbox(attempt, trip.read, trip.mailbox);
  return dialled.ok ? openPop3(attempt, dialled.value.socket, dialled.value.wanted) : dialled;
}

function noteSwept(attempt: Attempt, count: number): void {
  if (count > 0) attempt.facts["leftoversRemoved"] = Number(attempt.facts["leftoversRemoved"] ?? 0) + count;
}

function undelivered(waitedMs: number): Stop {
  const text = `accepted for delivery, and not in the mailbox ${Math.round(waitedMs / 1_000)} s later`;
  return stop("application", "not-delivered", text).error;
}

function slow(tookMs: number, withinMs: number): Stop {
  const text = `took ${Math.round(tookMs)} ms, expected within ${withinMs} ms`;
  return { outcome: "degraded", layer: "application", code: "slow", text };
}
