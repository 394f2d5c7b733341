import { elapsedMs, later, remainingMs, stampNow, type Clock } from "../kernel/clock.ts";
import type { Actor } from "../kernel/event.ts";
import { randomToken } from "../kernel/ids.ts";
import type { Ledger, LedgerTx, Session } from "../storage/ledger/ledger.ts";
import { sha256 } from "./tokens.ts";

/** A session of the start token is for the first steps; it ends after half a day however much it is used. */
const startLifeMs = 12 * 3_600_000;
/** One of an account ends when nobody used it for half a day, and after a month in any case. */
const idleMs = 12 * 3_600_000;
const accountLifeMs = 30 * 86_400_000;
/** when it was last used is kept this coarsely: a page that refreshes itself must not write each time */
const seenEveryMs = 5 * 60_000;
/** a person has a few devices; more sessions than this end oldest first */
const mostSessions = 50;
const longestAgentChars = 160;

interface SessionDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export interface NewSession {
  readonly actor: Actor;
  /** null: by the start token */
  readonly account: string | null;
  /** the client's address, and what its browser calls itself */
  readonly address: string;
  readonly agent: string;
}

/** Opens a session of its own secret, whatever the browser carried before. @returns the secret for the cookie */
export async function openSession(deps: SessionDeps, session: NewSession): Promise<string> {
  return deps.ledger.transaction(async (tx) => {
    const secret = await addSession(deps, tx, session);
    const { actor, account, address } = session;
    const data = { by: account === null ? "start-token" : "password", from: address, forMs: lifeOf(account) };
    await tx.append({ kind: "session.opened", actor, incidentId: null, data });
    return secret;
  });
}

/** Puts a session in place, inside a transaction that tells why. @returns the secret for the cookie */
export async function addSession(
  { clock }: Pick<SessionDeps, "clock">,
  tx: LedgerTx,
  { actor, account, address, agent }: NewSession,
): Promise<string> {
  const secret = randomToken();
  const now = stampNow(clock);
  await dropSpent(clock, tx, account);
  await tx.putSession({
    hash: sha256(secret),
    actor,
    account,
    csrf: randomToken(),
    openedAt: now,
    seenAt: now,
    expiresAt: later(now, lifeOf(account)),
    address,
    agent: agent.slice(0, longestAgentChars),
  });
  return secret;
}

/** Sessions that are over lie in the ledger until someone signs in again. */
async function dropSpent(clock: Clock, tx: LedgerTx, account: string | null): Promise<void> {
  const all = await tx.sessionsOf(account);
  const good = all.filter((one) => isLive(clock, one));
  const now = stampNow(clock);
  const newestFirst = [...good].sort((a, b) => elapsedMs(a.seenAt, now) - elapsedMs(b.seenAt, now));
  const kept = new Set(newestFirst.slice(0, mostSessions - 1).map(({ hash }) => hash));
  for (const { hash } of all) if (!kept.has(hash)) await tx.deleteSession(hash);
}

/** @returns null when there is no such session, or it is over */
export async function readSession({ ledger, clock }: SessionDeps, secret: string): Promise<Session | null> {
  const session = await ledger.read.session(sha256(secret));
  return session === null || !isLive(clock, session) ? null : session;
}

export function isLive(clock: Clock, { account, seenAt, expiresAt }: Session): boolean {
  const idle = account !== null && elapsedMs(seenAt, stampNow(clock)) >= idleMs;
  return !idle && remainingMs(clock, expiresAt) > 0;
}

/** Remembers that a session was used, to within some minutes. */
export async function noteSessionUse({ ledger, clock }: SessionDeps, { hash, seenAt }: Session): Promise<void> {
  const now = stampNow(clock);
  if (elapsedMs(seenAt, now) < seenEveryMs) return;
  await ledger.transaction(async (tx) => {
    const session = await tx.session(hash);
    if (session !== null) await tx.putSession({ ...session, seenAt: now });
  });
}

/** Ends one session, its owner's own or one its owner ends. @returns false when there is none */
export async function closeSession(
  { ledger }: Pick<SessionDeps, "ledger">,
  { hash, actor }: { hash: string; actor: Actor },
): Promise<boolean> {
  return ledger.transaction(async (tx) => {
    const session = await tx.session(hash);
    if (session === null) return false;
    await tx.deleteSession(hash);
    const data = { of: session.actor, from: session.address };
    await tx.append({ kind: "session.closed", actor, incidentId: null, data });
    return true;
  });
}

/** Ends all sessions of an account, inside a transaction that tells why. @returns how many */
export async function dropSessions(tx: LedgerTx, account: string | null): Promise<number> {
  const all = await tx.sessionsOf(account);
  for (const { hash } of all) await tx.deleteSession(hash);
  return all.length;
}

function lifeOf(account: string | null): number {
  return account === null ? startLifeMs : accountLifeMs;
}

/** Cookies know no ports: two hubs on one machine must not throw out each other's session. */
export function sessionCookieName(port: number): string {
  return `koboshi-session-${port}`;
}

/** @param cookie.secure true when the browser came by https */
export function sessionCookie(cookie: {
  name: string;
  secret: string;
  secure: boolean;
  account: string | null;
}): string {
  return writeCookie({ ...cookie, value: cookie.secret, maxAgeSeconds: lifeOf(cookie.account) / 1_000 });
}

export function endedSessionCookie(cookie: { name: string; secure: boolean }): string {
  return writeCookie({ ...cookie, value: "", maxAgeSeconds: 0 });
}

function writeCookie(cookie: { name: string; value: string; secure: boolean; maxAgeSeconds: number }): string {
  const { name, value, secure, maxAgeSeconds } = cookie;
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

/** The value of one cookie; undefined when the browser sent none of that name. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
