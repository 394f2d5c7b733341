import type { FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import { roleAllows, scopesAllow, type Level, type Role, type TokenScope } from "../kernel/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import { err, ok, type Result } from "../kernel/result.ts";

/**
 * What a route asks of its caller. `open`: nothing; `read`: a session or a token, without a login also the machine itself;
 * `change`: one that may act in incidents; `admin`: one that may change koboshi itself; `self`: a session of any role, for
 * what is its own; `login`: the form that signs in; `link`: the token in the link; `signed`: a vantage's own signature;
 * `token`: an API token with the route's scope, which no browser sends by itself, so neither name nor way matter.
 */
export type Authority = "open" | "read" | "change" | "admin" | "self" | "login" | "link" | "signed" | "token";
export type Listener = "admin" | "public";

/** Who asks, proven by a session cookie or an API token. */
export interface Identity {
  readonly actor: Actor;
  readonly via: "session" | "token";
  readonly role: Role;
  /** what the token is good for; null for sessions, which go by their role */
  readonly scopes: readonly TokenScope[] | null;
  /** the account's name; null for tokens and for whoever came by the start token */
  readonly account: string | null;
  /** the password was chosen by someone else: nothing opens but the form that replaces it */
  readonly mustChange: boolean;
  /** the session's own form field; null for tokens, which no browser sends by itself */
  readonly csrf: string | null;
  /** sha256 of the session's secret, to end it; null for tokens */
  readonly sessionHash: string | null;
}

/** Everything the decision looks at. */
export interface AccessRequest {
  readonly listener: Listener;
  readonly authority: Authority;
  /** the scope that opens the route to tokens made for it alone */
  readonly scope: TokenScope | null;
  readonly method: string;
  /** the route's pattern, `/i/:id/ack`; undefined when none matches */
  readonly route: string | undefined;
  /** the peer's address as the socket says it */
  readonly peer: string | undefined;
  /** header names in lower case */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly identity: Identity | null;
  /** `https://koboshi.example.jp`, from site.url; null without one */
  readonly siteUrl: string | null;
  /** someone has an account: from then on nothing is read without a session or a token */
  readonly hasLogin: boolean;
}

const proxyHeader =
  /^(?:forwarded|via|cdn-loop|x-forwarded(?:-.*)?|x-original-(?:forwarded-for|host|uri|url)|x-(?:real|client|cluster-client|proxyuser|envoy-external|appengine-user)-(?:ip|address)|(?:true-|fastly-)?client-ip|cf-(?:connecting-ip|ray|visitor))$/;
const localHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** what the public listener answers; what is not among these is not there */
const publicAuthorities: ReadonlySet<Authority> = new Set(["open", "link", "signed", "token"]);

/**
 * May this request go on? A hub without a login stands on three legs: only its own machine reads, no proxy and no foreign
 * name leads to it, and every change shows a session or a token. With a login, everything shows one, and may come through
 * a proxy. @returns KB1002, KB3001, KB3002 with `cause` and `why`, KB3010 or KB3011
 */
export function decideAccess(request: AccessRequest): Result<null, KoboshiError> {
  const { authority, listener } = request;
  if (listener === "public" && (request.route === undefined || !publicAuthorities.has(authority))) {
    return err(new KoboshiError("KB1002", { what: "page" }));
  }
  if (listener === "public" && authority !== "token") return ok(null);
  if (authority === "signed") return ok(null);
  if (authority === "token") return mayByToken(request);
  const refusal = cameByProxy(request) ?? foreignHost(request) ?? foreignOrigin(request);
  if (refusal !== null) return err(new KoboshiError("KB3002", refusal));
  return byAuthority(request, authority);
}

function byAuthority(
  request: AccessRequest,
  authority: Exclude<Authority, "signed" | "token">,
): Result<null, KoboshiError> {
  if (authority === "open" || authority === "link") return ok(null);
  if (authority === "login") {
    return request.hasLogin || isLoopback(request.peer) ? ok(null) : err(unknownCaller(request));
  }
  if (authority === "self") return request.identity?.via === "session" ? ok(null) : err(unknownCaller(request));
  return mayReach(request, authority);
}

/** `cause` is for our own pages, `why` the very header, which reads the same in every language */
interface Why extends Readonly<Record<string, string>> {
  readonly cause: "proxy" | "host" | "origin";
  readonly why: string;
}
const shownChars = 80;

function cameByProxy({ headers, hasLogin }: AccessRequest): Why | null {
  if (hasLogin) return null;
  const header = Object.keys(headers).find((name) => proxyHeader.test(name));
  return header === undefined ? null : { cause: "proxy", why: header };
}

/**
 * A page of another site whose name was pointed at this machine still carries its own name here. A bare address cannot be
 * pointed anywhere, so with a login it is taken.
 */
function foreignHost({ headers, siteUrl, hasLogin }: AccessRequest): Why | null {
  const written = single(headers["host"]) ?? "";
  const host = hostName(written);
  if (localHosts.has(host) || (siteUrl !== null && host === new URL(siteUrl).hostname.toLowerCase())) return null;
  if (hasLogin && ipaddr.isValid(host.replace(/^\[(.*)\]$/, "$1"))) return null;
  return { cause: "host", why: `Host: ${written.slice(0, shownChars)}` };
}

function foreignOrigin({ method, headers, siteUrl, hasLogin }: AccessRequest): Why | null {
  if (isSafe(method)) return null;
  const site = single(headers["sec-fetch-site"]);
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return { cause: "origin", why: `Sec-Fetch-Site: ${site.slice(0, shownChars)}` };
  const origin = single(headers["origin"]);
  if (origin === undefined) return null;
  const own = single(headers["host"]) ?? "";
  // a proxy may call us by another name than the browser calls it
  const known = [`http://${own}`, `https://${own}`, ...(hasLogin && siteUrl !== null ? [new URL(siteUrl).origin] : [])];
  return known.includes(origin) ? null : { cause: "origin", why: `Origin: ${origin.slice(0, shownChars)}` };
}

/** Without a login the machine itself may look at everything. */
function mayReach(request: AccessRequest, authority: Level): Result<null, KoboshiError> {
  const { identity, method, hasLogin, peer, scope } = request;
  const level = authority === "admin" && isSafe(method) && !hasLogin ? "read" : authority;
  if (identity === null) {
    return level === "read" && !hasLogin && isLoopback(peer) ? ok(null) : err(unknownCaller(request));
  }
  if (identity.mustChange) return err(new KoboshiError("KB3010"));
  const allowed =
    identity.scopes === null ? roleAllows(identity.role, level) : scopesAllow(identity.scopes, { level, scope });
  return allowed ? ok(null) : err(new KoboshiError("KB3011", { needs: neededBy(request, level) }));
}

function mayByToken(request: AccessRequest): Result<null, KoboshiError> {
  const { identity, scope } = request;
  if (identity === null || identity.scopes === null) return err(unknownCaller(request));
  const level = isSafe(request.method) ? "read" : "change";
  return scopesAllow(identity.scopes, { level, scope })
    ? ok(null)
    : err(new KoboshiError("KB3011", { needs: neededBy(request, level) }));
}

function neededBy({ identity, scope }: AccessRequest, level: Level): string {
  if (identity?.scopes === null) return level === "admin" ? "admin" : "responder";
  return scope ?? { read: "read", change: "respond", admin: "admin" }[level];
}

/** `login` tells the pages whether the login form would let this caller try. */
function unknownCaller({ hasLogin, peer }: AccessRequest): KoboshiError {
  return new KoboshiError("KB3001", { login: hasLogin || isLoopback(peer) ? 1 : 0 });
}

export function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD";
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
