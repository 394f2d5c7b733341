import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Site } from "../../kernel/model/site.ts";
import { deviceClasses, networkKinds, type PeopleReport } from "../../kernel/ports-people.ts";
import { rfc3339 } from "../../words/format.ts";
import type { ApiDeps } from "../deps.ts";

const ReportJson = z.object({
  id: z.int(),
  at: z.string(),
  service: z.string(),
  canReach: z.boolean(),
  device: z.enum(deviceClasses),
  network: z.enum(networkKinds),
  isp: z.string().nullable(),
  comment: z.string().nullable(),
  tried: z.enum(["reached", "not-reached"]).nullable().meta({ description: "what the browser found by itself" }),
  source: z.string().meta({ description: "a number of the day for the sender; no address is kept" }),
});
const perPage = 50;

/** What people said on the public page. */
export function peopleRoutes(app: FastifyInstance, { site, people }: Pick<ApiDeps, "site" | "people">): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: "GET",
    url: "/api/v1/people-reports",
    schema: {
      summary: "Reports by people, newest first",
      querystring: z.object({
        cursor: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(perPage),
      }),
      response: {
        200: z.object({ items: z.array(ReportJson), next: z.string().nullable(), turnedAway: z.int() }),
      },
    },
    handler: async ({ query: { cursor, limit } }) => {
      const found = await people.reports({ limit: limit + 1, ...(cursor === undefined ? {} : { before: cursor }) });
      const items = found.slice(0, limit);
      const next = found.length > limit ? String(items.at(-1)?.id) : null;
      return { items: items.map((report) => reportView(report, site())), next, turnedAway: people.turnedAway() };
    },
  });
}

function reportView({ at, ...report }: PeopleReport, { timeZone }: Site): z.input<typeof ReportJson> {
  return { ...report, at: rfc3339(at.atMs, timeZone) };
}
