import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { langs } from "../../kernel/lang.ts";
import type { Result } from "../../kernel/result.ts";
import { reportFile, reportForm } from "../../inform/index.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Id = z.object({ id: z.coerce.number().int().positive() });
const listed = 200;

const Wanted = z.object({
  version: z.enum(reportForm.versions).default("customer"),
  lang: z.enum(langs).optional(),
  format: z.enum(["json", "md", "html", "pdf"]).default("json"),
  edition: z.coerce.number().int().positive().optional().meta({ description: "a published one; left out: the draft" }),
});

const SaveBody = reportForm.Draft.extend({
  revision: z.int().min(0).meta({ description: "the draft's revision you have read; 0 for the first" }),
});

/** Reports on incidents: the draft with its facts, editions, and files of them. */
export function reportRoutes(app: FastifyInstance, deps: ApiDeps): void {
  readingRoutes(app, deps);
  writingRoutes(app, deps);
}

function readingRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/reports",
    schema: {
      summary: "Which incidents have a report, newest first",
      response: {
        200: listOf(
          z.object({ incident: z.number(), revision: z.number(), savedAt: z.string(), editions: z.number() }),
        ),
      },
    },
    handler: async () => {
      const { read } = deps.ledger;
      const drafts = (await read.reportDrafts()).slice(0, listed);
      const items = await Promise.all(
        drafts.map(async ({ incidentId, revision, savedAt }) => ({
          incident: incidentId,
          revision,
          savedAt: rfc3339(savedAt.atMs, deps.site().timeZone),
          editions: (await read.reportEditions(incidentId)).length,
        })),
      );
      return { items, next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/incidents/:id/report",
    schema: {
      summary: "The report on an incident, as JSON, Markdown, HTML or PDF",
      params: Id,
      querystring: Wanted,
    },
    handler: async (request, reply) => {
      const { version, format, edition } = request.query;
      const lang = request.query.lang ?? langOf(request, deps.site().lang);
      const wanted = { incidentId: request.params.id, version, lang };
      const missing = new KoboshiError("KB1002", { what: `#${request.params.id}` });
      const state = await deps.reports.read(wanted);
      if (state === null) return refuse(reply, missing, lang);
      const document = edition === undefined ? state.document : await deps.reports.published({ ...wanted, edition });
      if (document === null) return refuse(reply, missing, lang);
      if (format === "json") return { ...state, document };
      const file = await reportFile(document, format, { clock: deps.clock, chromium: deps.chromium });
      return file.ok ? sendFile(reply, file.value) : refuse(reply, file.error, lang);
    },
  });
}

function writingRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/incidents/:id/report",
    schema: {
      summary: "Save what people write into the report",
      params: Id,
      body: SaveBody,
      response: { 200: z.object({ revision: z.number() }), "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { revision, ...draft } = request.body;
      const result = await deps.reports.save({
        incidentId: request.params.id,
        revision,
        draft,
        actor: actorOf(request),
      });
      return answer(reply, result, langOf(request, deps.site().lang));
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/incidents/:id/report/publish",
    schema: {
      summary: "Freeze the draft as the next edition",
      params: Id,
      body: z.object({ revision: z.int().min(0) }),
      response: { 200: z.object({ edition: z.number() }), "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { revision } = request.body;
      const result = await deps.reports.publish({ incidentId: request.params.id, revision, actor: actorOf(request) });
      return answer(reply, result, langOf(request, deps.site().lang));
    },
  });
}

function answer<T extends object>(
  reply: FastifyReply,
  result: Result<T, KoboshiError>,
  lang: Parameters<typeof refuse>[2],
): T | FastifyReply {
  return result.ok ? result.value : refuse(reply, result.error, lang);
}

function sendFile(reply: FastifyReply, file: { name: string; mediaType: string; bytes: Buffer }): FastifyReply {
  return reply
    .header("content-disposition", `attachment; filename="${file.name}"`)
    .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-store")
    .type(file.mediaType)
    .send(file.bytes);
}
