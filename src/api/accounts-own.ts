import { KoboshiError } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Account } from "../storage/ledger/nouns/accounts.ts";
import { fromOf, namesAround, type AccountDeps } from "./accounts.ts";
import type { Client } from "./accounts-login.ts";
import { checkPassword, hashPassword, judgePassword } from "./passwords.ts";
import { addSession, dropSessions } from "./sessions.ts";
import { matchTotp, newRecoveryCodes, sealTotp } from "./totp.ts";

// What people do to their own account. Each ends all its sessions and opens one anew: whatever secret was about before,
// it is worth nothing afterwards.

interface Own extends Client {
  readonly name: string;
}

/** The secret of the session that replaces all others, for the cookie. */
export interface Renewed {
  readonly account: Account;
  readonly secret: string;
}

/** @param input.account as it was when its present password was asked for. @returns KB3006, KB1002 */
export async function changeOwnPassword(
  deps: AccountDeps,
  input: { account: Account; password: string } & Client,
): Promise<Result<Renewed, KoboshiError>> {
  const { account, password, ...client } = input;
  const judged = judgePassword(password, namesAround(deps.site(), account.name));
  if (!judged.ok) return judged;
  if ((await checkPassword(password, account.password)).right) return err(new KoboshiError("KB3006", { why: "same" }));
  const hash = await hashPassword(password);
  return renew(deps, {
    name: account.name,
    ...client,
    what: "password",
    change: (now) => ({ ...now, password: hash, mustChange: false }),
  });
}

/**
 * Switches the second factor on with the secret that was shown, once a code proves that the app has it.
 * @returns with eight recovery codes, told this once; KB3007 when the code is wrong
 */
export async function enrolTotp(
  deps: AccountDeps,
  input: Own & { secret: Secret; code: string },
): Promise<Result<Renewed & { readonly codes: readonly string[] }, KoboshiError>> {
  const { secret, code, ...own } = input;
  const step = matchTotp(secret, { code, atMs: deps.clock.nowMs(), lastStep: 0 });
  if (step === null) return err(new KoboshiError("KB3007"));
  const sealed = await sealTotp(deps.site().hub.dataFolder, own.name, secret);
  const { codes, hashes } = newRecoveryCodes();
  const renewed = await renew(deps, {
    ...own,
    what: "totp-on",
    change: (now) => ({ ...now, totp: { sealed, lastStep: step }, recovery: hashes }),
  });
  return renewed.ok ? ok({ ...renewed.value, codes }) : renewed;
}

/** Switches the second factor off and forgets its recovery codes. */
export async function dropTotp(deps: AccountDeps, own: Own): Promise<Result<Renewed, KoboshiError>> {
  return renew(deps, { ...own, what: "totp-off", change: (now) => ({ ...now, totp: null, recovery: [] }) });
}

/** Eight new recovery codes; those before are void. */
export async function renewRecoveryCodes(
  deps: AccountDeps,
  own: Own,
): Promise<Result<Renewed & { readonly codes: readonly string[] }, KoboshiError>> {
  const { codes, hashes } = newRecoveryCodes();
  const renewed = await renew(deps, {
    ...own,
    what: "recovery-codes",
    change: (now) => ({ ...now, recovery: hashes }),
  });
  return renewed.ok ? ok({ ...renewed.value, codes }) : renewed;
}

/** Ends every session of an account, the present one too. @returns how many */
export async function signOutEverywhere({ ledger }: Pick<AccountDeps, "ledger">, own: Own): Promise<number> {
  return ledger.transaction(async (tx) => {
    const count = await dropSessions(tx, own.name);
    const data = { of: own.name, count, ...fromOf(own.address) };
    await tx.append({ kind: "session.closed", actor: `person:${own.name}`, incidentId: null, data });
    return count;
  });
}

interface Renewing extends Own {
  readonly what: "password" | "totp-on" | "totp-off" | "recovery-codes";
  change(now: Account): Account;
}

async function renew(
  { ledger, clock }: AccountDeps,
  { name, what, change, address, agent }: Renewing,
): Promise<Result<Renewed, KoboshiError>> {
  return ledger.transaction(async (tx) => {
    const now = await tx.account(name);
    if (now === null) return err(new KoboshiError("KB1002", { what: name }));
    const account = change(now);
    await tx.putAccount(account);
    await dropSessions(tx, name);
    const actor = `person:${name}` as const;
    const secret = await addSession({ clock }, tx, { actor, account: name, address, agent });
    await tx.append({ kind: "account.changed", actor, incidentId: null, data: { name, what, ...fromOf(address) } });
    return ok({ account, secret });
  });
}
