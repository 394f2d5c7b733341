import { createHash, timingSafeEqual } from "node:crypto";
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { later, remainingMs, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import type { Actor } from "../kernel/event.ts";
import { randomToken } from "../kernel/ids.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

/** What a person pastes once to become this hub's user; printed at start, never stored. */
export interface StartToken {
  /** makes a new one; an earlier one is void. Good once, for 15 minutes. */
  issue(): string;
  /** true once for the right text in time */
  redeem(text: string): boolean;
}

const startTokenLifeMs = 15 * 60_000;

export function createStartToken(clock: Clock): StartToken {
  let current: { hash: string; until: Stamp } | null = null;
  return {
    issue() {
      const token = randomToken();
      current = { hash: sha256(token), until: later(stampNow(clock), startTokenLifeMs) };
      return token;
    },
    redeem(text) {
      if (current === null || remainingMs(clock, current.until) <= 0) return false;
      if (!sameText(sha256(text), current.hash)) return false;
      current = null;
      return true;
    },
  };
}

/** What an API token may do. */
export type TokenScope = "read" | "change";

interface StoredToken {
  readonly sha256: string;
  readonly scope: TokenScope;
}

const tokenText = /^kb_([a-z0-9][a-z0-9-]{0,39})_([0-9a-z]{20,80})$/;

/** Makes an API token and keeps only its hash; the same name replaces the token it had. @returns what the caller keeps */
export async function issueApiToken(ledger: Ledger, name: string, scope: TokenScope): Promise<string> {
  const token = `kb_${name}_${randomToken()}`;
  if (!tokenText.test(token)) throw new Error(`token name ${JSON.stringify(name)} is not a-z, 0-9 and -`);
  const stored: StoredToken = { sha256: sha256(token), scope };
  await ledger.transaction(async (tx) => tx.putSetting(`token:${name}`, JSON.stringify(stored)));
  return token;
}

/** @returns who the token speaks for, or null when it is not ours */
export async function readApiToken(
  ledger: Ledger,
  token: string,
): Promise<{ readonly actor: Actor; readonly scope: TokenScope } | null> {
  const name = tokenText.exec(token)?.[1];
  if (name === undefined) return null;
  const setting = await ledger.read.setting(`token:${name}`);
  if (setting === null) return null;
  const stored = JSON.parse(setting) as StoredToken;
  return sameText(sha256(token), stored.sha256) ? { actor: `token:${name}`, scope: stored.scope } : null;
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
