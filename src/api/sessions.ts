import { later, remainingMs, stampNow, type Clock } from "../kernel/clock.ts";
import type { Actor } from "../kernel/event.ts";
import { randomToken } from "../kernel/ids.ts";
import type { Ledger, Session } from "../storage/ledger/ledger.ts";
import { sha256 } from "./tokens.ts";

const sessionLifeMs = 12 * 3_600_000;

interface SessionDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Opens a session of its own secret, whatever the browser carried before. @returns the secret for the cookie */
export async function openSession({ ledger, clock }: SessionDeps, actor: Actor): Promise<string> {
  const secret = randomToken();
  await ledger.transaction(async (tx) => {
    await tx.putSession({
      hash: sha256(secret),
      actor,
      csrf: randomToken(),
      expiresAt: later(stampNow(clock), sessionLifeMs),
    });
    await tx.append({ kind: "session.opened", actor, incidentId: null, data: { forMs: sessionLifeMs } });
  });
  return secret;
}

/** @returns null when there is no such session or its 12 hours are over */
export async function readSession({ ledger, clock }: SessionDeps, secret: string): Promise<Session | null> {
  const session = await ledger.read.session(sha256(secret));
  return session === null || remainingMs(clock, session.expiresAt) <= 0 ? null : session;
}

export async function closeSession({ ledger }: SessionDeps, hash: string): Promise<void> {
  await ledger.transaction(async (tx) => tx.deleteSession(hash));
}

/** Cookies know no ports: two hubs on one machine must not throw out each other's session. */
export function sessionCookieName(port: number): string {
  return `koboshi-session-${port}`;
}

/** @param cookie.secure true when the browser came by https */
export function sessionCookie(cookie: { name: string; secret: string; secure: boolean }): string {
  return writeCookie({ ...cookie, value: cookie.secret, maxAgeSeconds: sessionLifeMs / 1_000 });
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
