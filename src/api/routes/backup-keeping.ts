import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { actorOf } from "../access.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson } from "../schemas.ts";

const Copies = z.object({ items: z.array(z.object({ plan: z.string(), place: z.string() })) });
export const TidyJson = z.object({
  items: z.array(
    z.object({
      place: z.string(),
      state: z.enum(["planned", "done", "refused", "failed", "no-maintainer"]),
      sets: z.array(z.object({ set: z.string(), at: z.string(), keeps: z.array(z.string()) })),
      refusals: z.array(z.string()),
      removed: z.int(),
      trouble: z.string().nullable(),
    }),
  ),
});

/** A person's word on what is kept of backups. */
export function backupKeepingRoutes(app: FastifyInstance, { backups }: Pick<ApiDeps, "backups">): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/sets/:set/accept",
    schema: {
      summary: "What a set changed was meant: older sets may go again",
      params: z.object({ set: z.string().min(1).max(64) }),
      body: z.object({ reason: z.string().max(4_000) }),
      response: { 200: Copies, "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { set } = request.params;
      if (backups.accept === undefined) throw new KoboshiError("KB1002", { what: set });
      const by = actorOf(request);
      return { items: [...(await backups.accept(set, { by, reason: request.body.reason }))] };
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/backups/:plan/tidy",
    config: { authority: "admin" },
    schema: {
      summary: "What retention lets go; it goes when confirmed, with the maintainer's credential alone",
      params: z.object({ plan: z.string().min(1).max(200) }),
      body: z.object({ confirmed: z.boolean().default(false) }).nullish(),
      response: { 200: TidyJson, "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { plan } = request.params;
      if (backups.tidy === undefined) throw new KoboshiError("KB1002", { what: plan });
      const isConfirmed = request.body?.confirmed === true;
      const answers = await backups.tidy(plan, { by: actorOf(request), isConfirmed });
      return {
        items: answers.map(({ sets, refusals, ...rest }) => ({
          ...rest,
          refusals: [...refusals],
          sets: sets.map(({ set, at, keeps }) => ({ set, at, keeps: [...keeps] })),
        })),
      };
    },
  });
}
