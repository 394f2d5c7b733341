import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import type { Site } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { decideAccess, identityOf, rememberIdentity, type Authority, type Identity, type Listener } from "./access.ts";
import { langOf, refuse } from "./answer.ts";
import { readCookie, readSession, sessionCookieName } from "./sessions.ts";
import { readApiToken, sameText, sha256 } from "./tokens.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** what the route asks of its caller; left out: `read` for GET and HEAD, `change` for the rest */
    readonly authority?: Authority;
  }
}

export interface AccessDeps {
  site(): Site;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** sha256 of the command line's token; null: it has none */
  readonly cliTokenHash: string | null;
  /** how a refusal is told; as JSON when not given */
  refuse?(request: FastifyRequest, reply: FastifyReply, error: KoboshiError): FastifyReply;
}

/** Puts the guard before all routes of `app`, those registered later and unknown addresses included. */
export function guardListener(app: FastifyInstance, listener: Listener, deps: AccessDeps): void {
  const turnAway = (request: FastifyRequest, reply: FastifyReply, error: KoboshiError): FastifyReply =>
    deps.refuse?.(request, reply, error) ?? refuse(reply, error, langOf(request, deps.site().lang));

  app.addHook("onRequest", async (request, reply) => {
    const decision = await decide(deps, listener, request);
    return decision.ok ? undefined : turnAway(request, reply, decision.error);
  });
  app.addHook("preHandler", async (request, reply) => {
    const csrf = identityOf(request)?.csrf ?? null;
    if (authorityOf(request) !== "change" || csrf === null || sameText(shownCsrf(request), csrf)) return undefined;
    return turnAway(request, reply, new KoboshiError("KB3002", { cause: "form", why: "csrf" }));
  });
}

async function decide(
  deps: AccessDeps,
  listener: Listener,
  request: FastifyRequest,
): Promise<Result<Identity | null, KoboshiError>> {
  const authority = authorityOf(request);
  const known = await identify(deps, request, authority);
  if (!known.ok) return known;
  const identity = known.value;
  const decision = decideAccess({
    listener,
    authority,
    route: request.routeOptions.url,
    peer: request.socket.remoteAddress,
    headers: request.headers,
    identity,
    siteHost: siteHost(deps.site()),
  });
  if (!decision.ok) return decision;
  if (identity !== null) rememberIdentity(request, identity);
  return ok(identity);
}

function authorityOf(request: FastifyRequest): Authority {
  const usual = request.method === "GET" || request.method === "HEAD" ? "read" : "change";
  return request.routeOptions.config.authority ?? usual;
}

function siteHost(site: Site): string | null {
  return site.url === null ? null : new URL(site.url).hostname.toLowerCase();
}

type Known = Result<Identity | null, KoboshiError>;

async function identify(deps: AccessDeps, request: FastifyRequest, authority: Authority): Promise<Known> {
  if (authority === "open" || authority === "signed" || authority === "link") return ok(null);
  const bearer = /^Bearer\s+(\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  try {
    return bearer === undefined ? ok(await bySession(deps, request)) : await byToken(deps, bearer);
  } catch (error) {
    // a ledger that cannot be read must not hide the page that says so
    if (authority === "read") return ok(null);
    throw error;
  }
}

/** A token that is shown and not ours is refused even where none is needed: its owner thinks it works. */
async function byToken(deps: AccessDeps, token: string): Promise<Known> {
  if (deps.cliTokenHash !== null && sameText(sha256(token), deps.cliTokenHash)) return ok(asToken("token:cli", true));
  const found = await readApiToken(deps.ledger, token);
  return found === null ? err(new KoboshiError("KB3001")) : ok(asToken(found.actor, found.scope === "change"));
}

function asToken(actor: Actor, mayChange: boolean): Identity {
  return { actor, via: "token", mayChange, csrf: null, sessionHash: null };
}

async function bySession(deps: AccessDeps, request: FastifyRequest): Promise<Identity | null> {
  const secret = readCookie(request.headers.cookie, sessionCookieName(deps.site().hub.listen.port));
  if (secret === undefined || secret === "") return null;
  const session = await readSession(deps, secret);
  if (session === null) return null;
  const { csrf, hash } = session;
  return { actor: session.actor as Actor, via: "session", mayChange: true, csrf, sessionHash: hash };
}

function shownCsrf(request: FastifyRequest): string {
  const header = request.headers["x-koboshi-csrf"];
  if (typeof header === "string") return header;
  const { body } = request;
  const field = typeof body === "object" && body !== null && "csrf" in body ? body.csrf : undefined;
  return typeof field === "string" ? field : "";
}
