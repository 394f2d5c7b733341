import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { ApiDeps } from "./deps.ts";
import { refuseThrown } from "./errors.ts";
import { agentLogsRoute } from "./routes/agent-logs.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { auditRoutes } from "./routes/audit.ts";
import { channelRoutes } from "./routes/channels.ts";
import { backupKeepingRoutes } from "./routes/backup-keeping.ts";
import { backupRoutes } from "./routes/backups.ts";
import { configRoutes } from "./routes/config.ts";
import { drillRoutes } from "./routes/drills.ts";
import { eventRoutes } from "./routes/events.ts";
import { hardwareRoutes } from "./routes/hardware.ts";
import { feedRoutes } from "./routes/feeds.ts";
import { healthRoutes } from "./routes/health.ts";
import { hostRoutes, readingRoute } from "./routes/hosts.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { learnedRoutes } from "./routes/learned.ts";
import { listRoutes } from "./routes/lists.ts";
import { metricSourceRoutes } from "./routes/metric-sources.ts";
import { logRoutes } from "./routes/logs.ts";
import { metricRoutes } from "./routes/metrics.ts";
import { noteRoutes } from "./routes/notes.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { pageRoutes } from "./routes/page.ts";
import { pathRoutes } from "./routes/paths.ts";
import { peopleRoutes } from "./routes/people.ts";
import { pingRoutes } from "./routes/pings.ts";
import { probeRoutes } from "./routes/probe.ts";
import { pushRoutes } from "./routes/push.ts";
import { repairRoutes } from "./routes/repairs.ts";
import { reportRoutes } from "./routes/reports.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { serviceRoutes } from "./routes/services.ts";
import { survivalRoutes } from "./routes/survival.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { deskRoutes, vantageRoutes } from "./routes/vantages.ts";
import { windowRoutes } from "./routes/windows.ts";

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
      serviceRoutes,
      incidentRoutes,
      learnedRoutes,
      eventRoutes,
      alertRoutes,
      metricRoutes,
      probeRoutes,
      noteRoutes,
      hardwareRoutes,
      jobRoutes,
      backupRoutes,
      backupKeepingRoutes,
      drillRoutes,
      feedRoutes,
      logRoutes,
      pathRoutes,
      peopleRoutes,
      metricSourceRoutes,
      hostRoutes,
      agentLogsRoute,
      pingRoutes,
      pushRoutes,
      pageRoutes,
      reportRoutes,
      secretRoutes,
      channelRoutes,
      configRoutes,
      accountRoutes,
      tokenRoutes,
      auditRoutes,
      survivalRoutes,
      windowRoutes,
      repairRoutes,
      vantageRoutes,
    ]) {
      mount(scope, deps);
    }
  });
}

/** What the public listener answers of the API: that koboshi lives, vantages by their own signature, jobs by their address, and programs by a token. */
export async function registerPublicApi(
  app: FastifyInstance,
  deps: Pick<ApiDeps, "desk" | "site" | "jobs" | "alerts" | "clock" | "log" | "hosts" | "logs">,
): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler<Error>((thrown, request, reply) =>
      refuseThrown(thrown, { request, reply, site: deps.site(), log: deps.log }),
    );
    scope.get("/healthz", { config: { authority: "open" } }, () => ({ status: "ok" }));
    deskRoutes(scope, deps);
    pingRoutes(scope, deps);
    readingRoute(scope, deps);
    agentLogsRoute(scope, deps);
    pushRoutes(scope, deps);
    alertRoutes(scope, deps);
    probeRoutes(scope, deps);
    done();
  });
}
