import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { vantagePaths, type VantageDesk } from "../../observe/index.ts";
import { actorOf } from "../access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";

/** A report carries at most 500 observations of a few kilobytes. */
const longestReportBytes = 4_000_000;
const longestJoinBytes = 4_000;

type DeskDeps = Pick<ApiDeps, "desk" | "site">;

/** What vantages elsewhere ask of the hub. Their own signature is the authority, checked over the bytes as they came. */
export function deskRoutes(app: FastifyInstance, deps: DeskDeps): void {
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));

    scope.post(
      vantagePaths.join,
      {
        config: { authority: "signed" },
        bodyLimit: longestJoinBytes,
        schema: { summary: "Join with a one-time token" },
      },
      async (request, reply) => send(deps, { request, reply }, await deps.desk.join(parseJson(bodyOf(request)))),
    );

    scope.get(
      vantagePaths.work,
      { config: { authority: "signed" }, schema: { summary: "What to look at; waits for news" } },
      async (request, reply) => {
        const gone = new AbortController();
        request.raw.on("close", () => gone.abort());
        return send(deps, { request, reply }, await deps.desk.work(signed(request), gone.signal));
      },
    );

    scope.post(
      vantagePaths.report,
      { config: { authority: "signed" }, bodyLimit: longestReportBytes, schema: { summary: "What was seen" } },
      async (request, reply) => send(deps, { request, reply }, await deps.desk.report(signed(request))),
    );

    done();
  });
}

export function vantageRoutes(app: FastifyInstance, deps: ApiDeps): void {
  deskRoutes(app, deps);
  app.post(
    "/api/v1/vantages/:name/revoke",
    {
      schema: { summary: "Void a vantage's key", params: z.object({ name: z.string() }), body: z.object({}).nullish() },
    },
    async (request, reply) => {
      const { name } = request.params as { name: string };
      const result = await deps.desk.revoke({ name, actor: actorOf(request) });
      return answer(reply, result, {
        lang: langOf(request, deps.site().lang),
        render: () => ({ name, revoked: true }),
      });
    },
  );
}

function send<T>(
  deps: DeskDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  result: Parameters<typeof answer<T>>[1],
): FastifyReply {
  return answer(reply, result, { lang: langOf(request, deps.site().lang), render: (value) => value });
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function signed(request: FastifyRequest): Parameters<VantageDesk["report"]>[0] {
  return {
    method: request.method,
    path: request.url,
    headers: request.headers,
    body: bodyOf(request),
    peer: request.ip,
  };
}

/** @returns undefined for what is no JSON: the desk refuses it like any other wrong body */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
