import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Lang } from "../../kernel/lang.ts";
import { auditHead, AuditAsked, AuditJson, auditLine, auditView, readAudit } from "../accounts-audit.ts";
import { langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { listOf } from "../schemas.ts";

/** What is read from the ledger at once while an export goes out. */
const rowsPerRead = 500;

/** Who did what, when, from where: to read, and to carry away whole. */
export function auditRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const config = { authority: "admin" } as const;

  api.route({
    method: "GET",
    url: "/api/v1/audit-log",
    config,
    schema: {
      summary: "Who did what, newest first",
      querystring: AuditAsked.extend({ lang: z.string().optional() }),
      response: { 200: listOf(AuditJson) },
    },
    handler: async (request) => {
      const { events, next } = await readAudit(deps, request.query);
      const items = events.map((event) => auditView(event, deps.site()));
      return { items, next: next === null ? null : String(next) };
    },
  });

  for (const form of ["csv", "json"] as const) {
    api.route({
      method: "GET",
      url: `/api/v1/audit-log.${form}`,
      config,
      schema: {
        summary: `The whole audit log as a file, newest first (${form === "csv" ? "CSV" : "JSON, a record a line"})`,
        querystring: AuditAsked.omit({ cursor: true, limit: true }).extend({ lang: z.string().optional() }),
      },
      handler: async (request, reply) => {
        const lang = langOf(request, deps.site().lang);
        const lines = exported(deps, { ...request.query, limit: rowsPerRead }, { form, lang });
        return reply
          .type(form === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson")
          .header("content-disposition", `attachment; filename="koboshi-audit.${form === "csv" ? "csv" : "jsonl"}"`)
          .header("cache-control", "no-store")
          .header("x-content-type-options", "nosniff")
          .send(Readable.from(lines));
      },
    });
  }
}

/** Page after page, so that a long log needs no more memory than a short one. */
async function* exported(
  deps: ApiDeps,
  asked: AuditAsked,
  { form, lang }: { form: "csv" | "json"; lang: Lang },
): AsyncGenerator<string> {
  // the mark tells spreadsheets that this is UTF-8
  if (form === "csv") yield `\ufeff${auditHead}`;
  for (let cursor: number | null = null; ;) {
    const page: Awaited<ReturnType<typeof readAudit>> = await readAudit(
      deps,
      cursor === null ? asked : { ...asked, cursor },
    );
    const written = page.events.map((event) =>
      form === "csv" ? auditLine(event, deps.site(), lang) : `${JSON.stringify(auditView(event, deps.site()))}\n`,
    );
    if (written.length > 0) yield written.join("");
    if (page.next === null) return;
    cursor = page.next;
  }
}
