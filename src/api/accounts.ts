import type { Role } from "../kernel/access.ts";
import { stampNow, type Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import { randomId } from "../kernel/ids.ts";
import type { Site } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { Secret } from "../kernel/secret.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";
import type { Account } from "../storage/ledger/nouns/accounts.ts";
import { hashPassword, judgePassword } from "./passwords.ts";
import { dropSessions } from "./sessions.ts";

export interface AccountDeps {
  site(): Site;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Who changes an account, and from which address; null: on the machine itself. */
export interface By {
  readonly actor: Actor;
  readonly from: string | null;
}

/** An account, and the password that was made for it: told once, to be replaced at the first sign-in. */
export interface Handed {
  readonly account: Account;
  /** null: the caller chose it */
  readonly password: Secret | null;
}

/** 75 bits in groups that can be read out on the telephone. */
const temporaryBits = 75;

/** The same name typed on another keyboard is the same name. */
export function accountName(typed: string): string {
  return typed.normalize("NFKC").trim();
}

/** Words a guesser would try first for this account. */
export function namesAround(site: Site, name: string): readonly string[] {
  return [name, site.people.get(name)?.name ?? "", ...site.name.split(/\s+/), "koboshi"];
}

/**
 * Makes an account. A password chosen by someone else opens only the form that replaces it.
 * @param input.password null: one is made and handed back
 * @param input.own the person chose it
 * @returns KB3006 when name or password is refused, KB3008 when the name is taken
 */
export async function createAccount(
  deps: AccountDeps,
  input: { name: string; role: Role; password: string | null; own: boolean } & By,
): Promise<Result<Handed, KoboshiError>> {
  const name = accountName(input.name);
  if (!/^[^\s:@/\p{C}]{1,64}$/u.test(name)) return err(new KoboshiError("KB3006", { why: "name" }));
  const chosen = await choosePassword(deps, name, input.password);
  if (!chosen.ok) return chosen;
  const { hash, password } = chosen.value;
  const { role, actor, from } = input;
  const account: Account = {
    name,
    role,
    password: hash,
    mustChange: password !== null || !input.own,
    totp: null,
    recovery: [],
    createdAt: stampNow(deps.clock),
    lastLoginAt: null,
  };
  return deps.ledger.transaction(async (tx) => {
    if ((await tx.account(name)) !== null) return err(new KoboshiError("KB3008", { name }));
    await tx.putAccount(account);
    // the start token's sessions may do everything; from now on an administrator's account stands for that
    if (role === "admin") await dropSessions(tx, null);
    await tx.append({ kind: "account.created", actor, incidentId: null, data: { name, role, ...fromOf(from) } });
    return ok({ account, password });
  });
}

/** Gives another role and ends the account's sessions, so that the new role begins with a new secret. KB1002, KB3009 */
export async function changeRole(
  { ledger }: Pick<AccountDeps, "ledger">,
  { name, role, actor, from }: { name: string; role: Role } & By,
): Promise<Result<Account, KoboshiError>> {
  return ledger.transaction(async (tx) => {
    const account = await tx.account(name);
    if (account === null) return err(new KoboshiError("KB1002", { what: name }));
    if (account.role === role) return ok(account);
    if (await isLastAdmin(tx, account)) return err(new KoboshiError("KB3009", { name }));
    const changed = { ...account, role };
    await tx.putAccount(changed);
    await dropSessions(tx, name);
    const data = { name, what: "role", before: account.role, role, ...fromOf(from) };
    await tx.append({ kind: "account.changed", actor, incidentId: null, data });
    return ok(changed);
  });
}

/**
 * Gives someone who cannot sign in another password, and ends all their sessions.
 * @param input.own the person chose it
 * @param input.dropTotp also forgets the second factor and its recovery codes
 * @returns KB1002, KB3006
 */
export async function resetAccount(
  deps: AccountDeps,
  input: { name: string; password: string | null; own: boolean; dropTotp: boolean } & By,
): Promise<Result<Handed, KoboshiError>> {
  const { name, actor, from, dropTotp } = input;
  const chosen = await choosePassword(deps, name, input.password);
  if (!chosen.ok) return chosen;
  const { hash, password } = chosen.value;
  return deps.ledger.transaction(async (tx) => {
    const account = await tx.account(name);
    if (account === null) return err(new KoboshiError("KB1002", { what: name }));
    const factor = dropTotp ? { totp: null, recovery: [] } : {};
    const changed = { ...account, ...factor, password: hash, mustChange: password !== null || !input.own };
    await tx.putAccount(changed);
    await dropSessions(tx, name);
    const what = dropTotp && account.totp !== null ? "reset-totp" : "reset";
    await tx.append({ kind: "account.changed", actor, incidentId: null, data: { name, what, ...fromOf(from) } });
    return ok({ account: changed, password });
  });
}

/** Removes an account with its sessions; what it did stays in the ledger. KB1002, KB3009 */
export async function removeAccount(
  { ledger }: Pick<AccountDeps, "ledger">,
  { name, actor, from }: { name: string } & By,
): Promise<Result<Account, KoboshiError>> {
  return ledger.transaction(async (tx) => {
    const account = await tx.account(name);
    if (account === null) return err(new KoboshiError("KB1002", { what: name }));
    if (await isLastAdmin(tx, account)) return err(new KoboshiError("KB3009", { name }));
    await tx.deleteAccount(name);
    await tx.append({ kind: "account.removed", actor, incidentId: null, data: { name, ...fromOf(from) } });
    return ok(account);
  });
}

interface Chosen {
  readonly hash: string;
  /** null: it was chosen by the caller */
  readonly password: Secret | null;
}

async function choosePassword(
  { site }: Pick<AccountDeps, "site">,
  name: string,
  password: string | null,
): Promise<Result<Chosen, KoboshiError>> {
  if (password === null) {
    const made = (randomId(temporaryBits).match(/.{1,5}/g) ?? []).join("-");
    return ok({ hash: await hashPassword(made), password: new Secret(made, "made here") });
  }
  const judged = judgePassword(password, namesAround(site(), name));
  return judged.ok ? ok({ hash: await hashPassword(password), password: null }) : judged;
}

/** Someone must be able to let others in. */
async function isLastAdmin(tx: LedgerTx, { name, role }: Account): Promise<boolean> {
  if (role !== "admin") return false;
  const all = await tx.accounts();
  return !all.some((other) => other.role === "admin" && other.name !== name);
}

export function fromOf(from: string | null): { from?: string } {
  return from === null ? {} : { from };
}
