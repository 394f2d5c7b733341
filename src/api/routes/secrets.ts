import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { webhookSecret } from "../../respond/index.ts";
import { langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson } from "../schemas.ts";

/** The signing secret koboshi made for a webhook, for whoever checks the signatures; a POST, so that it needs authority. */
export function secretRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  api.route({
    method: "POST",
    url: "/api/v1/channels/:name/secret",
    schema: {
      summary: "The secret koboshi made to sign a webhook's posts",
      params: z.object({ name: z.string() }),
      body: z.object({}).nullish(),
      response: { 200: z.object({ channel: z.string(), secret: z.string() }), "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const channel = deps.site().notify.channels.get(name);
      // a secret of the configuration is the reader's own; only the one made here is told
      if (channel?.kind !== "webhook" || channel.secret !== null) {
        return refuse(reply, new KoboshiError("KB1002", { what: name }), langOf(request, deps.site().lang));
      }
      return { channel: name, secret: (await webhookSecret(deps.ledger, name)).reveal() };
    },
  });
}
