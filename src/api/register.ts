import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { ApiDeps } from "./deps.ts";
import { refuseThrown } from "./errors.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { listRoutes } from "./routes/lists.ts";
import { noteRoutes } from "./routes/notes.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { pageRoutes } from "./routes/page.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { deskRoutes, vantageRoutes } from "./routes/vantages.ts";

/** Mounts the whole API in a scope of its own; its description comes first so that it sees every route. */
export async function registerApi(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler<Error>((thrown, request, reply) =>
      refuseThrown(thrown, { request, reply, site: deps.site(), log: deps.log }),
    );
    await openapiRoutes(scope, deps.version);
    for (const mount of [
      healthRoutes,
      listRoutes,
      incidentRoutes,
      eventRoutes,
      noteRoutes,
      pageRoutes,
      secretRoutes,
      vantageRoutes,
    ]) {
      mount(scope, deps);
    }
  });
}

/** What the public listener answers of the API: that koboshi lives, and vantages by their own signature. */
export async function registerPublicApi(app: FastifyInstance, deps: Pick<ApiDeps, "desk" | "site">): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.get("/healthz", { config: { authority: "open" } }, () => ({ status: "ok" }));
    deskRoutes(scope, deps);
    done();
  });
}
