import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Site } from "../../kernel/model/site.ts";
import type { MetricSource, MetricSources } from "../../kernel/ports-metrics.ts";
import { rfc3339 } from "../../words/format.ts";
import { listOf } from "../schemas.ts";

const SourceJson = z.object({
  kind: z.enum(["otlp", "scrape"]),
  name: z.string(),
  subject: z.string().meta({ description: "host:KEY, or otlp:NAME for a sender that is none of the hosts" }),
  series: z.int(),
  refused: z.int().meta({ description: "values not taken because of too many series, since the start" }),
  lastAt: z.string().nullable(),
  error: z.object({ code: z.string(), text: z.string() }).nullable(),
});

/** Who sends metrics, and where they are fetched from. */
export function metricSourceRoutes(
  app: FastifyInstance,
  { site, metricSources }: { site(): Site; readonly metricSources: MetricSources },
): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: "GET",
    url: "/api/v1/metric-sources",
    schema: { summary: "Where metrics come from, by name", response: { 200: listOf(SourceJson) } },
    handler: () => ({ items: metricSources.sources().map((source) => sourceView(source, site())), next: null }),
  });
}

function sourceView({ lastAt, error, ...source }: MetricSource, { timeZone }: Site): z.input<typeof SourceJson> {
  return {
    ...source,
    lastAt: lastAt === null ? null : rfc3339(lastAt.atMs, timeZone),
    error: error === null ? null : { code: error.code, text: error.text },
  };
}
