import http from "node:http";
import type { Socket } from "node:net";
import { pipeline, type Readable } from "node:stream";
import zlib from "node:zlib";
import { err, ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Step, type Stop } from "./attempt.ts";
import { closedStop } from "./net-error.ts";

/** Chromium takes 256 kB of headers; a quarter is more than any page needs. */
const maxHeaderBytes = 65_536;

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** lower-case names */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Sends one request over a connected socket. @returns the answer's head; its body is not read yet */
export function ask(attempt: Attempt, socket: Socket, request: HttpRequest): Promise<Step<http.IncomingMessage>> {
  return attempt.phase(phases.firstByte, (settle) => {
    const asked = http.request({
      createConnection: () => socket,
      method: request.method,
      path: request.url.pathname + request.url.search,
      headers: headersOf(request),
      setHost: false,
      maxHeaderSize: maxHeaderBytes,
      // a page that every browser shows is not down for a header's grammar
      insecureHTTPParser: true,
    });
    asked.once("response", (message) => settle(ok(message)));
    asked.once("upgrade", (message) => settle(ok(message)));
    // stays for the request's whole life: errors after the answer close it, and whoever reads the body hears of that
    asked.on("error", (error) => settle(err(answerStop(error))));
    asked.once("close", () => settle(err(closedStop("protocol", null))));
    asked.end(request.body ?? undefined);
    return () => asked.destroy();
  });
}

/** Methods whose requests have no body unless they say so; others without one say that it is empty. */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** @returns name, value, name, value …: in this form they are written as they are, without a lookup for each */
function headersOf({ method, url, headers, body }: HttpRequest): readonly string[] {
  const all: Record<string, string> = { host: url.host, "user-agent": "koboshi", accept: "*/*", ...headers };
  if (body !== null) all["content-length"] = String(Buffer.byteLength(body));
  else if (!bodiless.has(method)) all["content-length"] = "0";
  all["connection"] = "close";
  return Object.entries(all).flat();
}

function answerStop(error: NodeJS.ErrnoException): Stop {
  const { code = "" } = error;
  if (code === "HPE_HEADER_OVERFLOW") return stop("protocol", "headers-too-long", error.message).error;
  if (code.startsWith("HPE_")) return stop("protocol", "not-http", error.message).error;
  return closedStop("protocol", error);
}

export interface Body {
  /** what was kept, decompressed; empty when nothing was to be kept */
  readonly bytes: Buffer;
  /** as counted: decompressed when kept */
  readonly readBytes: number;
  /** there was more than was read */
  readonly truncated: boolean;
}

export interface BodyWanted {
  /** reading stops there, and the connection is closed */
  readonly maxBytes: number;
  /** false: the bytes are counted only */
  readonly keep: boolean;
}

/** Reads an answer's body to its end or to `maxBytes`, decompressing what is kept; a bomb ends at the same limit. */
export async function readBody(
  attempt: Attempt,
  message: http.IncomingMessage,
  wanted: BodyWanted,
): Promise<Step<Body>> {
  // what follows an upgrade is another protocol, not a body
  if (message.statusCode === 101) return ok({ bytes: Buffer.alloc(0), readBytes: 0, truncated: false });
  return attempt.phase(phases.body, (settle) => {
    const chunks: Buffer[] = [];
    let readBytes = 0;
    const source = wanted.keep ? decompressed(message) : message;

    function finish(truncated: boolean): void {
      settle(
        ok({
          bytes: Buffer.concat(chunks).subarray(0, wanted.maxBytes),
          readBytes: Math.min(readBytes, wanted.maxBytes),
          truncated,
        }),
      );
    }
    source.on("data", (chunk: Buffer) => {
      if (readBytes > wanted.maxBytes) return;
      readBytes += chunk.length;
      if (wanted.keep) chunks.push(chunk);
      if (readBytes <= wanted.maxBytes) return;
      finish(true);
      message.destroy();
    });
    source.once("end", () => finish(false));
    // stays: closing a body halfway is told as an error too
    source.on("error", (error) => settle(err(bodyStop(error))));
    source.once("close", () => settle(err(bodyStop(null))));
    return () => message.destroy();
  });
}

function decompressed(message: http.IncomingMessage): Readable {
  const decoder = decoderFor(message.headers["content-encoding"]);
  if (decoder === null) return message;
  // what ends one ends the other; the decoder's own events tell the reader
  return pipeline(message, decoder, () => undefined);
}

const decoders: Readonly<Record<string, () => Readable & NodeJS.WritableStream>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
};

function decoderFor(encoding: string | undefined): (Readable & NodeJS.WritableStream) | null {
  return decoders[encoding?.trim().toLowerCase() ?? ""]?.() ?? null;
}

/** zlib's codes begin with `Z_`, Brotli's with `ERR__ERROR_`. */
function bodyStop(error: NodeJS.ErrnoException | null): Stop {
  if (/^(?:Z_|ERR__ERROR_)/.test(error?.code ?? ""))
    return stop("protocol", "bad-compression", error?.message ?? "").error;
  return stop("protocol", "body-cut", error?.message ?? "the connection closed before the body was complete").error;
}
