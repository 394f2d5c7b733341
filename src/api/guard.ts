import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TokenScope } from "../kernel/access.ts";
import type { Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import type { Site } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import {
  decideAccess,
  identityOf,
  isSafe,
  rememberIdentity,
  type Authority,
  type Identity,
  type Listener,
} from "./access.ts";
import { watchLogins, type Logins } from "./accounts-known.ts";
import { langOf, refuse } from "./answer.ts";
import { noteSessionUse, readCookie, readSession, sessionCookieName } from "./sessions.ts";
import { noteTokenUse, readApiToken, sameText, sha256 } from "./tokens.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** what the route asks of its caller; left out: `read` for GET and HEAD, `change` for the rest */
    readonly authority?: Authority;
    /** the scope that opens the route to tokens made for it alone */
    readonly scope?: TokenScope;
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

interface GuardDeps extends AccessDeps {
  readonly logins: Logins;
}

/** Puts the guard before all routes of `app`, those registered later and unknown addresses included. */
export function guardListener(app: FastifyInstance, listener: Listener, access: AccessDeps): void {
  const deps: GuardDeps = { ...access, logins: watchLogins(access.ledger) };
  const turnAway = (request: FastifyRequest, reply: FastifyReply, error: KoboshiError): FastifyReply =>
    deps.refuse?.(request, reply, error) ?? refuse(reply, error, langOf(request, deps.site().lang));

  app.addHook("onRequest", async (request, reply) => {
    const decision = await decide(deps, listener, request);
    return decision.ok ? undefined : turnAway(request, reply, decision.error);
  });
  app.addHook("preHandler", async (request, reply) => {
    const csrf = identityOf(request)?.csrf ?? null;
    if (csrf === null || !asksForField(request) || sameText(shownCsrf(request), csrf)) return undefined;
    return turnAway(request, reply, new KoboshiError("KB3002", { cause: "form", why: "csrf" }));
  });
}

/** What a session changes carries the session's own field; only signing in works whatever the browser holds. */
function asksForField(request: FastifyRequest): boolean {
  return !isSafe(request.method) && authorityOf(request) !== "login";
}

/** What a route asks of its caller: as it says itself, or as usual for its method. */
export function authorityOf({ method, routeOptions }: Pick<FastifyRequest, "method" | "routeOptions">): Authority {
  return routeOptions.config.authority ?? (isSafe(method) ? "read" : "change");
}

async function decide(
  deps: GuardDeps,
  listener: Listener,
  request: FastifyRequest,
): Promise<Result<Identity | null, KoboshiError>> {
  const authority = authorityOf(request);
  const hasLogin = await deps.logins.any();
  const known = await identify(deps, request, { authority, hasLogin });
  if (!known.ok) return known;
  const identity = known.value;
  const decision = decideAccess({
    listener,
    authority,
    scope: request.routeOptions.config.scope ?? null,
    method: request.method,
    route: request.routeOptions.url,
    peer: request.socket.remoteAddress,
    headers: { ...request.headers, host: hostOf(request) },
    identity,
    siteUrl: deps.site().url,
    hasLogin,
  });
  if (!decision.ok) return decision;
  if (identity !== null) rememberIdentity(request, identity);
  return ok(identity);
}

/** Of several Host headers Node shows the first, and whoever stands before us may go by another: none of them counts. */
function hostOf({ raw, headers }: FastifyRequest): string | undefined {
  const written = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  return written.length > 1 ? undefined : headers.host;
}

type Known = Result<Identity | null, KoboshiError>;

async function identify(
  deps: AccessDeps,
  request: FastifyRequest,
  { authority, hasLogin }: { authority: Authority; hasLogin: boolean },
): Promise<Known> {
  if (authority === "open" || authority === "signed" || authority === "link") return ok(null);
  const bearer = /^Bearer\s+(\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  try {
    if (bearer !== undefined) return await byToken(deps, bearer);
    return ok(authority === "token" ? null : await bySession(deps, request));
  } catch (error) {
    // a ledger that cannot be read must not hide the page that says so
    if (authority === "read" && !hasLogin) return ok(null);
    throw error;
  }
}

/** A token that is shown and not ours is refused even where none is needed: its owner thinks it works. */
async function byToken(deps: AccessDeps, text: string): Promise<Known> {
  const program = { via: "token", account: null, mustChange: false, csrf: null, sessionHash: null } as const;
  if (deps.cliTokenHash !== null && sameText(sha256(text), deps.cliTokenHash)) {
    return ok({ ...program, actor: "token:cli", role: "admin", scopes: ["admin"] });
  }
  const token = await readApiToken(deps, text);
  if (token === null) return err(new KoboshiError("KB3001"));
  await noted(noteTokenUse(deps, token));
  return ok({ ...program, actor: `token:${token.name}`, role: "viewer", scopes: token.scopes });
}

/** The role is read anew at each request: who lost it has lost it. */
async function bySession(deps: AccessDeps, request: FastifyRequest): Promise<Identity | null> {
  const secret = readCookie(request.headers.cookie, sessionCookieName(deps.site().hub.listen.port));
  if (secret === undefined || secret === "") return null;
  const session = await readSession(deps, secret);
  if (session === null) return null;
  const account = session.account === null ? null : await deps.ledger.read.account(session.account);
  if (session.account !== null && account === null) return null;
  await noted(noteSessionUse(deps, session));
  return {
    actor: session.actor as Actor,
    via: "session",
    role: account?.role ?? "admin",
    scopes: null,
    account: session.account,
    mustChange: account?.mustChange ?? false,
    csrf: session.csrf,
    sessionHash: session.hash,
  };
}

/** When something was last used is a comfort: a disk without space must not lock anyone out over it. */
async function noted(writing: Promise<void>): Promise<void> {
  await writing.catch((thrown: unknown) => {
    if (!(thrown instanceof KoboshiError)) throw thrown;
  });
}

function shownCsrf(request: FastifyRequest): string {
  const header = request.headers["x-koboshi-csrf"];
  if (typeof header === "string") return header;
  const { body } = request;
  const field = typeof body === "object" && body !== null && "csrf" in body ? body.csrf : undefined;
  return typeof field === "string" ? field : "";
}
