import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson } from "../schemas.ts";
import { reportJson, SurvivalJson } from "./survival-json.ts";

const Asked = z.object({
  without: z
    .union([z.string().max(200), z.array(z.string().max(200)).max(20)])
    .optional()
    .meta({ description: "kind:name; several are lost together" }),
  planned: z.enum(["0", "1"]).optional().meta({ description: "1: declared copies and claims count as true" }),
});

/** What survives if something is gone. */
export function survivalRoutes(app: FastifyInstance, deps: Pick<ApiDeps, "site" | "audit">): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: "GET",
    url: "/api/v1/audit",
    schema: {
      summary: "The survival audit: which copies remain after a loss",
      querystring: Asked,
      response: { 200: SurvivalJson, "4xx": ErrorJson },
    },
    handler: async ({ query }) => {
      const without = query.without === undefined ? [] : [query.without].flat();
      const report = await deps.audit.audit({ planned: query.planned === "1", without });
      return reportJson(report, deps.site().timeZone);
    },
  });
}
