import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";
import type { Script } from "./assets.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { incidentIdOf, queryText } from "./fields.ts";
import { sendPage, type Page } from "./frame.tsx";
import { keepLang } from "./language.ts";
import { loadFacts, loadHome, loadStatus, loadTimeline } from "./load.ts";
import { homePage } from "./pages/home.tsx";
import { incidentPage, type Draft } from "./pages/incident.tsx";
import { incidentsPage } from "./pages/incidents.tsx";
import { verdictOf } from "./verdict.ts";

const rowsPerPage = 50;

/** The pages that only show. */
export function readRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const show = (request: FastifyRequest, reply: FastifyReply, page: (context: PageContext) => Promise<Page>) =>
    showPage({ deps, script, request, reply }, page);

  app.get("/", (request, reply) =>
    show(request, reply, async (context) => {
      const facts = await loadHome(deps);
      const { first } = verdictOf(facts.status, context);
      return homePage(context, facts, first === null ? null : await loadFacts(deps, first));
    }),
  );
  app.get("/incidents", (request, reply) =>
    show(request, reply, async (context) => {
      const before = Number(/^[1-9]\d{0,8}$/.exec(queryText(request, "before"))?.[0] ?? Number.NaN);
      const further = !Number.isNaN(before);
      const found = await deps.ledger.read.incidents({ limit: rowsPerPage + 1, ...(further ? { before } : {}) });
      const incidents = found.slice(0, rowsPerPage);
      const next = found.length > rowsPerPage ? (incidents.at(-1)?.id ?? null) : null;
      return incidentsPage(context, { incidents, next, further });
    }),
  );
  app.get("/i/:id", (request, reply) =>
    show(request, reply, (context) => incidentRoom(deps, context, { id: incidentIdOf(request), draft: null })),
  );
}

interface Showing {
  readonly deps: WebDeps;
  readonly script: Script | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export async function showPage(
  { deps, script, request, reply }: Showing,
  page: (context: PageContext) => Promise<Page>,
): Promise<FastifyReply> {
  const context = pageContext(deps, request);
  keepLang(request, reply);
  return sendPage(reply, context, { ...(await page(context)), script });
}

/** The incident's page; with what was typed and why it was refused, after a form. */
export async function incidentRoom(
  deps: WebDeps,
  context: PageContext,
  { id, draft }: { id: number; draft: Draft | null },
): Promise<Page> {
  const incident = await deps.ledger.read.incident(id);
  if (incident === null) throw new KoboshiError("KB1002", { what: `#${id}` });
  const facts = (await loadFacts(deps, incident)) ?? { incident, signals: [], deliveries: [] };
  const status = await loadStatus(deps);
  const page = incidentPage(
    context,
    {
      ...facts,
      timeline: await loadTimeline(deps, id),
      services: status?.services ?? [],
      openCount: status?.openIncidents.length ?? 0,
    },
    draft,
  );
  return { ...page, pulseAgeMs: status?.pulseAgeMs ?? null };
}
