import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import { learnedWords } from "../words/learned.ts";
import type { Script } from "./assets.ts";
import { besideIncident } from "./beside-incident.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { incidentIdOf, queryText } from "./fields.ts";
import { sendChanges, sendPage, type Page } from "./frame.tsx";
import { keepLang } from "./language.ts";
import { loadFacts, loadHome, loadStatus, loadTimeline, type IncidentFacts } from "./load.ts";
import type { Past } from "./past.ts";
import { homePage } from "./pages/home.tsx";
import { incidentPage, type Draft, type IncidentView } from "./pages/incident.tsx";
import { loadWindows } from "./pages/home-windows.tsx";
import { incidentsPage } from "./pages/incidents.tsx";
import { loudOf, verdictOf } from "./verdict.ts";

const rowsPerPage = 50;

/** Home and the incidents. */
export function readRoutes(app: FastifyInstance, deps: WebDeps, { script, past }: Shown): void {
  const show = (request: FastifyRequest, reply: FastifyReply, page: (context: PageContext) => Promise<Page>) =>
    showPage({ deps, script, request, reply }, page);

  app.get("/", (request, reply) =>
    show(request, reply, async (context) => {
      const facts = await loadHome(deps, past);
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
      return incidentsPage(context, { incidents, next, further, windows: await loadWindows(deps) });
    }),
  );
  app.get("/i/:id", (request, reply) =>
    show(request, reply, (context) => incidentRoom(deps, context, { id: incidentIdOf(request), draft: null })),
  );
}

/** What every group of pages is given beside its deps. */
export interface Shown {
  readonly script: Script | null;
  readonly past: Past;
}

interface Showing {
  readonly deps: WebDeps;
  readonly script: Script | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Shows one page; to a page that is open already, what has changed of it. */
export async function showPage(
  { deps, script, request, reply }: Showing,
  page: (context: PageContext) => Promise<Page>,
): Promise<FastifyReply> {
  const context = pageContext(deps, request);
  keepLang(request, reply);
  const framed = await withSurroundings(deps, await page(context));
  const have = request.headers["x-koboshi-live"];
  if (typeof have === "string") return sendChanges(reply, context, { ...framed, have });
  return sendPage(reply, context, { ...framed, script });
}

/** Pages that are about something else still show the pulse, how many incidents there are, and the worst of them. */
async function withSurroundings(deps: WebDeps, page: Page): Promise<Page> {
  if (page.frame === false || page.here === "home" || page.alarms !== undefined) return page;
  const status = await loadStatus(deps);
  if (status === null) return page;
  const alarms = loudOf(status);
  const { openIncidents, pulseAgeMs, watch } = status;
  return { openCount: openIncidents.length, pulseAgeMs, watch, ...page, alarms };
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
  const view = await viewOf(deps, context, { ...facts, status });
  const page = incidentPage(context, view, draft);
  const others = status === null ? [] : loudOf(status).filter((other) => other.id !== id);
  return { ...page, pulseAgeMs: status?.pulseAgeMs ?? null, watch: status?.watch, alarms: others };
}

async function viewOf(
  deps: WebDeps,
  context: PageContext,
  { status, ...facts }: IncidentFacts & { readonly status: SiteStatus | null },
): Promise<IncidentView> {
  const { id } = facts.incident;
  return {
    ...facts,
    timeline: await loadTimeline(deps, id),
    services: status?.services ?? [],
    openCount: status?.openIncidents.length ?? 0,
    beside: await besideIncident(deps, facts.incident),
    diagnosis: (await deps.ledger.read.newestDiagnosis(id))?.diagnosis ?? null,
    catalogue: [
      ...deps.diagnoses.causes().map((cause) => ({ id: cause.id, title: cause.title[context.lang] })),
      { id: "other-unknown", title: learnedWords(context.lang).notInCatalogue },
    ],
    confirmed: await deps.diagnoses.casesOf(id),
    pictures: await deps.ledger.read.picturesOf(id),
  };
}
