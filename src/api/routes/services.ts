import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { layers, outcomes } from "../../kernel/model/observation.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Availability, Pause } from "../../kernel/ports.ts";
import type { StoredObservation } from "../../storage/telemetry/telemetry.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf, ServiceJson } from "../schemas.ts";
import { serviceView } from "../views.ts";

const usualDays = 90;
const mostDays = 400;
const mostObservations = 1_000;
const observationsMs = 30 * 86_400_000;
const leastPauseSeconds = 60;
const longestPauseSeconds = 30 * 86_400;

const PauseJson = z.object({
  checkId: z.string(),
  reason: z.string(),
  actor: z.string(),
  at: z.string(),
  until: z.string().meta({ description: "when it goes on by itself" }),
});
const ServiceRoomJson = ServiceJson.extend({ pauses: z.array(PauseJson) });

const AvailabilityJson = z.object({
  service: z.string(),
  ratio: z.number().nullable().meta({ description: "null: nothing was watched" }),
  downSeconds: z.number(),
  unknownSeconds: z.number(),
  outages: z.int(),
  days: z.array(
    z.object({
      date: z.string().meta({ description: "a calendar day of the site's zone" }),
      lengthSeconds: z.number(),
      downSeconds: z.number(),
      degradedSeconds: z.number(),
      unknownSeconds: z.number(),
    }),
  ),
});

const ObservationJson = z.object({
  checkId: z.string(),
  vantage: z.string(),
  attempt: z.int(),
  at: z.string(),
  outcome: z.enum(outcomes),
  layer: z.enum(layers).nullable(),
  address: z.string().nullable(),
  timings: z.record(z.string(), z.number()).meta({ description: "milliseconds per phase" }),
  facts: z.record(z.string(), z.unknown()),
  error: z.object({ code: z.string(), text: z.string() }).nullable(),
});

const Key = z.object({ key: z.string() });
const CheckId = z.object({ id: z.string().meta({ description: "as in /api/v1/checks, percent-encoded" }) });
const Ids = z.object({ ids: z.array(z.string()).min(1).max(10_000) });
const PauseBody = Ids.extend({
  reason: z.string().trim().min(1).max(500),
  forSeconds: z.number().min(leastPauseSeconds).max(longestPauseSeconds),
});

/** One service with its past, one check with its attempts, and what can be done to checks. */
export function serviceRoutes(app: FastifyInstance, deps: ApiDeps): void {
  readingRoutes(app, deps);
  changingRoutes(app, deps);
}

function readingRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/services/:key",
    schema: { summary: "One service", params: Key, response: { 200: ServiceRoomJson, "4xx": ErrorJson } },
    handler: async (request) => {
      const { services } = await deps.status();
      const service = services.find(({ key }) => key === request.params.key);
      if (service === undefined) throw noService(request.params.key);
      const site = deps.site();
      const pauses = service.checks.flatMap(({ id }) => deps.pauses.pauses().get(id) ?? []);
      return { ...serviceView(service, site), pauses: pauses.map((pause) => pauseView(pause, site)) };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/services/:key/availability",
    schema: {
      summary: "How well a service worked, by calendar day",
      params: Key,
      querystring: z.object({ days: z.coerce.number().int().min(1).max(mostDays).default(usualDays) }),
      response: { 200: AvailabilityJson, "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { key } = request.params;
      if (!deps.site().services.has(key)) throw noService(key);
      const [found] = await deps.availability.read({ services: [key], days: request.query.days });
      if (found === undefined) throw noService(key);
      return availabilityView(found);
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/checks/:id/observations",
    schema: {
      summary: "The newest attempts of a check, newest first",
      params: CheckId,
      querystring: z.object({ limit: z.coerce.number().int().min(1).max(mostObservations).default(50) }),
      response: { 200: listOf(ObservationJson), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { id } = request.params;
      const site = deps.site();
      if (!site.checks.some((check) => check.id === id)) throw new KoboshiError("KB1002", { what: id.slice(0, 200) });
      const toMs = deps.clock.nowMs() + 1;
      const range = { fromMs: toMs - observationsMs, toMs, limit: request.query.limit };
      const found = await deps.telemetry.read.observations({ checkIds: [id], ...range });
      return { items: found.map((one) => observationView(one, site)), next: null };
    },
  });
}

function changingRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/checks/probe",
    schema: {
      summary: "Look now, from every vantage that runs them",
      body: Ids,
      response: { 200: z.object({ ids: z.array(z.string()) }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { ids } = request.body;
      const known = new Set(deps.site().checks.map(({ id }) => id));
      const unknown = ids.find((id) => !known.has(id));
      if (unknown !== undefined) throw new KoboshiError("KB1002", { what: unknown.slice(0, 200) });
      deps.probeNow(ids);
      return { ids };
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/checks/pause",
    schema: {
      summary: "Hold checks back for a while",
      body: PauseBody,
      response: { 200: listOf(PauseJson), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { ids, reason, forSeconds } = request.body;
      const actor = actorOf(request);
      const result = await deps.pauses.pause({ checkIds: ids, reason, forMs: forSeconds * 1_000, actor });
      if (!result.ok) throw result.error;
      return { items: result.value.map((pause) => pauseView(pause, deps.site())), next: null };
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/checks/resume",
    schema: {
      summary: "Let paused checks go on; answers with those that were paused",
      body: Ids,
      response: { 200: z.object({ ids: z.array(z.string()) }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const result = await deps.pauses.resume({ checkIds: request.body.ids, actor: actorOf(request) });
      if (!result.ok) throw result.error;
      return { ids: [...result.value] };
    },
  });
}

function noService(key: string): KoboshiError {
  return new KoboshiError("KB1002", { what: `service:${key.slice(0, 100)}` });
}

function pauseView({ checkId, reason, actor, at, until }: Pause, { timeZone }: Site): z.input<typeof PauseJson> {
  return { checkId, reason, actor, at: rfc3339(at.atMs, timeZone), until: rfc3339(until.atMs, timeZone) };
}

function availabilityView(found: Availability): z.input<typeof AvailabilityJson> {
  const { service, ratio, downMs, unknownMs, outages, days } = found;
  return {
    service,
    ratio,
    downSeconds: downMs / 1_000,
    unknownSeconds: unknownMs / 1_000,
    outages,
    days: days.map((day) => ({
      date: day.date,
      lengthSeconds: day.lengthMs / 1_000,
      downSeconds: day.downMs / 1_000,
      degradedSeconds: day.degradedMs / 1_000,
      unknownSeconds: day.unknownMs / 1_000,
    })),
  };
}

function observationView(one: StoredObservation, { timeZone }: Site): z.input<typeof ObservationJson> {
  const { checkId, vantage, attempt, outcome, layer, address, timings, facts, error } = one;
  const at = rfc3339(one.atMs, timeZone);
  return {
    checkId,
    vantage,
    attempt,
    at,
    outcome,
    layer,
    address,
    timings: { ...timings },
    facts: { ...facts },
    error,
  };
}
