import ipaddr from "ipaddr.js";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import { later, remainingMs, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { randomToken } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { LedgerTx } from "../storage/ledger/ledger.ts";
import type { Account } from "../storage/ledger/nouns/accounts.ts";
import { accountName, type AccountDeps } from "./accounts.ts";
import { createRefusalLog } from "./accounts-refused.ts";
import { checkPassword, hashPassword } from "./passwords.ts";
import { createBackoff } from "./rate-limit.ts";
import { addSession } from "./sessions.ts";
import { sha256 } from "./tokens.ts";
import { hashRecoveryCode, matchTotp, openTotp } from "./totp.ts";

export interface DoormanDeps extends AccountDeps {
  readonly log: Log;
}

/** Where a try comes from. */
export interface Client {
  readonly address: string;
  readonly agent: string;
}

/** Signed in: the session's secret for the cookie. Or the password was right and the second factor is asked for. */
export type Entered =
  | { readonly step: "in"; readonly account: Account; readonly secret: string }
  | { readonly step: "code"; readonly ticket: string };

/** Lets people in, and holds back those who guess. Names nobody has cost the same work and get the same answers. */
export interface Doorman {
  /** @returns KB3004 while one has to wait, KB3007 when name or password is wrong */
  enter(input: { name: string; password: string } & Client): Promise<Result<Entered, KoboshiError>>;
  /** The second step, by the app's code or a recovery code. KB3003 when the first was too long ago, KB3004, KB3007 */
  enterCode(input: { ticket: string; code: string } & Client): Promise<Result<Entered, KoboshiError>>;
  /** Asks for the password once more before something grave. KB3004, KB3007 */
  confirm(input: { name: string; password: string } & Client): Promise<Result<Account, KoboshiError>>;
}

/** A forgotten password is found within a few tries; a guesser gets about a hundred a day. */
const perName = { free: 5, firstMs: 1_000, longestMs: 15 * 60_000 };
/** an office behind one address has several people */
const perAddress = { free: 20, firstMs: 1_000, longestMs: 15 * 60_000 };

const ticketLifeMs = 5 * 60_000;
const mostTickets = 1_000;
const codesPerTicket = 5;

interface Ticket {
  readonly name: string;
  readonly until: Stamp;
  left: number;
}

export function createDoorman(deps: DoormanDeps): Doorman {
  const { ledger } = deps;
  const knock = createKnocking(deps.clock);
  const refusals = createRefusalLog(deps);
  const tickets = createTickets(deps.clock);

  async function byPassword(typed: string, password: string, address: string): Promise<Result<Account, KoboshiError>> {
    const name = accountName(typed);
    const knocked = knock(name, address);
    if (!knocked.ok) return knocked;
    const account = await ledger.read.account(name);
    const { right, outdated } = await checkPassword(password, account?.password ?? null);
    if (account === null || !right) {
      refusals.tell({ name: account?.name ?? null, address });
      return err(new KoboshiError("KB3007"));
    }
    knocked.value.opened();
    return ok(outdated ? await rehash(deps, account, password) : account);
  }

  async function byCode(name: string, code: string, client: Client): Promise<Result<Entered, KoboshiError>> {
    const knocked = knock(name, client.address);
    if (!knocked.ok) return knocked;
    const account = await ledger.read.account(name);
    const used = account === null ? null : await codeUsed(deps, account, code);
    const entered = account === null || used === null ? null : await letIn(deps, { account, used, client });
    if (entered?.ok === true) {
      knocked.value.opened();
      return entered;
    }
    refusals.tell({ name, address: client.address });
    return err(new KoboshiError("KB3007"));
  }

  return {
    async enter({ name, password, ...client }) {
      const found = await byPassword(name, password, client.address);
      if (!found.ok) return found;
      if (found.value.totp !== null) return ok({ step: "code", ticket: tickets.issue(found.value.name) });
      return letIn(deps, { account: found.value, used: { by: "password" }, client });
    },
    async enterCode({ ticket, code, ...client }) {
      const name = tickets.use(ticket);
      if (name === null) return err(new KoboshiError("KB3003"));
      const entered = await byCode(name, code, client);
      if (entered.ok) tickets.end(ticket);
      return entered;
    },
    confirm: ({ name, password, address }) => byPassword(name, password, address),
  };
}

/** A try that was counted as failed before it was looked at, so that many at once are not looked at for free. */
interface Knock {
  opened(): void;
}

type Knocking = (name: string, address: string) => Result<Knock, KoboshiError>;

function createKnocking(clock: Clock): Knocking {
  const byName = createBackoff(clock, perName);
  const byAddress = createBackoff(clock, perAddress);
  return (name, address) => {
    const net = network(address);
    const pair = `${sha256(name)} ${net}`;
    const waitMs = Math.max(byName.waitMs(pair), byAddress.waitMs(net));
    if (waitMs > 0) return err(new KoboshiError("KB3004", { waitSeconds: Math.ceil(waitMs / 1_000) }));
    byName.fail(pair);
    byAddress.fail(net);
    return ok({
      opened() {
        byName.forgive(pair);
        byAddress.forgive(net);
      },
    });
  };
}

/** Between password and code: good for a few codes and a few minutes, kept in memory alone. */
interface Tickets {
  issue(name: string): string;
  /** whose it is; null when it is not ours, too old or tried too often */
  use(ticket: string): string | null;
  end(ticket: string): void;
}

function createTickets(clock: Clock): Tickets {
  const held = new Map<string, Ticket>();
  return {
    issue(name) {
      const ticket = randomToken();
      const oldest = held.size >= mostTickets ? held.keys().next().value : undefined;
      if (oldest !== undefined) held.delete(oldest);
      held.set(sha256(ticket), { name, until: later(stampNow(clock), ticketLifeMs), left: codesPerTicket });
      return ticket;
    },
    use(ticket) {
      const found = held.get(sha256(ticket));
      if (found === undefined) return null;
      if (found.left <= 0 || remainingMs(clock, found.until) <= 0) {
        held.delete(sha256(ticket));
        return null;
      }
      found.left -= 1;
      return found.name;
    },
    end(ticket) {
      held.delete(sha256(ticket));
    },
  };
}

/** What opened the door, to be used up with the opening. */
type Used =
  | { readonly by: "password" }
  | { readonly by: "totp"; readonly step: number }
  | { readonly by: "recovery-code"; readonly hash: string };

/** Opens a session and uses up what opened the door, together or not at all. */
async function letIn(
  { ledger, clock }: DoormanDeps,
  { account, used, client }: { account: Account; used: Used; client: Client },
): Promise<Result<Entered, KoboshiError>> {
  return ledger.transaction(async (tx) => {
    const fresh = await use(tx, account, used);
    if (fresh === null) return err(new KoboshiError("KB3007"));
    const { name } = account;
    const seen = { ...fresh, lastLoginAt: stampNow(clock) };
    await tx.putAccount(seen);
    const actor = `person:${name}` as const;
    const secret = await addSession({ clock }, tx, { actor, account: name, ...client });
    const left = used.by === "recovery-code" ? { left: fresh.recovery.length } : {};
    const data = { by: used.by, from: client.address, ...left };
    await tx.append({ kind: "session.opened", actor, incidentId: null, data });
    return ok({ step: "in", account: seen, secret });
  });
}

/** @returns null when the code is neither */
async function codeUsed({ site, clock, log }: DoormanDeps, account: Account, code: string): Promise<Used | null> {
  const hash = hashRecoveryCode(code);
  if (account.recovery.includes(hash)) return { by: "recovery-code", hash };
  if (account.totp === null) return null;
  const { sealed, lastStep } = account.totp;
  const secret = await openTotp(site().hub.dataFolder, account.name, sealed).catch((thrown: unknown) => {
    log.error("a second factor cannot be opened", { account: account.name, error: errorText(thrown) });
    return null;
  });
  const step = secret === null ? null : matchTotp(secret, { code, atMs: clock.nowMs(), lastStep });
  return step === null ? null : { by: "totp", step };
}

/**
 * The account as it is now with what opened the door used up; null when someone else was quicker, or the account changed
 * meanwhile.
 */
async function use(tx: LedgerTx, account: Account, used: Used): Promise<Account | null> {
  const now = await tx.account(account.name);
  if (now === null) return null;
  if (used.by === "password") return now.totp === null && now.password === account.password ? now : null;
  if (used.by === "recovery-code") {
    return now.recovery.includes(used.hash)
      ? { ...now, recovery: now.recovery.filter((one) => one !== used.hash) }
      : null;
  }
  return now.totp !== null && used.step > now.totp.lastStep
    ? { ...now, totp: { ...now.totp, lastStep: used.step } }
    : null;
}

/** The same password with today's amount of work, unless it was replaced meanwhile. */
async function rehash({ ledger }: DoormanDeps, account: Account, password: string): Promise<Account> {
  const hashed = { ...account, password: await hashPassword(password) };
  return ledger.transaction(async (tx) => {
    const now = await tx.account(account.name);
    if (now?.password !== account.password) return account;
    await tx.putAccount({ ...now, password: hashed.password });
    return hashed;
  });
}

/** One network counts as one address: whoever has an IPv6 address has 2^64 of them. */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === "ipv4" ? parsed.toString() : parsed.toByteArray().slice(0, 8).join(".");
}
