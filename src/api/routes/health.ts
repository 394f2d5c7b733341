import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { errorText } from "../../kernel/errors.ts";
import { stateWords } from "../../kernel/model/status.ts";
import type { ApiDeps } from "../deps.ts";

/** The scheduler runs at least once a second; silence of half a minute means it does not. */
const longestPulseMs = 30_000;

const Health = z.object({
  status: z.enum(["ok", "failing"]),
  version: z.string(),
  pulseAgeSeconds: z.number(),
  ledger: z.enum(["ok", "failing"]),
  configHash: z.string(),
});

export function healthRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/healthz",
    schema: { summary: "Does koboshi itself work", response: { 200: Health, 503: Health } },
    handler: async (_request, reply) => {
      const { ledger, pulseAgeMs } = await ownState(deps);
      const failing = ledger === "failing" || pulseAgeMs > longestPulseMs;
      return reply.status(failing ? 503 : 200).send({
        status: failing ? "failing" : "ok",
        version: deps.version,
        pulseAgeSeconds: pulseAgeMs / 1000,
        ledger,
        configHash: deps.site().hash,
      });
    },
  });

  api.route({
    method: "GET",
    url: "/metrics",
    schema: { summary: "koboshi's own figures, Prometheus text format 0.0.4" },
    handler: async (_request, reply) =>
      reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText(deps)),
  });

  api.route({
    method: "GET",
    url: "/api/v1/pages",
    schema: {
      summary: "Every screen's path",
      response: { 200: z.object({ items: z.array(z.string()), next: z.null() }) },
    },
    handler: () => ({ items: [...deps.pages], next: null }),
  });
}

/** Whether the ledger can be read and written, and how long the scheduler has been silent. */
async function ownState(deps: ApiDeps): Promise<{ ledger: "ok" | "failing"; pulseAgeMs: number }> {
  try {
    const { attentions, pulseAgeMs } = await deps.status();
    const blocked = attentions.some(({ code }) => code === "ledger-blocked");
    return { ledger: blocked ? "failing" : "ok", pulseAgeMs };
  } catch (thrown) {
    deps.log.error("ledger cannot be read", { error: errorText(thrown) });
    return { ledger: "failing", pulseAgeMs: 0 };
  }
}

async function metricsText(deps: ApiDeps): Promise<string> {
  const status = await deps.status();
  const checks = status.services.flatMap((service) => service.checks);
  const unsent = await deps.ledger.read.unsentDeliveries();
  const lines = [
    "# TYPE koboshi_checks gauge",
    ...stateWords.map(
      (state) => `koboshi_checks{state="${state}"} ${checks.filter((check) => check.state === state).length}`,
    ),
    "# TYPE koboshi_incidents_open gauge",
    `koboshi_incidents_open ${status.openIncidents.length}`,
    "# TYPE koboshi_notices_unsent gauge",
    `koboshi_notices_unsent ${unsent.length}`,
    "# TYPE koboshi_vantages gauge",
    ...(["ok", "blind", "silent", "never-joined"] as const).map(
      (state) => `koboshi_vantages{state="${state}"} ${status.vantages.filter((one) => one.state === state).length}`,
    ),
    "# TYPE koboshi_pulse_age_seconds gauge",
    `koboshi_pulse_age_seconds ${status.pulseAgeMs / 1000}`,
    "# TYPE koboshi_ledger_events_total counter",
    `koboshi_ledger_events_total ${await deps.ledger.read.lastSeq()}`,
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
  ];
  return `${lines.join("\n")}\n`;
}
