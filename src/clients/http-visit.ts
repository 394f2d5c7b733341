import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { ok } from "../kernel/result.ts";
import { stop, type Attempt, type Step } from "./attempt.ts";
import type { Certificate } from "./certificate.ts";
import { connectTo } from "./connect.ts";
import { isPublicAddress } from "./foreign.ts";
import { ask, type HttpRequest } from "./http.ts";
import { resolveHost } from "./resolve.ts";
import { secure } from "./tls.ts";

export interface Visit extends HttpRequest {
  /** 0: the first answer counts, whatever it is */
  readonly maxRedirects: number;
  /** PEM file with the authorities to trust for the first host instead of the public ones */
  readonly caFile: string | null;
  /** lower case; a redirect may lead to these even when their address is private */
  readonly trustedHosts: ReadonlySet<string>;
}

export interface Visited {
  readonly message: IncomingMessage;
  readonly url: URL;
  readonly redirects: number;
  /** of the last host; null over plain HTTP */
  readonly certificate: Certificate | null;
}

interface Answer {
  readonly message: IncomingMessage;
  readonly certificate: Certificate | null;
}

/**
 * Asks for a page and follows its redirects, each over a connection of its own. A redirect may leave the host it was given
 * only to public addresses or to trusted hosts: each name is resolved once and the connection goes to that very address.
 * The check's own headers and body stay with its own host.
 */
export async function visit(attempt: Attempt, wanted: Visit): Promise<Step<Visited>> {
  const seen: string[] = [];
  let hop: HttpRequest = wanted;
  for (let redirects = 0; ; redirects++) {
    const answer = await answerOf(attempt, hop, wanted);
    if (!answer.ok) return answer;
    const { message } = answer.value;
    const target = wanted.maxRedirects === 0 ? null : redirectText(message);
    if (target === null) return ok({ ...answer.value, url: hop.url, redirects });
    message.destroy();
    seen.push(`${hop.method} ${hop.url.href}`);
    const next = follow(hop, message.statusCode ?? 0, target);
    if (!next.ok) return next;
    if (seen.includes(`${next.value.method} ${next.value.url.href}`) || redirects === wanted.maxRedirects) {
      return stop(
        "application",
        "redirect-loop",
        `redirect ${redirects + 1} leads to ${withoutSecrets(next.value.url)}`,
      );
    }
    hop = next.value;
  }
}

async function answerOf(attempt: Attempt, hop: HttpRequest, wanted: Visit): Promise<Step<Answer>> {
  const host = hostOf(hop.url);
  const own = hop === wanted || host === hostOf(wanted.url);
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved;
  const refused =
    own || wanted.trustedHosts.has(host) ? undefined : resolved.value.find((one) => !isPublicAddress(one));
  if (refused !== undefined) {
    return stop(
      "application",
      "redirect-private",
      `the redirect to ${withoutSecrets(hop.url)} leads to ${refused}, which is not public`,
    );
  }
  const secured = hop.url.protocol === "https:";
  const port = hop.url.port === "" ? (secured ? 443 : 80) : Number(hop.url.port);
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected;
  if (!secured) return answered(await ask(attempt, connected.value, hop), null);
  return askSecurely(attempt, connected.value, { hop, caFile: own ? wanted.caFile : null });
}

async function askSecurely(
  attempt: Attempt,
  socket: Socket,
  { hop, caFile }: { hop: HttpRequest; caFile: string | null },
): Promise<Step<Answer>> {
  const shaken = await secure(attempt, socket, { name: hostOf(hop.url), caFile, alpn: ["http/1.1"] });
  if (!shaken.ok) return shaken;
  return answered(await ask(attempt, shaken.value.socket, hop), shaken.value.certificate);
}

function answered(message: Step<IncomingMessage>, certificate: Certificate | null): Step<Answer> {
  return message.ok ? ok({ message: message.value, certificate }) : message;
}

/** Where the answer sends us, as it says it; null when it does not redirect. */
function redirectText({ statusCode = 0, headers: { location } }: IncomingMessage): string | null {
  return [301, 302, 303, 307, 308].includes(statusCode) && location !== undefined ? location : null;
}

/** Source: RFC 9110 §15.4. */
function follow(hop: HttpRequest, status: number, target: string): Step<HttpRequest> {
  // header bytes arrive one per character; what is not ASCII in them is UTF-8
  const text = Buffer.from(target, "latin1").toString("utf8");
  if (!URL.canParse(text, hop.url)) return brokenRedirect(text);
  const url = new URL(text, hop.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return brokenRedirect(text);
  }
  url.hash = "";
  const asGet = status === 303 || (status < 303 && hop.method === "POST");
  const kept = staysAtOwn(hop.url, url) ? hop.headers : {};
  const body = asGet || kept !== hop.headers ? null : hop.body;
  return ok({ url, method: asGet && hop.method !== "HEAD" ? "GET" : hop.method, headers: kept, body });
}

/** A query may carry a session, so it is not shown. */
function brokenRedirect(target: string): ReturnType<typeof stop> {
  const [shown = ""] = target.split(/[?#]/);
  return stop("application", "redirect-broken", `redirected to «${shown}», which is not a web address`);
}

/** The same origin, or the same host's step from http to https. */
function staysAtOwn(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.port === "" && to.port === "" && to.protocol === "https:";
}

/** A URL's host as it is resolved: without brackets, lower case. */
export function hostOf(url: URL): string {
  const { hostname } = url;
  return (hostname.startsWith("[") ? hostname.slice(1, -1) : hostname).toLowerCase();
}

/** For people and records: no user, no password, no query, which may carry a session. */
export function withoutSecrets(url: URL): string {
  return url.origin + url.pathname;
}
