import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { queryText } from "./fields.ts";
import { survivalPage } from "./pages/survival.tsx";
import { showPage } from "./read-routes.ts";

/** What survives if something is gone: asked by a form, so that every answer has an address. */
export function survivalWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/survival", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const planned = queryText(request, "planned") === "1";
      const targets = await deps.audit.targets();
      const report = await deps.audit.audit({ planned, without: asked(request) });
      return survivalPage(context, { report, targets });
    }),
  );
}

function asked(request: FastifyRequest): readonly string[] {
  const { without } = request.query as { without?: unknown };
  const written = Array.isArray(without) ? without : [without];
  return written.filter((one): one is string => typeof one === "string" && one !== "").slice(0, 20);
}
