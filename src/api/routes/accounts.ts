import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { roles } from "../../kernel/access.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Account } from "../../storage/ledger/nouns/accounts.ts";
import { personName } from "../../words/incident.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { changeRole, createAccount, removeAccount, resetAccount, type By, type Handed } from "../accounts.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const AccountJson = z.object({
  name: z.string(),
  person: z.string().meta({ description: "what people call them, from the configuration; the name itself without" }),
  role: z.enum(roles),
  totp: z.boolean(),
  recoveryCodesLeft: z.int(),
  mustChangePassword: z.boolean(),
  createdAt: z.string(),
  lastLoginAt: z.string().nullable(),
});
const HandedJson = z.object({
  account: AccountJson,
  password: z.string().nullable().meta({ description: "made here and told this once; null when it was given" }),
});

/** `temporary`: someone else will use it and must replace it at the first sign-in. */
const NewAccount = z.object({
  name: z.string(),
  role: z.enum(roles).default("responder"),
  password: z.string().nullish(),
  temporary: z.boolean().default(true),
});
const Reset = z.object({
  password: z.string().nullish(),
  temporary: z.boolean().default(true),
  totp: z.enum(["keep", "off"]).default("keep"),
});
const Name = z.object({ name: z.string() });
const admin = { authority: "admin" } as const;

/** Who can sign in, and as what. The command line speaks through this, too. */
export function accountRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/accounts",
    config: admin,
    schema: { summary: "Who can sign in", response: { 200: listOf(AccountJson) } },
    handler: async () => ({
      items: (await deps.ledger.read.accounts()).map((one) => accountView(one, deps.site())),
      next: null,
    }),
  });

  api.route({
    method: "POST",
    url: "/api/v1/accounts",
    config: admin,
    schema: {
      summary: "Make an account; without a password one is made and told once",
      body: NewAccount,
      response: { 200: HandedJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { name, role, password = null, temporary } = request.body;
      const made = await createAccount(deps, { name, role, password, own: !temporary, ...by(request) });
      return answer(reply, made, {
        lang: langOf(request, deps.site().lang),
        render: (handed) => handedView(handed, deps.site()),
      });
    },
  });

  changeRoutes(app, deps);
}

/** What happens to an account that is there. */
function changeRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/accounts/:name/role",
    config: admin,
    schema: {
      summary: "Give another role; their sessions end",
      params: Name,
      body: z.object({ role: z.enum(roles) }),
      response: { 200: AccountJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const changed = await changeRole(deps, { name: request.params.name, role: request.body.role, ...by(request) });
      return answer(reply, changed, {
        lang: langOf(request, deps.site().lang),
        render: (account) => accountView(account, deps.site()),
      });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/accounts/:name/reset",
    config: admin,
    schema: {
      summary: "Give another password, to be replaced at the next sign-in; their sessions end",
      params: Name,
      body: Reset,
      response: { 200: HandedJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { password = null, temporary, totp } = request.body;
      const { name } = request.params;
      const input = { name, password, own: !temporary, dropTotp: totp === "off" };
      const reset = await resetAccount(deps, { ...input, ...by(request) });
      return answer(reply, reset, {
        lang: langOf(request, deps.site().lang),
        render: (made) => handedView(made, deps.site()),
      });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/accounts/:name/remove",
    config: admin,
    schema: {
      summary: "Remove an account; what it did stays on record",
      params: Name,
      body: z.object({}).nullish(),
      response: { 200: z.object({ removed: z.string() }), "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const removed = await removeAccount(deps, { name: request.params.name, ...by(request) });
      return answer(reply, removed, { lang: langOf(request, deps.site().lang), render: removedView });
    },
  });
}

function handedView({ account, password }: Handed, site: Site): z.input<typeof HandedJson> {
  return { account: accountView(account, site), password: password?.reveal() ?? null };
}

function removedView({ name }: Account): { removed: string } {
  return { removed: name };
}

function by(request: FastifyRequest): By {
  return { actor: actorOf(request), from: request.ip };
}

/** What may be told of an account: nothing of its password or its second factor but that they are there. */
export function accountView(account: Account, site: Site): z.input<typeof AccountJson> {
  const { name, role, totp, recovery, mustChange, createdAt, lastLoginAt } = account;
  return {
    name,
    person: personName(site, name),
    role,
    totp: totp !== null,
    recoveryCodesLeft: recovery.length,
    mustChangePassword: mustChange,
    createdAt: rfc3339(createdAt.atMs, site.timeZone),
    lastLoginAt: lastLoginAt === null ? null : rfc3339(lastLoginAt.atMs, site.timeZone),
  };
}
