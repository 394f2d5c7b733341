import type { FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import { err, ok, type Result } from "../kernel/result.ts";

/**
 * What a route asks of its caller. `open`: nothing; `read`: the machine itself, a session or a token; `change`: a session
 * or a token that may change; `login`: the start token in the form; `link`: the token in the link; `signed`: a vantage's
 * own signature, which no browser and no proxy can forge.
 */
export type Authority = "open" | "read" | "change" | "login" | "link" | "signed";
export type Listener = "admin" | "public";

/** What the public listener answers, beside vantages by their signature; everything else is not there. */
const publicRoutes: ReadonlySet<string> = new Set(["/healthz", "/status", "/status/", "/status/*", "/i/:id/ack"]);

/** Who asks, proven by a session cookie or an API token. */
export interface Identity {
  readonly actor: Actor;
  readonly via: "session" | "token";
  readonly mayChange: boolean;
  /** the session's own form field; null for tokens, which no browser sends by itself */
  readonly csrf: string | null;
  /** sha256 of the session's secret, to end it; null for tokens */
  readonly sessionHash: string | null;
}

/** Everything the decision looks at. */
export interface AccessRequest {
  readonly listener: Listener;
  readonly authority: Authority;
  /** the route's pattern, `/i/:id/ack`; undefined when none matches */
  readonly route: string | undefined;
  /** the peer's address as the socket says it */
  readonly peer: string | undefined;
  /** header names in lower case */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly identity: Identity | null;
  /** `koboshi.example.jp`, from site.url; null without one */
  readonly siteHost: string | null;
}

const proxyHeader =
  /^(?:forwarded|via|cdn-loop|x-forwarded(?:-.*)?|x-original-(?:forwarded-for|host|uri|url)|x-(?:real|client|cluster-client|proxyuser|envoy-external|appengine-user)-(?:ip|address)|(?:true-|fastly-)?client-ip|cf-(?:connecting-ip|ray|visitor))$/;
const localHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * May this request go on? A hub without a login stands on three legs: only its own machine reads, no proxy and no foreign
 * name leads to it, and every change shows a session or a token. @returns KB1002, KB3001 or KB3002 with `cause` and `why`
 */
export function decideAccess(request: AccessRequest): Result<null, KoboshiError> {
  const { authority, listener } = request;
  if (listener === "public") {
    const isPublic = authority === "signed" || publicRoutes.has(request.route ?? "");
    return isPublic ? ok(null) : err(new KoboshiError("KB1002", { what: "page" }));
  }
  if (authority === "signed") return ok(null);
  const refusal = cameByProxy(request) ?? foreignHost(request) ?? foreignOrigin(request);
  if (refusal !== null) return err(new KoboshiError("KB3002", refusal));
  if (authority === "read") return mayRead(request);
  return authority === "change" ? mayChange(request) : ok(null);
}

/** `cause` is for our own pages, `why` the very header, which reads the same in every language */
interface Why extends Readonly<Record<string, string>> {
  readonly cause: "proxy" | "host" | "origin";
  readonly why: string;
}
const shownChars = 80;

function cameByProxy({ headers }: AccessRequest): Why | null {
  const header = Object.keys(headers).find((name) => proxyHeader.test(name));
  return header === undefined ? null : { cause: "proxy", why: header };
}

/** A page of another site whose name was pointed at this machine still carries its own name here. */
function foreignHost({ headers, siteHost }: AccessRequest): Why | null {
  const written = single(headers["host"]) ?? "";
  const host = hostName(written);
  return localHosts.has(host) || (siteHost !== null && host === siteHost)
    ? null
    : { cause: "host", why: `Host: ${written.slice(0, shownChars)}` };
}

function foreignOrigin(request: AccessRequest): Why | null {
  if (request.authority !== "change" && request.authority !== "login") return null;
  const site = single(request.headers["sec-fetch-site"]);
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return { cause: "origin", why: `Sec-Fetch-Site: ${site.slice(0, shownChars)}` };
  const origin = single(request.headers["origin"]);
  if (origin === undefined) return null;
  const own = single(request.headers["host"]) ?? "";
  const same = origin === `http://${own}` || origin === `https://${own}`;
  return same ? null : { cause: "origin", why: `Origin: ${origin.slice(0, shownChars)}` };
}

function mayRead({ peer, identity }: AccessRequest): Result<null, KoboshiError> {
  return identity !== null || isLoopback(peer) ? ok(null) : err(new KoboshiError("KB3001"));
}

function mayChange({ identity }: AccessRequest): Result<null, KoboshiError> {
  if (identity === null) return err(new KoboshiError("KB3001"));
  return identity.mayChange ? ok(null) : err(new KoboshiError("KB3002", { cause: "scope", why: "scope" }));
}

/** `Koboshi.example.jp:8443` → `koboshi.example.jp`; `[::1]:7373` → `[::1]`. */
function hostName(written: string): string {
  return written.toLowerCase().replace(/:\d*$/, "");
}

export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:/i, "");
  return plain === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

const identities = new WeakMap<FastifyRequest, Identity>();

/** Keeps what the guard found out about a request for its handler. */
export function rememberIdentity(request: FastifyRequest, identity: Identity): void {
  identities.set(request, identity);
}

/** Who asks; null when the route did not need to know. */
export function identityOf(request: FastifyRequest): Identity | null {
  return identities.get(request) ?? null;
}

/** Who is to be named for a change. @throws KoboshiError KB3001 when the guard let nobody in */
export function actorOf(request: FastifyRequest): Actor {
  const identity = identityOf(request);
  if (identity === null) throw new KoboshiError("KB3001");
  return identity.actor;
}
