import type { FastifyReply, FastifyRequest } from "fastify";
import type { Client, Doorman } from "../api/accounts-login.ts";
import { endedSessionCookie, sessionCookie, sessionCookieName } from "../api/sessions.ts";
import { identityOf, isLoopback } from "../api/access.ts";
import { errorCodes, KoboshiError } from "../kernel/errors.ts";
import { explainError } from "../words/errors.ts";
import type { Script } from "./assets.ts";
import type { PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import type { FormProblem } from "./pages/account-parts.tsx";

/** What all routes about access share. */
export interface AccessRouting {
  readonly doorman: Doorman;
  readonly script: Script | null;
}

export interface Asked {
  readonly deps: WebDeps;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Where a request comes from; behind a trusted proxy, where that says it comes from. */
export function clientOf(request: FastifyRequest): Client {
  return { address: request.ip, agent: request.headers["user-agent"] ?? "" };
}

/** Puts a new session's secret into the browser, in place of any it had. */
export function giveSession(
  { deps, request, reply }: Asked,
  { secret, account }: { secret: string; account: string | null },
): FastifyReply {
  return reply.header("set-cookie", sessionCookie({ ...cookieOf(deps, request), secret, account }));
}

export function takeSession({
  deps,
  request,
  reply,
}: {
  deps: Pick<WebDeps, "site">;
  request: FastifyRequest;
  reply: FastifyReply;
}): FastifyReply {
  return reply.header("set-cookie", endedSessionCookie(cookieOf(deps, request)));
}

function cookieOf({ site }: Pick<WebDeps, "site">, request: FastifyRequest): { name: string; secure: boolean } {
  return { name: sessionCookieName(site().hub.listen.port), secure: request.protocol === "https" };
}

/** Would a password typed here travel through a network in the clear? */
export function isInTheClear(request: FastifyRequest): boolean {
  return request.protocol !== "https" && !isLoopback(request.ip);
}

/** A way on is a page of our own, whatever the form says; never one that would sign out or ask to sign in again. */
export function safeNext(written: string): string {
  const own = /^\/(?![/\\])[\w\-./~%?=&:,+@*]{0,500}$/.test(written);
  return own && !/^\/(?:login|logout|api|assets)\b/.test(written) ? written : "/";
}

/** A refusal as a form shows it. */
export function asProblem({ lang }: PageContext, error: KoboshiError): FormProblem {
  return { ...explainError(error.code, error.facts, lang), status: errorCodes[error.code].status };
}

/** Exactly what was typed: a space is a character of a password. */
export function typedField(request: FastifyRequest, name: string): string {
  const body = request.body as Readonly<Record<string, unknown>> | null | undefined;
  const value = body?.[name];
  return typeof value === "string" ? value : "";
}

/** The account that asks. @throws KoboshiError KB3001 for whoever came by the start token: there is no account to change */
export function ownName(request: FastifyRequest): string {
  const name = identityOf(request)?.account ?? null;
  if (name === null) throw new KoboshiError("KB3001");
  return name;
}
