import type { FastifyInstance, FastifyRequest } from "fastify";
import { identityOf } from "../api/access.ts";
import { createRateLimit } from "../api/rate-limit.ts";
import { closeSession, endedSessionCookie, openSession, sessionCookie, sessionCookieName } from "../api/sessions.ts";
import { errorCodes, KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import type { Site } from "../kernel/model/site.ts";
import { administratorKey } from "../words/timeline.ts";
import type { Script } from "./assets.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, ownPath, queryText } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { loginPage } from "./pages/login.tsx";
import { showPage } from "./read-routes.ts";

const wrongTokens = { tries: 10, windowMs: 60_000 };

/** Signing in with the start token, and out. */
export function loginRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const limit = createRateLimit(deps.clock, wrongTokens);

  app.get("/login", { config: { authority: "read" } }, (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) =>
      loginPage(context, { next: ownPath(queryText(request, "next")), problem: null }),
    ),
  );

  app.post("/login", { config: { authority: "login" } }, async (request, reply) => {
    if (limit.isSpent(request.ip)) throw new KoboshiError("KB3004", { waitSeconds: wrongTokens.windowMs / 1_000 });
    const next = ownPath(field(request, "next"));
    const person = whoSignsIn(deps.site(), field(request, "person"));
    if (person === null || !deps.startToken.redeem(field(request, "token"))) {
      limit.fail(request.ip);
      const context = { ...pageContext(deps, request), url: "/login" };
      return sendPage(reply, context, { ...loginPage(context, { next, problem: wrong(context) }), script: null });
    }
    const secret = await openSession(deps, person);
    const cookie = sessionCookie({ ...cookieOf(deps, request), secret });
    return reply.header("set-cookie", cookie).redirect(next, 303);
  });

  app.post("/logout", async (request, reply) => {
    const hash = identityOf(request)?.sessionHash ?? null;
    if (hash !== null) await closeSession(deps, hash);
    return reply.header("set-cookie", endedSessionCookie(cookieOf(deps, request))).redirect("/", 303);
  });
}

/** With one person it is them; with none, the administrator; with several the form must say. @returns null: it did not */
function whoSignsIn(site: Site, chosen: string): Actor | null {
  const keys = [...site.people.keys()];
  if (keys.length <= 1) return `person:${keys[0] ?? administratorKey}`;
  return keys.includes(chosen) ? `person:${chosen}` : null;
}

function wrong({ say }: PageContext): { message: string; fix: string; status: number } {
  return { message: say.loginWrong, fix: say.loginFix, status: errorCodes.KB3001.status };
}

function cookieOf(deps: WebDeps, request: FastifyRequest): { name: string; secure: boolean } {
  return { name: sessionCookieName(deps.site().hub.listen.port), secure: request.protocol === "https" };
}
