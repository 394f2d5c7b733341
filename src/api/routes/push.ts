import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PingAnswer } from "../../kernel/model/job.ts";
import { createRateLimit } from "../rate-limit.ts";
import { sender, takeAnyBody, type PingDeps } from "./pings.ts";

const guesses = { tries: 60, windowMs: 60_000 };
const longestMessageChars = 2_000;
const tokenForm = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

const statusOf: Readonly<Record<PingAnswer, number>> = {
  ok: 200,
  created: 200,
  "not-found": 404,
  ambiguous: 404,
  "too-often": 429,
};

/** Uptime Kuma's push address: `?status=up|down&msg=&ping=`. The token is the job's own. */
export function pushRoutes(app: FastifyInstance, { jobs, clock }: PingDeps): void {
  const limit = createRateLimit(clock, guesses);
  app.register((scope, _options, done) => {
    takeAnyBody(scope);
    scope.route({
      method: ["GET", "HEAD", "POST"],
      url: "/api/push/:token",
      config: { authority: "link" },
      schema: { summary: "A job reports: Uptime Kuma's push address" },
      async handler(request, reply) {
        if (limit.isSpent(request.ip)) return say(reply, 429, "too many tries");
        const uuid = uuidOf((request.params as { token: string }).token);
        const taken = uuid === null ? "not-found" : await jobs.ping({ ...readPush(request), to: { uuid } });
        if (taken === "ok") return reply.send({ ok: true });
        if (taken === "not-found") limit.fail(request.ip);
        return say(reply, statusOf[taken], taken === "too-often" ? "rate limited" : "Monitor not found or not active.");
      },
    });
    done();
  });
}

function say(reply: FastifyReply, status: number, msg: string): FastifyReply {
  return reply.status(status).send({ ok: false, msg });
}

/** Senders written for Kuma may know no hyphens. */
function uuidOf(token: string): string | null {
  const match = tokenForm.exec(token);
  return match === null ? null : match.slice(1).join("-");
}

function readPush(request: FastifyRequest) {
  const query = request.query as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = query[name];
    return typeof value === "string" ? value.slice(0, longestMessageChars) : "";
  };
  const isDown = text("status") === "down";
  const figures = text("ping") === "" ? "" : ` (${text("ping")} ms)`;
  const said = `${text("msg")}${figures}`.trim();
  const by = sender(request);
  return {
    ...by,
    kind: isDown ? ("fail" as const) : ("success" as const),
    exitCode: null,
    runId: null,
    body: said === "" ? by.body : said,
    bodyBytes: said === "" ? by.bodyBytes : Buffer.byteLength(said),
  };
}
