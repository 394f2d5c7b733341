import path from "node:path";
import { createLog } from "../../app/log.ts";
import { accountView } from "../../api/routes/accounts.ts";
import {
  changeRole,
  createAccount,
  removeAccount,
  resetAccount,
  type AccountDeps,
  type Handed,
} from "../../api/accounts.ts";
import { emptySite } from "../../config/index.ts";
import { roles, type Role } from "../../kernel/access.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Result } from "../../kernel/result.ts";
import { openLedger } from "../../storage/ledger/open.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import { whileAlive } from "../alive.ts";
import type { HubClient } from "../client.ts";
import type { Context } from "../command.ts";
import { readSite } from "../local-site.ts";

/** An account as the hub tells of it. */
export type AccountAnswer = ReturnType<typeof accountView>;

export interface HandedAnswer {
  readonly account: AccountAnswer;
  /** made for them, told this once; null: it was given */
  readonly password: string | null;
}

interface Chosen {
  /** null: one is made */
  readonly password: string | null;
  /** to be replaced at the first sign-in */
  readonly temporary: boolean;
}

/** What the commands about people ask for: of the hub, or where none runs, of the ledger itself. */
export interface UserDesk {
  list(): Promise<readonly AccountAnswer[]>;
  add(input: { name: string; role: Role } & Chosen): Promise<HandedAnswer>;
  reset(input: { name: string; totp: "keep" | "off" } & Chosen): Promise<HandedAnswer>;
  role(input: { name: string; role: Role }): Promise<AccountAnswer>;
  remove(name: string): Promise<void>;
}

/**
 * Runs `work` at the hub's desk. Whoever may write the data folder owns the machine: where no hub answers, the ledger is
 * opened directly, so that the first account can be made before the hub is let out, and a lost password is no end.
 */
export async function withUserDesk<T>(context: Context, work: (desk: UserDesk) => Promise<T>): Promise<T> {
  try {
    return await work(hubDesk(context.hub(), context.lang));
  } catch (thrown) {
    const elsewhere = context.values["server"] !== undefined;
    if (elsewhere || !(thrown instanceof KoboshiError && thrown.code === "KB1201")) throw thrown;
  }
  context.hint(accountCliWords(context.lang).withoutHub);
  return whileAlive(() => atTheLedger(context, work));
}

/** @throws KoboshiError KB1001 for a word that is no role */
export function roleOf(written: unknown, usual: Role | null): Role {
  const role = roles.find((one) => one === written) ?? (written === undefined ? usual : null);
  if (role === null) throw new KoboshiError("KB1001", { what: `--role ${roles.join("|")}` });
  return role;
}

function hubDesk(hub: HubClient, lang: string): UserDesk {
  const at = (name: string, verb: string): string =>
    `/api/v1/accounts/${encodeURIComponent(name)}/${verb}?lang=${lang}`;
  return {
    list: async () => (await hub.get<{ items: readonly AccountAnswer[] }>(`/api/v1/accounts?lang=${lang}`)).items,
    add: (input) => hub.post(`/api/v1/accounts?lang=${lang}`, input),
    reset: ({ name, ...input }) => hub.post(at(name, "reset"), input),
    role: ({ name, role }) => hub.post(at(name, "role"), { role }),
    remove: async (name) => {
      await hub.post(at(name, "remove"));
    },
  };
}

async function atTheLedger<T>({ clock, configPath }: Context, work: (desk: UserDesk) => Promise<T>): Promise<T> {
  const site = readSite(configPath) ?? emptySite(path.resolve(path.dirname(configPath), "koboshi-data"));
  const ledger = await openLedger({ folder: site.hub.dataFolder, clock, log: createLog("error") });
  try {
    return await work(ledgerDesk({ ledger, clock, site: () => site }));
  } finally {
    await ledger.close();
  }
}

function ledgerDesk(deps: AccountDeps): UserDesk {
  const by = { actor: "token:cli", from: null } as const;
  const view = (account: Handed["account"]): AccountAnswer => accountView(account, deps.site());
  const handed = ({ account, password }: Handed): HandedAnswer => ({
    account: view(account),
    password: password?.reveal() ?? null,
  });
  return {
    list: async () => (await deps.ledger.read.accounts()).map(view),
    add: async ({ temporary, ...input }) =>
      handed(taken(await createAccount(deps, { ...input, own: !temporary, ...by }))),
    reset: async ({ temporary, totp, ...input }) =>
      handed(taken(await resetAccount(deps, { ...input, own: !temporary, dropTotp: totp === "off", ...by }))),
    role: async (input) => view(taken(await changeRole(deps, { ...input, ...by }))),
    remove: async (name) => {
      taken(await removeAccount(deps, { name, ...by }));
    },
  };
}

function taken<T>(result: Result<T, KoboshiError>): T {
  if (!result.ok) throw result.error;
  return result.value;
}
