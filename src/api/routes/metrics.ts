import type { FastifyInstance } from "fastify";
import { contentTypes, dialectOf, writeExposition } from "../../render/exposition.ts";
import type { AlertIntake } from "../../observe/index.ts";
import type { Telemetry } from "../../storage/telemetry/telemetry.ts";
import type { ApiDeps } from "../deps.ts";
import { measureFamilies, type Measured } from "../measures.ts";

export interface MetricRouteDeps extends Pick<ApiDeps, "status" | "ledger" | "clock" | "version"> {
  readonly alerts: Pick<AlertIntake, "open" | "taken">;
  readonly telemetry: Pick<Telemetry, "state">;
}

/** koboshi's own figures and what its checks see, for Prometheus. */
export function metricRoutes(app: FastifyInstance, deps: MetricRouteDeps): void {
  app.route({
    method: "GET",
    url: "/metrics",
    config: { authority: "read", scope: "metrics:read" },
    schema: { summary: "koboshi's own figures and its checks, as Prometheus text or OpenMetrics" },
    handler: async (request, reply) => {
      const dialect = dialectOf(request.headers.accept);
      const families = measureFamilies(await measure(deps));
      return reply.type(contentTypes[dialect]).send(writeExposition(families, dialect));
    },
  });
}

async function measure({ status, ledger, clock, version, alerts, telemetry }: MetricRouteDeps): Promise<Measured> {
  const { read } = ledger;
  const [now, lastSeq, deliveries] = await Promise.all([status(), read.lastSeq(), read.deliveryCounts()]);
  const taken = { open: alerts.open(), taken: alerts.taken() };
  return { status: now, lastSeq, deliveries, telemetry: telemetry.state(), alerts: taken, version, clock };
}
