import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { tokenScopes } from "../../kernel/access.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { ApiToken } from "../../storage/ledger/nouns/accounts.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";
import { createApiToken, isGood, revokeApiToken, usualLifeMs } from "../tokens.ts";

const TokenJson = z.object({
  name: z.string(),
  scopes: z.array(z.enum(tokenScopes)),
  good: z.boolean().meta({ description: "neither revoked nor expired" }),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable().meta({ description: "to within an hour" }),
  revokedAt: z.string().nullable(),
});

const NewToken = z.object({
  name: z.string(),
  scopes: z.array(z.enum(tokenScopes)).min(1),
  lifeSeconds: z
    .number()
    .positive()
    .nullable()
    .default(usualLifeMs / 1_000)
    .meta({ description: "null: it does not expire" }),
});
const admin = { authority: "admin" } as const;

/** What programs show to be let in. */
export function tokenRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const view = (token: ApiToken): z.input<typeof TokenJson> => tokenView(token, deps);

  api.route({
    method: "GET",
    url: "/api/v1/tokens",
    config: admin,
    schema: { summary: "API tokens, those good no more included", response: { 200: listOf(TokenJson) } },
    handler: async () => ({ items: (await deps.ledger.read.apiTokens()).map(view), next: null }),
  });

  api.route({
    method: "POST",
    url: "/api/v1/tokens",
    config: admin,
    schema: {
      summary: "Make an API token; it is told this once",
      body: NewToken,
      response: { 200: z.object({ name: z.string(), token: z.string() }), "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { name, scopes, lifeSeconds } = request.body;
      const lifeMs = lifeSeconds === null ? null : lifeSeconds * 1_000;
      const made = await createApiToken(deps, { name, scopes, lifeMs, actor: actorOf(request), from: request.ip });
      const render = (token: string): { name: string; token: string } => ({ name, token });
      return answer(reply, made, { lang: langOf(request, deps.site().lang), render });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/tokens/:name/revoke",
    config: admin,
    schema: {
      summary: "Void a token at once",
      params: z.object({ name: z.string() }),
      body: z.object({}).nullish(),
      response: { 200: TokenJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const revoked = await revokeApiToken(deps, {
        name: request.params.name,
        actor: actorOf(request),
        from: request.ip,
      });
      return answer(reply, revoked, { lang: langOf(request, deps.site().lang), render: view });
    },
  });
}

function tokenView(
  token: ApiToken,
  { site, clock }: { site(): Site; readonly clock: Clock },
): z.input<typeof TokenJson> {
  const zone = site().timeZone;
  const time = (stamp: ApiToken["expiresAt"]): string | null => (stamp === null ? null : rfc3339(stamp.atMs, zone));
  return {
    name: token.name,
    scopes: [...token.scopes],
    good: isGood(clock, token),
    createdBy: token.createdBy,
    createdAt: rfc3339(token.createdAt.atMs, zone),
    expiresAt: time(token.expiresAt),
    lastUsedAt: time(token.lastUsedAt),
    revokedAt: time(token.revokedAt),
  };
}
