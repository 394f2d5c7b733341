import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Site } from "../../kernel/model/site.ts";
import type { Publication } from "../../storage/ledger/ledger.ts";
import { rfc3339 } from "../../words/format.ts";
import type { ApiDeps } from "../deps.ts";

const PublicationJson = z.object({
  target: z.string(),
  verifiedAt: z.string().nullable().meta({ description: "when it was last fetched back and found equal" }),
  verifiedState: z.string().nullable(),
  lastTriedAt: z.string(),
  lastError: z.string().nullable(),
});
const PageJson = z.object({ configured: z.boolean(), targets: z.array(PublicationJson) });

/** The public status page: where it lies, and whether what lies there is what was sent. */
export function pageRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  async function pageState(): Promise<z.input<typeof PageJson>> {
    const site = deps.site();
    const targets = await deps.ledger.read.publications();
    return { configured: site.statusPage !== null, targets: targets.map((one) => publicationView(one, site)) };
  }

  api.route({
    method: "GET",
    url: "/api/v1/page",
    schema: { summary: "Where the status page is published", response: { 200: PageJson } },
    handler: pageState,
  });

  api.route({
    method: "POST",
    url: "/api/v1/page/publish",
    schema: {
      summary: "Publish now, fetch back and compare",
      body: z.object({}).nullish(),
      response: { 200: PageJson },
    },
    handler: async () => {
      await deps.publishPage();
      return pageState();
    },
  });
}

function publicationView(one: Publication, site: Site): z.input<typeof PublicationJson> {
  return {
    target: one.target,
    verifiedAt: one.verifiedAt === null ? null : rfc3339(one.verifiedAt.atMs, site.timeZone),
    verifiedState: one.verifiedState,
    lastTriedAt: rfc3339(one.lastTriedAt.atMs, site.timeZone),
    lastError: one.lastError,
  };
}
