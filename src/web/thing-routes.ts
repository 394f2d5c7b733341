import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";
import { siteGraph, type Graph } from "../kernel/graph.ts";
import { componentId, kindOf, nameOf } from "../kernel/model/component.ts";
import type { Incident } from "../kernel/model/incident.ts";
import { checkPathOf } from "./check-path.ts";
import type { PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { queryText } from "./fields.ts";
import { filterChecks, filterServices, parseFilter } from "./filter.ts";
import type { Page } from "./frame.tsx";
import { loadStatus } from "./load.ts";
import { createMapLayouts, type MapLayouts } from "./map-layout.ts";
import { attemptsShown, checkPage } from "./pages/check.tsx";
import { checksPage, checksPerPage } from "./pages/checks.tsx";
import { mapPage } from "./pages/map.tsx";
import { servicePage, type ServiceView } from "./pages/service.tsx";
import { groupings, servicesPage, servicesPerPage } from "./pages/services.tsx";
import { vantagesPage } from "./pages/vantages.tsx";
import type { Past } from "./past.ts";
import { showPage, type Shown } from "./read-routes.ts";

const pastDays = 90;
const incidentsShown = 10;
/** of the newest incidents, those of one service are looked for among this many */
const incidentsSearched = 300;

/** The pages of what is watched: services, checks, vantages, and what depends on what. */
export function thingRoutes(app: FastifyInstance, deps: WebDeps, { script, past }: Shown): void {
  const graphs = keptGraph();
  const layouts = createMapLayouts({ site: () => deps.site(), graphOf: graphs });
  const show = (request: FastifyRequest, reply: FastifyReply, page: (context: PageContext) => Promise<Page>) =>
    showPage({ deps, script, request, reply }, page);

  app.get("/services", (request, reply) =>
    show(request, reply, (context) => servicesAsked(deps, past, { context, request })),
  );
  app.get("/services/:key", (request, reply) =>
    show(request, reply, (context) => {
      const { key } = request.params as { key: string };
      return serviceRoom({ deps, past, layouts, graph: graphs(deps.site()) }, context, {
        key,
        done: doneOf(request),
      });
    }),
  );
  app.get("/checks", (request, reply) => show(request, reply, (context) => checksAsked(deps, { context, request })));
  app.get("/checks/*", (request, reply) =>
    show(request, reply, async (context) => {
      const id = (request.params as { "*": string })["*"];
      const status = await deps.status();
      const check = status.services.flatMap((service) => service.checks).find((one) => one.id === id);
      const written = deps.site().checks.find((one) => one.id === id);
      if (check === undefined || written === undefined) throw new KoboshiError("KB1002", { what: id.slice(0, 200) });
      const [attempts, path] = await Promise.all([past.observations(id, attemptsShown), checkPathOf(deps, written)]);
      const pause = deps.pauses.pauses().get(id) ?? null;
      return checkPage(context, { check, written, pause, attempts, path, done: doneOf(request) });
    }),
  );
  app.get("/vantages", (request, reply) =>
    show(request, reply, async (context) =>
      vantagesPage(context, { status: await loadStatus(deps), revoked: revokedOf(deps, request), problem: null }),
    ),
  );
  app.get("/map", (request, reply) =>
    show(request, reply, async (context) => mapPage(context, await loadStatus(deps), layouts.whole())),
  );
}

function keptGraph(): typeof siteGraph {
  let kept: { readonly of: Parameters<typeof siteGraph>[0]; readonly graph: Graph } | null = null;
  return (site) => {
    if (kept?.of !== site) kept = { of: site, graph: siteGraph(site) };
    return kept.graph;
  };
}

/** What a form has just done, told by the address it came back to. */
function doneOf(request: FastifyRequest): ServiceView["done"] {
  const done = queryText(request, "done");
  return done === "probed" || done === "paused" || done === "resumed" ? done : "";
}

function revokedOf(deps: WebDeps, request: FastifyRequest): string {
  const name = queryText(request, "revoked");
  return deps.site().vantages.has(name) ? name : "";
}

function pageNumber(request: FastifyRequest): number {
  return Number(/^[1-9]\d{0,4}$/.exec(queryText(request, "page"))?.[0] ?? 1);
}

interface Asked {
  readonly context: PageContext;
  readonly request: FastifyRequest;
}

async function servicesAsked(deps: WebDeps, past: Past, { context, request }: Asked): Promise<Page> {
  const status = await loadStatus(deps);
  const filter = parseFilter(queryText(request, "q"));
  const group = groupings.find((one) => one === queryText(request, "group")) ?? "none";
  const found = filterServices(context.site, status?.services ?? [], filter);
  const page = Math.min(pageNumber(request), Math.max(1, Math.ceil(found.length / servicesPerPage)));
  const shown = found.slice((page - 1) * servicesPerPage, page * servicesPerPage);
  const [days, series] = await Promise.all([
    past.availability(
      shown.map(({ key }) => key),
      pastDays,
    ),
    // one line each: the first check stands for its service
    past.series(shown.flatMap(({ checks }) => checks.slice(0, 1).map(({ id }) => id))),
  ]);
  return servicesPage(context, {
    status,
    shown,
    found: found.length,
    page,
    filter,
    group,
    past: days,
    series,
  });
}

async function checksAsked(deps: WebDeps, { context, request }: Asked): Promise<Page> {
  const status = await loadStatus(deps);
  const filter = parseFilter(queryText(request, "q"));
  const checks = (status?.services ?? []).flatMap((service) => service.checks);
  const found = filterChecks(context.site, checks, filter);
  const page = Math.min(pageNumber(request), Math.max(1, Math.ceil(found.length / checksPerPage)));
  const shown = found.slice((page - 1) * checksPerPage, page * checksPerPage);
  return checksPage(context, { status, shown, found: found.length, page, filter });
}

interface Room {
  readonly deps: WebDeps;
  readonly past: Past;
  readonly layouts: MapLayouts;
  readonly graph: Graph;
}

async function serviceRoom(
  { deps, past, layouts, graph }: Room,
  context: PageContext,
  { key, done }: { key: string; done: ServiceView["done"] },
): Promise<Page> {
  const status = await deps.status();
  const service = status.services.find((one) => one.key === key);
  if (service === undefined) throw new KoboshiError("KB1002", { what: `service:${key.slice(0, 100)}` });
  const id = componentId("service", key);
  const ids = service.checks.map((check) => check.id);
  const failing = service.checks.filter(({ state }) => state !== "ok" && state !== "paused").map((check) => check.id);
  const [days, series, lastGood, incidents] = await Promise.all([
    past.availability([key], pastDays),
    past.series(ids),
    past.lastGood(failing),
    incidentsOf(deps, key),
  ]);
  return servicePage(context, {
    status,
    service,
    needs: graph.needs(id),
    neededBy: graph.dependents(id).filter((other) => graph.needs(other).includes(id)),
    pauses: ids.flatMap((check) => deps.pauses.pauses().get(check) ?? []),
    past: days,
    series,
    lastGood,
    incidents,
    drawing: layouts.around(key),
    done,
  });
}

async function incidentsOf(deps: WebDeps, key: string): Promise<readonly Incident[]> {
  const newest = await deps.ledger.read.incidents({ limit: incidentsSearched });
  const isOf = ({ services, subject, affected }: Incident): boolean =>
    services.includes(key) ||
    (kindOf(subject) === "service" && nameOf(subject) === key) ||
    affected.some(({ component }) => component === componentId("service", key));
  return newest.filter(isOf).slice(0, incidentsShown);
}
