import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { actorOf } from "../access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";
import { ApprovalJson, ReasonJson, RepairJson } from "../window-schemas.ts";
import { repairView } from "../window-views.ts";

const Id = z.object({ id: z.coerce.number().int().min(1).max(2_000_000_000) });

/** Repairs that checks offered, and what people say about them. Nothing is run without its approval. */
export function repairRoutes(app: FastifyInstance, deps: Pick<ApiDeps, "site" | "repairs">): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { repairs } = deps;

  api.route({
    method: "GET",
    url: "/api/v1/repairs",
    schema: {
      summary: "Repairs, newest first",
      querystring: z.object({
        window: z.coerce.number().int().min(1).nullish(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      response: { 200: listOf(RepairJson), "4xx": ErrorJson },
    },
    handler: async ({ query }) => {
      const found = await repairs.repairs({ windowId: query.window ?? null, limit: query.limit });
      return { items: found.map((run) => repairView(run, deps.site())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/repairs/:id",
    schema: {
      summary: "One repair: every command, and what became of it",
      params: Id,
      response: { 200: RepairJson, "4xx": ErrorJson },
    },
    handler: async ({ params }) => {
      const found = await repairs.repair(params.id);
      if (found === null) throw new KoboshiError("KB1002", { what: String(params.id) });
      return repairView(found, deps.site());
    },
  });

  decisionRoutes(app, deps);
}

function decisionRoutes(app: FastifyInstance, deps: Pick<ApiDeps, "site" | "repairs">): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { repairs } = deps;

  api.route({
    method: "POST",
    url: "/api/v1/repairs/:id/approve",
    schema: {
      summary: "Let exactly these commands run",
      params: Id,
      body: ApprovalJson,
      response: { 200: RepairJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const site = deps.site();
      const { id } = request.params;
      const result = await repairs.approve({ id, sha256: request.body.sha256, actor: actorOf(request) });
      return answer(reply, result, { lang: langOf(request, site.lang), render: (run) => repairView(run, site) });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/repairs/:id/refuse",
    schema: {
      summary: "Say that it shall not run",
      params: Id,
      body: ReasonJson.nullish(),
      response: { 200: RepairJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const site = deps.site();
      const reason = request.body?.reason ?? "";
      const result = await repairs.refuse({ id: request.params.id, reason, actor: actorOf(request) });
      return answer(reply, result, { lang: langOf(request, site.lang), render: (run) => repairView(run, site) });
    },
  });
}
