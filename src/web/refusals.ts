import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorBody, langOf } from "../api/answer.ts";
import { asKoboshiError } from "../api/errors.ts";
import type { AccessDeps } from "../api/guard.ts";
import { errorCodes, errorText, KoboshiError } from "../kernel/errors.ts";
import { safeNext } from "./account-session.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { sendPage } from "./frame.tsx";
import { problemPage } from "./pages/problem.tsx";

/** Whatever is thrown below `scope` becomes a page that says what failed and how to mend it. */
export function refusalPages(scope: FastifyInstance, deps: WebDeps, options: { readonly frame: boolean }): void {
  scope.setErrorHandler((thrown: FastifyError | KoboshiError, request, reply) => {
    const error = asKoboshiError(thrown);
    if (error.code === "KB1004") {
      deps.log.error("page failed", { route: request.routeOptions.url, error: thrown.stack ?? errorText(thrown) });
    }
    return sendRefusal(deps, { request, reply, error, frame: options.frame });
  });
}

/** Addresses nobody answers: a page for people, JSON for programs. */
export function notFoundPages(app: FastifyInstance, deps: WebDeps, options: { readonly frame: boolean }): void {
  app.setNotFoundHandler((request, reply) => {
    const error = new KoboshiError("KB1002", { what: request.url.slice(0, 200) });
    return sendRefusal(deps, { request, reply, error, frame: options.frame });
  });
}

/** How the guard of a listener tells a refusal: a page for people, JSON for programs. */
export function tellRefusal(deps: WebDeps, options: { readonly frame: boolean }): NonNullable<AccessDeps["refuse"]> {
  return (request, reply, error) => sendRefusal(deps, { request, reply, error, frame: options.frame });
}

interface Refusal {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly error: KoboshiError;
  readonly frame: boolean;
}

function sendRefusal(deps: WebDeps, { request, reply, error, frame }: Refusal): FastifyReply {
  if (error.code === "KB3004") void reply.header("retry-after", String(error.facts["waitSeconds"] ?? 60));
  if (!wantsPage(request)) {
    const lang = langOf(request, deps.site().lang);
    return reply.status(errorCodes[error.code].status).send(errorBody(error, lang));
  }
  const way = frame && request.method === "GET" ? wayIn(request, error) : null;
  if (way !== null) return reply.header("cache-control", "no-store").redirect(way, 303);
  const context = { ...pageContext(deps, request), url: request.method === "GET" ? request.url : "/" };
  return sendPage(reply, context, { ...problemPage(context, error, { frame }), script: null });
}

/** Where whoever is not signed in, or may only replace a password, is to go first; null: nowhere would help. */
function wayIn(request: FastifyRequest, error: KoboshiError): string | null {
  if (error.code === "KB3010") return "/settings/account";
  if (error.code !== "KB3001" || error.facts["login"] !== 1) return null;
  const next = safeNext(request.url);
  return next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`;
}

function wantsPage(request: FastifyRequest): boolean {
  return !request.url.startsWith("/api/") && (request.headers.accept ?? "text/html").includes("text/html");
}
