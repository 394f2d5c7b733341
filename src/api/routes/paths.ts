import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { PathPackets, PathStatus, Route } from "../../kernel/ports-paths.ts";
import { rfc3339 } from "../../words/format.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Seconds = z.number().nullable();

const RouteJson = z.object({
  hops: z.array(z.array(z.string())).meta({ description: "from the nearest; routers that take turns are one hop" }),
  reached: z.boolean(),
  since: z.string(),
});

const PathJson = z.object({
  vantage: z.string(),
  target: z.string(),
  address: z.string().nullable(),
  subject: z.string(),
  services: z.array(z.string()),
  packets: z
    .object({
      sent: z.int(),
      lossRatio: z.number(),
      minSeconds: Seconds,
      meanSeconds: Seconds,
      maxSeconds: Seconds,
      jitterSeconds: Seconds,
    })
    .nullable()
    .meta({ description: "of the last five minutes" }),
  route: RouteJson.nullable(),
  before: RouteJson.nullable().meta({ description: "the route before the last change" }),
  tracedAt: z.string().nullable(),
  unobserved: z.record(z.string(), z.string()),
  troubles: z.array(z.string()),
});

/** Loss, delay and routes to the targets of the checks. */
export function pathRoutes(app: FastifyInstance, { site, paths }: Pick<ApiDeps, "site" | "paths">): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/paths",
    schema: { summary: "Paths to the targets of the checks, troubled ones first", response: { 200: listOf(PathJson) } },
    handler: () => ({ items: paths.paths().map((path) => pathView(path, site())), next: null }),
  });

  api.route({
    method: "GET",
    url: "/api/v1/paths/:target",
    schema: {
      summary: "One path and the routes that were in force, newest first",
      params: z.object({ target: z.string().min(1).max(300) }),
      querystring: z.object({ vantage: z.string().max(100).default("here").meta({ description: "who looks" }) }),
      response: { 200: PathJson.extend({ history: z.array(RouteJson) }), "4xx": ErrorJson },
    },
    handler: async ({ params: { target }, query: { vantage } }) => {
      const path = paths.paths().find((one) => one.target === target && one.vantage === vantage);
      if (path === undefined) throw new KoboshiError("KB1002", { what: target });
      const history = await paths.history(target, vantage);
      return { ...pathView(path, site()), history: history.map((route) => routeView(route, site())) };
    },
  });
}

function pathView(path: PathStatus, site: Site): z.input<typeof PathJson> {
  const { packets, route, before, tracedAt, services, troubles, ...plain } = path;
  return {
    ...plain,
    services: [...services],
    troubles: [...troubles],
    packets: packets === null ? null : packetView(packets),
    route: route === null ? null : routeView(route, site),
    before: before === null ? null : routeView(before, site),
    tracedAt: tracedAt === null ? null : rfc3339(tracedAt.atMs, site.timeZone),
  };
}

function packetView({ sent, lossRatio, minMs, meanMs, maxMs, jitterMs }: PathPackets): {
  sent: number;
  lossRatio: number;
  minSeconds: number | null;
  meanSeconds: number | null;
  maxSeconds: number | null;
  jitterSeconds: number | null;
} {
  return {
    sent,
    lossRatio,
    minSeconds: seconds(minMs),
    meanSeconds: seconds(meanMs),
    maxSeconds: seconds(maxMs),
    jitterSeconds: seconds(jitterMs),
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function routeView({ hops, reached, since }: Route, { timeZone }: Site): z.input<typeof RouteJson> {
  return { hops: hops.map((hop) => [...hop]), reached, since: rfc3339(since.atMs, timeZone) };
}
