import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { windowStates, type Window } from "../../kernel/model/window.ts";
import type { NewWindow } from "../../kernel/ports-prevent.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Result } from "../../kernel/result.ts";
import { isZone } from "../../readers/schedule/zone.ts";
import { windowCalendar } from "../../render/window-ical.ts";
import { actorOf } from "../access.ts";
import { answer, langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";
import { createRechecks, type Rechecks } from "../window-rechecks.ts";
import { FindingsJson, HeldJson, MoveJson, NewWindowJson, ReasonJson, WindowJson } from "../window-schemas.ts";
import { readTarget } from "../window-targets.ts";
import { readEnd, readStart } from "../window-times.ts";
import { findingView, heldView, windowView } from "../window-views.ts";

const Id = z.object({ id: z.coerce.number().int().min(1).max(2_000_000_000) });
const Nothing = z.object({}).nullish();

type WindowRouteDeps = Pick<ApiDeps, "site" | "clock" | "log" | "windows">;

/** Maintenance windows, what was found after them, and what people do with them. */
export function windowRoutes(app: FastifyInstance, deps: WindowRouteDeps): void {
  const rechecks = createRechecks(deps);
  readingRoutes(app, deps, rechecks);
  heldRoute(app, deps);
  feedRoute(app, deps);
  planningRoutes(app, deps);
  endingRoutes(app, deps, rechecks);
}

function readingRoutes(app: FastifyInstance, deps: WindowRouteDeps, rechecks: Rechecks): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { windows } = deps;

  api.route({
    method: "GET",
    url: "/api/v1/windows",
    schema: {
      summary: "Maintenance windows, newest start first",
      querystring: z.object({
        state: z.union([z.enum(windowStates), z.array(z.enum(windowStates))]).nullish(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      response: { 200: listOf(WindowJson), "4xx": ErrorJson },
    },
    handler: async ({ query }) => {
      const states = query.state == null ? null : [query.state].flat();
      const found = await windows.windows({ states, limit: query.limit });
      return { items: found.map((window) => windowView(window, deps.site())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/windows/:id",
    schema: { summary: "One window", params: Id, response: { 200: WindowJson, "4xx": ErrorJson } },
    handler: async ({ params }) => windowView(await windowNamed(deps, params.id), deps.site()),
  });

  api.route({
    method: "GET",
    url: "/api/v1/windows/:id/findings",
    schema: {
      summary: "What was found after it, worst first",
      params: Id,
      response: { 200: FindingsJson, "4xx": ErrorJson },
    },
    handler: async ({ params }) => {
      await windowNamed(deps, params.id);
      const found = await windows.findings(params.id);
      return {
        items: found.map((finding) => findingView(finding, deps.site())),
        next: null,
        checking: rechecks.isRunning(params.id),
      };
    },
  });
}

function heldRoute(app: FastifyInstance, deps: WindowRouteDeps): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: "GET",
    url: "/api/v1/windows/:id/held",
    schema: {
      summary: "Alarms that waited for it, by what they are of, newest first",
      params: Id,
      response: { 200: HeldJson, "4xx": ErrorJson },
    },
    handler: async ({ params }) => {
      await windowNamed(deps, params.id);
      return heldView(await deps.windows.held(params.id), deps.site());
    },
  });
}

const mostInFeed = 500;

function feedRoute(app: FastifyInstance, deps: WindowRouteDeps): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: "GET",
    url: "/api/v1/windows.ics",
    schema: {
      summary: "Maintenance windows as a calendar to subscribe to",
      response: { 200: z.string().meta({ description: "text/calendar, RFC 5545" }) },
    },
    handler: async (request, reply) => {
      const site = deps.site();
      const found = await deps.windows.windows({ states: null, limit: mostInFeed });
      const lang = langOf(request, site.lang);
      const text = windowCalendar(found, { site, lang, hasLinks: true });
      return reply.type("text/calendar; charset=utf-8").send(text);
    },
  });
}

function planningRoutes(app: FastifyInstance, deps: WindowRouteDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { windows } = deps;

  api.route({
    method: "POST",
    url: "/api/v1/windows",
    schema: {
      summary: "Plan maintenance",
      body: NewWindowJson,
      response: { 200: WindowJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const site = deps.site();
      const wanted = wantedOf(request.body, { site, nowMs: deps.clock.nowMs() });
      const result = await windows.add({ wanted, actor: actorOf(request) });
      return answer(reply, result, shown(request, site));
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/windows/:id/move",
    schema: {
      summary: "Give it other times",
      params: Id,
      body: MoveJson,
      response: { 200: WindowJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { timeZone } = await windowNamed(deps, id);
      const startMs = readStart(request.body.start, { timeZone, nowMs: deps.clock.nowMs() });
      const endMs = readEnd(request.body.end, { timeZone, startMs });
      const result = await windows.move({ id, startMs, endMs, actor: actorOf(request) });
      return answer(reply, result, shown(request, deps.site()));
    },
  });
}

function endingRoutes(app: FastifyInstance, deps: WindowRouteDeps, rechecks: Rechecks): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { windows } = deps;

  for (const verb of ["cancel", "sign"] as const) {
    api.route({
      method: "POST",
      url: `/api/v1/windows/:id/${verb}`,
      schema: {
        summary: verb === "cancel" ? "Do not do it; alarms are told again at once" : "Close it though not all is well",
        params: Id,
        body: ReasonJson,
        response: { 200: WindowJson, "4xx": ErrorJson },
      },
      handler: async (request, reply) => {
        const input = { id: request.params.id, reason: request.body.reason, actor: actorOf(request) };
        const result: Result<Window, KoboshiError> = await windows[verb](input);
        return answer(reply, result, shown(request, deps.site()));
      },
    });
  }

  api.route({
    method: "POST",
    url: "/api/v1/windows/:id/done",
    schema: {
      summary: "Say that the work is over; the checks begin",
      params: Id,
      body: Nothing,
      response: { 200: WindowJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const result = await windows.done({ id: request.params.id, actor: actorOf(request) });
      return answer(reply, result, shown(request, deps.site()));
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/windows/:id/check",
    schema: {
      summary: "Look at everything anew; what takes long goes on behind the answer",
      params: Id,
      body: Nothing,
      response: { 200: FindingsJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const site = deps.site();
      const result = await rechecks.begin(id);
      if (!result.ok) return refuse(reply, result.error, langOf(request, site.lang));
      const found = result.value ?? (await windows.findings(id));
      return {
        items: found.map((finding) => findingView(finding, site)),
        next: null,
        checking: result.value === null,
      };
    },
  });
}

function shown(
  request: FastifyRequest,
  site: Site,
): { lang: Site["lang"]; render: (window: Window) => z.input<typeof WindowJson> } {
  return { lang: langOf(request, site.lang), render: (window) => windowView(window, site) };
}

/** What was written, as the desk is asked for it. An end that nobody gave stays open: the desk offers one. */
export function wantedOf(
  written: z.output<typeof NewWindowJson>,
  { site, nowMs }: { site: Site; nowMs: number },
): NewWindow {
  const timeZone = written.timeZone ?? site.timeZone;
  if (!isZone(timeZone)) throw new KoboshiError("KB1001", { what: `timeZone "${timeZone}" (Asia/Tokyo)` });
  const startMs = readStart(written.start, { timeZone, nowMs });
  const end = written.end?.trim() ?? "";
  return {
    title: written.title,
    startMs,
    endMs: end === "" ? null : readEnd(end, { timeZone, startMs }),
    timeZone,
    targets: [...new Set(written.for.map((target) => readTarget(target, site)))],
    alternate: written.alternate?.trim() || null,
    isPublic: written.public,
    checksWanted: written.checks,
    origin: "hand",
    reference: null,
  };
}

async function windowNamed({ windows }: WindowRouteDeps, id: number): Promise<Window> {
  const found = await windows.window(id);
  if (found === null) throw new KoboshiError("KB1002", { what: String(id) });
  return found;
}
