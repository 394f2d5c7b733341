import type { FastifyInstance } from "fastify";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { pathsPage } from "./pages/paths.tsx";
import { showPage } from "./read-routes.ts";

/** The network on the way to what the checks look at. */
export function pathRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/paths", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) =>
      pathsPage(context, { paths: deps.paths.paths(), leftOut: deps.paths.leftOut() }),
    ),
  );
}
