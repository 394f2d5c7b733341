import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { errorText } from "../../kernel/errors.ts";
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
    config: { authority: "open" },
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
