import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { reportForm, type ReportState } from "../inform/index.ts";
import { errorCodes, KoboshiError } from "../kernel/errors.ts";
import { langs, type Lang } from "../kernel/lang.ts";
import { explainError } from "../words/errors.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, incidentIdOf, queryText } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { reportPage, reportsPage, type ReportView } from "./pages/report.tsx";
import { showPage } from "./read-routes.ts";

type Draft = ReportState["draft"];
const listed = 100;
const mostMeasures = 20;

/** The reports: which there are, and writing one. */
export function reportWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/reports", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const { read } = deps.ledger;
      const incidents = await read.incidents({ limit: listed });
      const drafts = new Set((await read.reportDrafts()).map(({ incidentId }) => incidentId));
      const rows = await Promise.all(
        incidents.map(async (incident) => ({
          incident,
          hasDraft: drafts.has(incident.id),
          editions: drafts.has(incident.id) ? (await read.reportEditions(incident.id)).length : 0,
        })),
      );
      return reportsPage(context, rows);
    }),
  );
  app.get("/i/:id/report", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const wanted = wantedOf({ version: queryText(request, "version"), lang: queryText(request, "in") }, context.lang);
      return reportPage(context, await view(deps, { incidentId: incidentIdOf(request), ...wanted }));
    }),
  );
  app.post("/i/:id/report", (request, reply) => write({ deps, script, request, reply }));
}

function wantedOf(asked: { version: string; lang: string }, lang: Lang): Pick<Wanted, "version" | "lang"> {
  return {
    version: reportForm.versions.find((one) => one === asked.version) ?? "customer",
    lang: langs.find((one) => one === asked.lang) ?? lang,
  };
}

type Wanted = Parameters<WebDeps["reports"]["read"]>[0];

/** @throws KoboshiError KB1002 when there is no such incident */
async function view(deps: WebDeps, wanted: Wanted): Promise<ReportView> {
  const state = await deps.reports.read(wanted);
  if (state === null) throw new KoboshiError("KB1002", { what: `#${wanted.incidentId}` });
  return { state, refused: null, hasPdf: deps.chromium !== null };
}

interface Request {
  readonly deps: WebDeps;
  readonly script: Script | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function write({ deps, script, request, reply }: Request): Promise<FastifyReply> {
  const context = pageContext(deps, request);
  const incidentId = incidentIdOf(request);
  const wanted = {
    incidentId,
    ...wantedOf({ version: field(request, "version"), lang: field(request, "in") }, context.lang),
  };
  const draft = draftOf(request);
  const actor = actorOf(request);
  const saved = await deps.reports.save({ incidentId, revision: revisionOf(request), draft, actor });
  const done =
    saved.ok && field(request, "publish") === "yes"
      ? await deps.reports.publish({ incidentId, revision: saved.value.revision, actor })
      : saved;
  if (done.ok) return reply.redirect(`/i/${incidentId}/report?version=${wanted.version}&in=${wanted.lang}`, 303);
  const { code, facts } = done.error;
  const problem = { ...explainError(code, facts, context.lang), status: errorCodes[code].status };
  const page = reportPage(
    { ...context, url: `/i/${incidentId}/report` },
    { ...(await view(deps, wanted)), refused: { draft, problem } },
  );
  return sendPage(reply, { ...context, url: `/i/${incidentId}/report` }, { ...page, script });
}

function revisionOf(request: FastifyRequest): number {
  const written = field(request, "revision");
  return /^\d{1,9}$/.test(written) ? Number(written) : -1;
}

/** What the form says, within the report's own bounds. @throws KoboshiError KB1001 when a field is too long */
function draftOf(request: FastifyRequest): Draft {
  const keys = [...reportForm.customerBlanks, ...reportForm.internalBlanks];
  const texts = Object.fromEntries(
    keys.map((key) => [key, field(request, `text.${key}`)]).filter(([, text]) => text !== ""),
  );
  const numbers = Array.from({ length: mostMeasures }, (_, index) => index + 1);
  const measures = numbers.map((nth) => measureOf(request, nth)).filter(({ what }) => what !== "");
  const parsed = reportForm.Draft.safeParse({ stage: field(request, "stage"), texts, measures });
  if (!parsed.success) {
    throw new KoboshiError("KB1001", { what: parsed.error.issues.map(({ path }) => path.join(".")).join(", ") });
  }
  return parsed.data;
}

function measureOf(request: FastifyRequest, nth: number): Record<string, string> {
  const of = (name: string): string => field(request, `measure.${nth}.${name}`);
  return {
    what: of("what"),
    type: of("type"),
    due: of("due"),
    owner: of("owner"),
    check: of("check"),
    state: of("state"),
  };
}
