import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { NewPing, PingAnswer, PingKind } from "../../kernel/model/job.ts";
import type { JobDesk } from "../../kernel/ports.ts";
import { createRateLimit, type RateLimit } from "../rate-limit.ts";

export interface PingDeps {
  readonly jobs: Pick<JobDesk, "ping">;
  readonly clock: Clock;
  readonly log: Log;
}

/** As much of a body as is kept; the rest is read and thrown away. Source: Healthchecks, PING_BODY_LIMIT. */
const keptBodyBytes = 100_000;
/** Whoever sends more than this is cut off. */
const longestBodyBytes = 20_000_000;
const longestAgentChars = 200;

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A body as far as it is kept. */
export interface KeptBody {
  readonly text: string | null;
  readonly bytes: number;
}

/** A refusal in the words that senders know. */
interface Said {
  readonly status: number;
  readonly text: string;
}

const saidOf: Readonly<Record<PingAnswer, Said>> = {
  ok: { status: 200, text: "OK" },
  created: { status: 201, text: "Created" },
  "not-found": { status: 404, text: "not found" },
  ambiguous: { status: 409, text: "ambiguous slug" },
  "too-often": { status: 429, text: "rate limited" },
};
const badAddress: Said = { status: 400, text: "invalid url format" };
const badRunId: Said = { status: 400, text: "invalid uuid format" };

/** Addresses tried in vain by one sender before it is turned away for a minute. */
const guesses = { tries: 60, windowMs: 60_000 };

/** Healthchecks' ping addresses. What is answered with OK is on disk. */
export function pingRoutes(app: FastifyInstance, deps: PingDeps): void {
  const limit = createRateLimit(deps.clock, guesses);
  app.register((scope, _options, done) => {
    takeAnyBody(scope);
    scope.addHook("onRequest", (_request, reply, next) => {
      void reply.header("access-control-allow-origin", "*").header("cache-control", "no-store");
      next();
    });
    scope.setErrorHandler<Error>((thrown, _request, reply) => {
      deps.log.error("a report could not be taken in", { error: errorText(thrown) });
      const { status, text } = refusalOf(thrown);
      return send(reply, { status, text });
    });
    for (const url of ["/ping/:one", "/ping/:one/:two", "/ping/:one/:two/:three"]) {
      scope.route({
        method: ["GET", "HEAD", "POST"],
        url,
        // the address is the authority; a report changes nothing a browser could be tricked into
        config: { authority: "link" },
        schema: { summary: "A job reports: Healthchecks' ping API", hide: url !== "/ping/:one" },
        handler: (request, reply) => receive({ ...deps, limit }, request, reply),
      });
      scope.options(url, { config: { authority: "open" }, schema: { hide: true } }, (_request, reply) =>
        reply
          .header("access-control-allow-methods", "GET, HEAD, POST")
          .header("access-control-allow-headers", "*")
          .status(204)
          .send(),
      );
    }
    done();
  });
}

/** Takes a body of whatever kind, keeps its beginning, and lets the rest pass by. */
export function takeAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, payload, parsed) => {
    readBody(payload).then(
      (body) => parsed(null, body),
      (thrown: unknown) => parsed(new KoboshiError("KB1001", { what: "body" }, thrown)),
    );
  });
}

async function readBody(payload: Readable): Promise<KeptBody> {
  const kept: Buffer[] = [];
  let [bytes, keptBytes] = [0, 0];
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestBodyBytes) throw new Error("the body does not end");
    const part = chunk.subarray(0, keptBodyBytes - keptBytes);
    keptBytes += part.length;
    if (part.length > 0) kept.push(part);
  }
  return { text: bytes === 0 ? null : Buffer.concat(kept).toString("utf8"), bytes };
}

type Receiving = PingDeps & { readonly limit: RateLimit };

async function receive(
  { jobs, limit }: Receiving,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (limit.isSpent(request.ip)) return send(reply, saidOf["too-often"]);
  const ping = readPing(request);
  if ("status" in ping) return send(reply, ping);
  const taken = await jobs.ping(ping);
  if (taken === "not-found") limit.fail(request.ip);
  return send(reply, saidOf[taken]);
}

function send(reply: FastifyReply, { status, text }: Said): FastifyReply {
  if (status < 300) void reply.header("ping-body-limit", String(keptBodyBytes));
  if (status === 429) void reply.header("retry-after", "60");
  return reply.status(status).type("text/plain; charset=utf-8").send(text);
}

/** What the sender got wrong, what the ledger cannot take, or a fault of ours: nothing of it was kept. */
function refusalOf(thrown: Error): Said {
  if (thrown instanceof KoboshiError && thrown.code.startsWith("KB20")) return { status: 507, text: "not stored" };
  if (thrown instanceof KoboshiError && thrown.code === "KB1001") return { status: 413, text: "body too large" };
  const { statusCode } = thrown as { statusCode?: number };
  return statusCode !== undefined && statusCode < 500
    ? { status: statusCode, text: "bad request" }
    : { status: 500, text: "not stored" };
}

interface Action {
  readonly kind: PingKind;
  readonly exitCode: number | null;
}

function readPing(request: FastifyRequest): NewPing | Said {
  const query = request.query as Readonly<Record<string, unknown>>;
  const read = readAddress(request.params as Parts, query["create"] ?? "0");
  if ("status" in read) return read;
  const runId = query["rid"] ?? null;
  if (runId !== null && (typeof runId !== "string" || !uuidForm.test(runId))) return badRunId;
  return { ...read, runId: runId?.toLowerCase() ?? null, ...sender(request) };
}

interface Parts {
  readonly one: string;
  readonly two?: string;
  readonly three?: string;
}

/** `<uuid>[/what]` or `<key>/<slug>[/what]`. */
function readAddress({ one, two, three }: Parts, create: unknown): Pick<NewPing, "to" | "kind" | "exitCode"> | Said {
  if (create !== "0" && create !== "1") return badAddress;
  const isOwn = uuidForm.test(one);
  const action = readAction(isOwn ? two : three);
  if (action === null || (isOwn && three !== undefined)) return badAddress;
  if (isOwn) return { ...action, to: { uuid: one } };
  return two === undefined ? saidOf["not-found"] : { ...action, to: { key: one, slug: two, create: create === "1" } };
}

/** Who sent it, and what came with it. */
export function sender(request: FastifyRequest): Pick<NewPing, "from" | "method" | "agent" | "body" | "bodyBytes"> {
  const { text = null, bytes = 0 } = (request.body ?? {}) as Partial<KeptBody>;
  return {
    from: request.ip,
    method: request.method,
    agent: (request.headers["user-agent"] ?? "").slice(0, longestAgentChars),
    body: text,
    bodyBytes: bytes,
  };
}

function readAction(written: string | undefined): Action | null {
  if (written === undefined) return { kind: "success", exitCode: null };
  if (written === "start" || written === "fail" || written === "log") return { kind: written, exitCode: null };
  if (!/^\d{1,3}$/.test(written) || Number(written) > 255) return null;
  const exitCode = Number(written);
  return { kind: exitCode === 0 ? "success" : "fail", exitCode };
}
