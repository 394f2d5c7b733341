import { promisify } from "node:util";
import zlib from "node:zlib";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { PbfWriter } from "pbf";
import { errorCodes, errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { OtlpIntake, OtlpRequest, OtlpTaken } from "../../kernel/ports-metrics.ts";
import { explainError } from "../../words/errors.ts";
import { decideAccess, isLoopback, type Authority } from "../access.ts";
import { langOf } from "../answer.ts";
import { asKoboshiError } from "../errors.ts";
import { guardListener, type AccessDeps } from "../guard.ts";

export interface OtlpRouteDeps {
  site(): Site;
  readonly otlp: OtlpIntake;
  readonly log: Log;
}

/** A collector's batch of 8,192 points has 2 to 4 MB unpacked, a tenth of it packed. */
const longestBodyBytes = 8_000_000;
const longestUnpackedBytes = 16_000_000;
/** Each holds its body in memory. */
const mostAtOnce = 16;
const waitSeconds = 5;
const gunzip = promisify(zlib.gunzip);

type Form = OtlpRequest["form"];
const contentTypes: Readonly<Record<Form, string>> = { json: "application/json", protobuf: "application/x-protobuf" };

/**
 * OpenTelemetry's receiver over HTTP. @param authority `token` where anyone can reach it; `open` behind a listener that
 * lets only this machine in. Source: opentelemetry.io/docs/specs/otlp, "OTLP/HTTP"
 */
export function otlpRoutes(app: FastifyInstance, deps: OtlpRouteDeps, authority: Authority): void {
  app.register((scope, _options, done) => {
    let running = 0;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    scope.setErrorHandler<Error>((thrown, request, reply) => {
      const error = refusalOf(thrown);
      if (error.code === "KB1004") deps.log.error("metrics not taken in", { error: errorText(thrown) });
      return refuseOtlp(deps, { request, reply, error });
    });
    for (const what of ["metrics", "logs"] as const) {
      const summary = `Take OpenTelemetry's ${what}, in JSON or protobuf`;
      const options = { config: { authority, scope: "otlp:write" }, bodyLimit: longestBodyBytes } as const;
      scope.post(`/v1/${what}`, { ...options, schema: { summary } }, async (request, reply) => {
        if (running >= mostAtOnce) throw new KoboshiError("KB4304", { waitSeconds });
        running += 1;
        try {
          return await take(deps.otlp, what, { request, reply });
        } finally {
          running -= 1;
        }
      });
    }
    done();
  });
}

async function take(
  otlp: OtlpIntake,
  what: "metrics" | "logs",
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const form = formOf(request);
  if (form === null) throw new KoboshiError("KB4303", { type: shown(request.headers["content-type"]) });
  const body = await unpacked(request);
  const taken = await otlp[what]({ form, body });
  if (taken.ok)
    return reply
      .status(200)
      .type(contentTypes[form])
      .send(successOf(form, what, taken.value));
  const { reason, why } = taken.error;
  throw new KoboshiError(reason === "malformed" ? "KB4301" : "KB4302", { why });
}

function formOf(request: FastifyRequest): Form | null {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return "json";
  return type === "application/x-protobuf" || type === "application/protobuf" ? "protobuf" : null;
}

/** @throws KoboshiError KB4301, KB4302 for what does not unpack, or to too much; KB4303 for other packings */
async function unpacked({ body, headers }: FastifyRequest): Promise<Uint8Array> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return bytes;
  if (encoding !== "gzip" && encoding !== "x-gzip") throw new KoboshiError("KB4303", { type: shown(encoding) });
  try {
    return await gunzip(bytes, { maxOutputLength: longestUnpackedBytes });
  } catch (thrown) {
    const tooLarge = (thrown as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    if (tooLarge) throw new KoboshiError("KB4302", { why: `> ${longestUnpackedBytes} bytes` }, thrown);
    throw new KoboshiError("KB4301", { why: "gzip" }, thrown);
  }
}

function shown(text: string | undefined): string {
  return (text ?? "—").slice(0, 80);
}

/** An empty answer means that all was taken. */
function successOf(form: Form, what: "metrics" | "logs", { rejected, why }: OtlpTaken): Buffer {
  const said = rejected > 0 || why !== "";
  if (form === "json") {
    const count = what === "metrics" ? "rejectedDataPoints" : "rejectedLogRecords";
    const partial = said ? { partialSuccess: { [count]: String(rejected), errorMessage: why } } : {};
    return Buffer.from(JSON.stringify(partial));
  }
  const writer = new PbfWriter();
  if (said) {
    writer.writeMessage(
      1,
      (_of, partial) => {
        partial.writeVarintField(1, rejected);
        partial.writeStringField(2, why);
      },
      null,
    );
  }
  return Buffer.from(writer.finish());
}

function refusalOf(thrown: Error): KoboshiError {
  const { code } = thrown as { code?: string };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new KoboshiError("KB4302", { why: `> ${longestBodyBytes} bytes` });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new KoboshiError("KB4303", { type: "—" }, thrown);
  return asKoboshiError(thrown);
}

/** A refusal is a google.rpc.Status in the form of the request. */
function refuseOtlp(
  { site }: Pick<OtlpRouteDeps, "site">,
  { request, reply, error }: { request: FastifyRequest; reply: FastifyReply; error: KoboshiError },
): FastifyReply {
  const { message, fix } = explainError(error.code, error.facts, langOf(request, site().lang));
  const { status } = errorCodes[error.code];
  const text = `${error.code} ${message}: ${fix}`;
  if (status === 429) void reply.header("retry-after", String(waitSeconds));
  const form = formOf(request) ?? "json";
  void reply.status(status).type(contentTypes[form]);
  if (form === "json") return reply.send(JSON.stringify({ code: rpcCodes[status] ?? 2, message: text }));
  const writer = new PbfWriter();
  writer.writeVarintField(1, rpcCodes[status] ?? 2);
  writer.writeStringField(2, text);
  return reply.send(Buffer.from(writer.finish()));
}

/** Source: google/rpc/code.proto */
const rpcCodes: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 413: 8, 415: 3, 429: 8 };

/**
 * The receiver's own listener, not yet listening. On loopback only this machine's programs get in, without a token; elsewhere
 * each shows one with the scope `otlp:write`.
 */
export function otlpServer(deps: OtlpRouteDeps & AccessDeps, host: string): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: longestBodyBytes,
    requestTimeout: 30_000,
    forceCloseConnections: true,
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply, error: KoboshiError): FastifyReply =>
    refuseOtlp(deps, { request, reply, error });
  const isLocal = isLoopback(host) || host === "localhost";
  if (isLocal) letOnlyThisMachineIn(app, refuse);
  else guardListener(app, "public", { ...deps, refuse });
  otlpRoutes(app, deps, isLocal ? "open" : "token");
  return app;
}

/** No browser and no proxy: both bring others along. */
function letOnlyThisMachineIn(
  app: FastifyInstance,
  refuse: (request: FastifyRequest, reply: FastifyReply, error: KoboshiError) => FastifyReply,
): void {
  app.addHook("onRequest", async (request, reply) => {
    const { method, headers, socket, routeOptions } = request;
    const decision = decideAccess({
      listener: "admin",
      authority: "open",
      scope: null,
      method,
      route: routeOptions.url,
      peer: socket.remoteAddress,
      headers,
      identity: null,
      siteUrl: null,
      hasLogin: false,
    });
    return decision.ok ? undefined : refuse(request, reply, decision.error);
  });
}
