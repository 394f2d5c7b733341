import fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { ApiDeps } from "../../src/api/deps.ts";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { alertRoutes } from "../../src/api/routes/alerts.ts";
import { metricRoutes } from "../../src/api/routes/metrics.ts";
import { probeRoutes } from "../../src/api/routes/probe.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLog } from "../../src/app/log.ts";
import { foldSignals } from "../../src/detect/index.ts";
import { judgeScope } from "../../src/diagnose/index.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import { randomToken } from "../../src/kernel/ids.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { SiteStatus } from "../../src/kernel/model/status.ts";
import { createAlertIntake, type AlertIntake } from "../../src/observe/alerts/intake.ts";
import { createIncidents } from "../../src/respond/index.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createMemoryTelemetry } from "./memory-telemetry.ts";

export interface AlertDesk {
  readonly url: string;
  /** may do everything */
  readonly token: string;
  readonly ledger: Ledger;
  readonly intake: AlertIntake;
  stop(): Promise<void>;
}

export interface AlertDeskOptions {
  readonly folder: string;
  readonly port: number;
  readonly site: Site;
  readonly token?: string;
  status?(): SiteStatus;
}

/** The part of a hub that takes alerts in and lends figures out: real ledger, incidents, guard and listener, no probes. */
export async function openAlertDesk({
  folder,
  port,
  site,
  status,
  token = randomToken(),
}: AlertDeskOptions): Promise<AlertDesk> {
  const [clock, log] = [createSystemClock(), createLog("silent")];
  const ledger = await openLedger({ folder, clock, log });
  const graph = siteGraph(site);
  const incidents = createIncidents({
    ledger,
    clock,
    site: () => site,
    board: { checks: () => [] },
    folder: { fold: (input) => foldSignals({ ...input, graph }) },
    judge: { judge: (input) => judgeScope({ ...input, graph, site, cells: [] }) },
    queue: () => Promise.resolve(),
  });
  const intake = await createAlertIntake({ ledger, clock, log, site, take: (changes) => incidents.take(changes) });
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
  guardListener(app, "admin", { site: () => site, ledger, clock, cliTokenHash: sha256(token) });
  const telemetry = createMemoryTelemetry();
  const deps = { site: () => site, clock, log, ledger, alerts: intake, telemetry, version: "0.0.0-test" };
  alertRoutes(app, deps);
  probeRoutes(app, deps);
  if (status !== undefined)
    metricRoutes(app, { ...deps, status: (): ReturnType<ApiDeps["status"]> => Promise.resolve(status()) });
  intake.start();
  await app.listen({ host: "127.0.0.1", port });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    ledger,
    intake,
    async stop() {
      await app.close();
      await intake.stop();
      await ledger.close();
    },
  };
}
