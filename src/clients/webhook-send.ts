import http from "node:http";
import https from "node:https";
import type { Undelivered } from "../kernel/model/notice.ts";
import type { Secret } from "../kernel/secret.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { retryAfterMs } from "./retry-after.ts";
import { safeText } from "./safe-text.ts";

export interface WebhookPost {
  readonly url: Secret;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON */
  readonly body: string;
}

type Posted = Result<void, Undelivered>;

const longestAnswerBytes = 16_384; // enough for an error text; what follows is not read

/** Posts once, follows no redirect, reads at most 16 KB of the answer. `signal` ends it at any point. */
export function postWebhook(post: WebhookPost, signal: AbortSignal): Promise<Posted> {
  const address = post.url.reveal();
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    return Promise.resolve(
      err({ reason: "not-configured", retryable: false, text: "the address is not an http(s) URL" }),
    );
  }
  const url = new URL(address);
  const secrets = secretsOf(url);
  return new Promise((resolve) => {
    const request = (url.protocol === "https:" ? https : http).request(
      url,
      {
        method: "POST",
        agent: false,
        signal,
        headers: { ...post.headers, "content-length": Buffer.byteLength(post.body), connection: "close" },
      },
      (response) => {
        const answered = (text: string): void => {
          resolve(fromAnswer(response, safeText(`${url.host} answered ${response.statusCode} ${text}`, secrets)));
          request.destroy();
        };
        if (isTaken(response)) answered("");
        else readStart(response, answered);
      },
    );
    request.on("error", (error: NodeJS.ErrnoException) => {
      const reason = signal.aborted || error.code === "ETIMEDOUT" ? "timeout" : "network";
      const said = signal.aborted ? "no answer in time" : error.message;
      resolve(err({ reason, retryable: true, text: safeText(`${url.host}: ${said}`, secrets) }));
    });
    request.end(post.body);
  });
}

/** The first bytes of an answer as text; an answer that breaks off or never ends still has its status. */
function readStart(response: http.IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (): void => done(Buffer.concat(chunks).subarray(0, longestAnswerBytes).toString("utf8"));
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= longestAnswerBytes) end();
  });
  response.on("end", end);
  response.on("error", end);
  response.on("close", end);
}

const longEnough = 8; // ordinary words of a path are no secrets

/** Every part of the address that may be one: chat services put it into the path, others into the query. */
function secretsOf(url: URL): string[] {
  const parts = url.pathname.split("/").filter((part) => part.length >= longEnough);
  return [
    url.href,
    `${url.pathname}${url.search}`,
    url.search,
    ...url.searchParams.values(),
    ...parts,
    url.password,
  ].filter((part) => part.length > 1);
}

function isTaken({ statusCode = 0 }: http.IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function fromAnswer(response: http.IncomingMessage, text: string): Posted {
  if (isTaken(response)) return ok(undefined);
  const waitMs = retryAfterMs(response.headers["retry-after"], response.headers.date);
  return err({
    ...fromHttpStatus(response.statusCode ?? 0),
    text,
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  });
}

/**
 * Reads an answer other than 2xx. A redirect is not followed: the address in the file is the one that is signed for.
 * Source: RFC 9110 §15, RFC 8470 §5.2 (425), RFC 6585 §4 (429).
 */
function fromHttpStatus(status: number): Pick<Undelivered, "reason" | "retryable"> {
  if (status === 429) return { reason: "rate-limited", retryable: true };
  if (status === 408 || status === 425) return { reason: "timeout", retryable: true };
  if (status === 401 || status === 403 || status === 407) return { reason: "auth", retryable: false };
  if (status >= 500) return { reason: "server", retryable: true };
  return { reason: "client", retryable: false };
}
