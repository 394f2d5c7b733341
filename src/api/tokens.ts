import { createHash, timingSafeEqual } from "node:crypto";
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { tokenScopes, type TokenScope } from "../kernel/access.ts";
import { elapsedMs, later, remainingMs, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import { randomToken } from "../kernel/ids.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { ApiToken } from "../storage/ledger/nouns/accounts.ts";

/** What a person pastes once to become this hub's user; printed at start, never stored. */
export interface StartToken {
  /**
   * Makes a new one; an earlier one is void. Good once, for 15 minutes.
   * @param options.recover good although an administrator has an account: the owner of the machine says so
   */
  issue(options?: { readonly recover?: boolean }): string;
  /** Could one be redeemed now? */
  isOffered(hasAdmin: boolean): boolean;
  /** true once for the right text in time; never where an administrator can sign in, unless made to recover */
  redeem(text: string, hasAdmin?: boolean): boolean;
}

const startTokenLifeMs = 15 * 60_000;

export function createStartToken(clock: Clock): StartToken {
  let current: { hash: string; until: Stamp; recover: boolean } | null = null;

  function offered(hasAdmin: boolean): { hash: string } | null {
    if (current === null || remainingMs(clock, current.until) <= 0) return null;
    return hasAdmin && !current.recover ? null : current;
  }

  return {
    issue(options = {}) {
      const token = randomToken();
      const until = later(stampNow(clock), startTokenLifeMs);
      current = { hash: sha256(token), until, recover: options.recover === true };
      return token;
    },
    isOffered: (hasAdmin) => offered(hasAdmin) !== null,
    redeem(text, hasAdmin = false) {
      const good = offered(hasAdmin);
      if (good === null || !sameText(sha256(text), good.hash)) return false;
      current = null;
      return true;
    },
  };
}

const tokenText = /^kb_([a-z0-9][a-z0-9-]{0,39})_([0-9a-z]{20,80})$/;
const tokenName = /^[a-z0-9][a-z0-9-]{0,39}$/;
const leastLifeMs = 3_600_000;
const longestLifeMs = 3_653 * 86_400_000;
export const usualLifeMs = 90 * 86_400_000;
/** when a token was last used is kept this coarsely: a program that asks every second must not write every second */
const usedEveryMs = 3_600_000;

interface TokenDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** null: it does not expire */
  readonly lifeMs: number | null;
  readonly actor: Actor;
  /** the client's address; null: on the machine itself */
  readonly from: string | null;
}

/**
 * Makes an API token and keeps only its hash. A name can be used again once its token was revoked or has expired.
 * @returns what its owner keeps, `kb_NAME_…`; it is told this once. KB3006, KB3008
 */
export async function createApiToken(
  { ledger, clock }: TokenDeps,
  { name, scopes, lifeMs, actor, from }: NewToken,
): Promise<Result<string, KoboshiError>> {
  if (!tokenName.test(name)) return err(new KoboshiError("KB3006", { why: "token-name" }));
  if (scopes.length === 0) return err(new KoboshiError("KB3006", { why: "scopes" }));
  if (lifeMs !== null && (lifeMs < leastLifeMs || lifeMs > longestLifeMs)) {
    return err(new KoboshiError("KB3006", { why: "expires" }));
  }
  const token = `kb_${name}_${randomToken()}`;
  const createdAt = stampNow(clock);
  const kept: ApiToken = {
    name,
    hash: sha256(token),
    scopes: tokenScopes.filter((scope) => scopes.includes(scope)),
    createdBy: actor,
    createdAt,
    expiresAt: lifeMs === null ? null : later(createdAt, lifeMs),
    lastUsedAt: null,
    revokedAt: null,
  };
  return ledger.transaction(async (tx) => {
    const before = await tx.apiToken(name);
    if (before !== null && isGood(clock, before)) return err(new KoboshiError("KB3008", { name }));
    await tx.putApiToken(kept);
    const data = { name, scopes: kept.scopes, forMs: lifeMs, ...(from === null ? {} : { from }) };
    await tx.append({ kind: "token.created", actor, incidentId: null, data });
    return ok(token);
  });
}

/** Voids a token at once. Twice is not an error. @returns KB1002 when there is none of this name */
export async function revokeApiToken(
  { ledger, clock }: TokenDeps,
  { name, actor, from }: Pick<NewToken, "name" | "actor" | "from">,
): Promise<Result<ApiToken, KoboshiError>> {
  return ledger.transaction(async (tx) => {
    const token = await tx.apiToken(name);
    if (token === null) return err(new KoboshiError("KB1002", { what: name }));
    if (token.revokedAt !== null) return ok(token);
    const revoked = { ...token, revokedAt: stampNow(clock) };
    await tx.putApiToken(revoked);
    const data = { name, ...(from === null ? {} : { from }) };
    await tx.append({ kind: "token.revoked", actor, incidentId: null, data });
    return ok(revoked);
  });
}

/** @returns the token shown, or null when it is not ours or good no more */
export async function readApiToken({ ledger, clock }: TokenDeps, text: string): Promise<ApiToken | null> {
  const name = tokenText.exec(text)?.[1];
  const token = name === undefined ? null : await ledger.read.apiToken(name);
  if (token === null || !sameText(sha256(text), token.hash) || !isGood(clock, token)) return null;
  return token;
}

/** Remembers that a token was used, to within an hour. */
export async function noteTokenUse({ ledger, clock }: TokenDeps, { name, lastUsedAt }: ApiToken): Promise<void> {
  const now = stampNow(clock);
  if (lastUsedAt !== null && elapsedMs(lastUsedAt, now) < usedEveryMs) return;
  await ledger.transaction(async (tx) => {
    const token = await tx.apiToken(name);
    if (token !== null) await tx.putApiToken({ ...token, lastUsedAt: now });
  });
}

/** Neither revoked nor past its day. */
export function isGood(clock: Clock, { expiresAt, revokedAt }: ApiToken): boolean {
  return revokedAt === null && (expiresAt === null || remainingMs(clock, expiresAt) > 0);
}

export const cliTokenFile = "cli-token";

/**
 * Writes the token the command line on this machine shows, readable by its owner alone, new at every start.
 * @returns the token's sha256: the hub itself need not keep the text
 */
export async function writeCliToken(dataFolder: string): Promise<string> {
  const token = randomToken();
  const file = path.join(dataFolder, cliTokenFile);
  const fresh = `${file}.${randomToken().slice(0, 8)}`;
  const handle = await open(fresh, "wx", 0o600);
  try {
    await handle.writeFile(`${token}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
  return sha256(token);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares in a time that does not tell how much was right. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
