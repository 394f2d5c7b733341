import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";

export interface JsonRequest {
  readonly method: "GET" | "POST";
  /** with the query, beginning with a slash */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** for the whole of it, from the first byte out to the last byte in */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** undefined when the answer is not JSON */
  readonly body: unknown;
}

export interface HttpFailure {
  readonly reason: "network" | "timeout" | "too-large" | "aborted";
  readonly text: string;
}

/** Asks one server in JSON, over connections that are kept. */
export interface JsonClient {
  request(request: JsonRequest): Promise<Result<JsonAnswer, HttpFailure>>;
  close(): void;
}

export interface JsonClientDeps {
  readonly clock: Clock;
  /** `https://hub.example.jp`; what follows the host is put before every path */
  readonly baseUrl: string;
  /** unencrypted also to other machines than this one */
  readonly plainHttp?: boolean;
  readonly maxAnswerBytes?: number;
}

const defaultMaxAnswerBytes = 32_000_000;

/** Certificates are always verified. Redirects are not followed: signed requests are meant for one server. */
export function createJsonClient(deps: JsonClientDeps): Result<JsonClient, "not-a-url" | "plain-http"> {
  if (!URL.canParse(deps.baseUrl)) return err("not-a-url");
  const base = new URL(deps.baseUrl);
  if (base.protocol !== "https:" && base.protocol !== "http:") return err("not-a-url");
  if (base.protocol === "http:" && deps.plainHttp !== true && !isThisMachine(base.hostname)) return err("plain-http");
  const library = base.protocol === "https:" ? https : http;
  let agent = new library.Agent({ keepAlive: true, maxSockets: 4 });

  return ok({
    async request(request) {
      const result = await send({ deps, base, agent, library, request });
      if (!result.ok && result.error.reason === "timeout") {
        // the kept connections may be as dead as this one
        agent.destroy();
        agent = new library.Agent({ keepAlive: true, maxSockets: 4 });
      }
      return result;
    },
    close: () => agent.destroy(),
  });
}

interface Sending {
  readonly deps: JsonClientDeps;
  readonly base: URL;
  readonly agent: http.Agent;
  readonly library: typeof http | typeof https;
  readonly request: JsonRequest;
}

function send({ deps, base, agent, library, request }: Sending): Promise<Result<JsonAnswer, HttpFailure>> {
  const url = new URL(base.href.replace(/\/$/, "") + request.path);
  return new Promise((resolve) => {
    const { method, body, timeoutMs, signal } = request;
    const length =
      body === undefined ? {} : { "content-type": "application/json", "content-length": String(body.length) };
    const outgoing = library.request(url, {
      method,
      agent,
      headers: { accept: "application/json", ...length, ...request.headers },
    });
    const fail = (reason: HttpFailure["reason"], text: string): void => end(err({ reason, text }));
    const aborted = (): void => fail("aborted", "stopped");
    const timer = deps.clock.after(timeoutMs, () => fail("timeout", `no whole answer within ${timeoutMs} ms`));
    function end(result: Result<JsonAnswer, HttpFailure>): void {
      timer.cancel();
      signal?.removeEventListener("abort", aborted);
      if (!result.ok) outgoing.destroy();
      resolve(result);
    }
    outgoing.on("error", (thrown) => fail("network", errorText(thrown)));
    outgoing.on("response", (incoming) => {
      readAll(incoming, deps.maxAnswerBytes ?? defaultMaxAnswerBytes)
        .then((text) =>
          text === null
            ? fail("too-large", "the answer is too large")
            : end(ok({ status: incoming.statusCode ?? 0, body: parse(text) })),
        )
        .catch((thrown: unknown) => fail("network", errorText(thrown)));
    });
    if (signal?.aborted === true) {
      aborted();
      return;
    }
    signal?.addEventListener("abort", aborted);
    outgoing.end(body);
  });
}

/** @returns null when it is larger than that */
async function readAll(incoming: http.IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // said in the answer's type
  }
}

function isThisMachine(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "");
  return host === "localhost" || (net.isIPv4(address) && address.startsWith("127.")) || address === "::1";
}
