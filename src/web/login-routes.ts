import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf, identityOf, isLoopback } from "../api/access.ts";
import { hasAdmin } from "../api/accounts-known.ts";
import type { Entered } from "../api/accounts-login.ts";
import { createRateLimit, type RateLimit } from "../api/rate-limit.ts";
import { closeSession, openSession } from "../api/sessions.ts";
import { errorCodes, KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import type { Site } from "../kernel/model/site.ts";
import { duration } from "../words/format.ts";
import { loginWords } from "../words/login.ts";
import { administratorKey } from "../words/timeline.ts";
import {
  clientOf,
  giveSession,
  isInTheClear,
  safeNext,
  takeSession,
  typedField,
  type AccessRouting,
  type Asked,
} from "./account-session.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { keepLang } from "./language.ts";
import type { FormProblem } from "./pages/account-parts.tsx";
import { codePage, loginPage } from "./pages/login.tsx";

const wrongTokens = { tries: 10, windowMs: 60_000 };
const login = { config: { authority: "login" } } as const;

type Asking = Asked & AccessRouting;

/** Signing in with name and password, or with the start token while nobody can do that yet; and out. */
export function loginRoutes(app: FastifyInstance, deps: WebDeps, { doorman, script }: AccessRouting): void {
  const limit = createRateLimit(deps.clock, wrongTokens);
  const asking = (request: FastifyRequest, reply: FastifyReply): Asking => ({ deps, doorman, script, request, reply });

  app.get("/login", login, async (request, reply) => {
    keepLang(request, reply);
    return sendLogin(asking(request, reply), { next: safeNext(queryText(request, "next")), problem: null });
  });

  app.post("/login", login, (request, reply) =>
    field(request, "name") === "" ? byStartToken(asking(request, reply), limit) : byPassword(asking(request, reply)),
  );

  app.post("/login/code", login, (request, reply) => byCode(asking(request, reply)));

  app.post("/logout", { config: { authority: "self" } }, async (request, reply) => {
    const hash = identityOf(request)?.sessionHash ?? null;
    if (hash !== null) await closeSession(deps, { hash, actor: actorOf(request) });
    return takeSession({ deps, request, reply }).redirect("/", 303);
  });
}

async function byPassword(asking: Asking): Promise<FastifyReply> {
  const { deps, doorman, request } = asking;
  const next = safeNext(field(request, "next"));
  const name = field(request, "name");
  const entered = await doorman.enter({ name, password: typedField(request, "password"), ...clientOf(request) });
  if (entered.ok) return goOn(asking, entered.value, next);
  const context = pageContext(deps, request);
  return sendLogin(asking, { next, name, problem: loginProblem(context, entered.error, "password") });
}

async function byCode(asking: Asking): Promise<FastifyReply> {
  const { deps, doorman, request, reply } = asking;
  const next = safeNext(field(request, "next"));
  const ticket = field(request, "ticket");
  const entered = await doorman.enterCode({ ticket, code: field(request, "code"), ...clientOf(request) });
  if (entered.ok) return goOn(asking, entered.value, next);
  const context = { ...pageContext(deps, request), url: "/login" };
  const problem = loginProblem(context, entered.error, "code");
  if (entered.error.code === "KB3003") return sendLogin(asking, { next, problem });
  tellWait(reply, entered.error);
  return sendPage(reply, context, { ...codePage(context, { ticket, next, problem }), script: null });
}

/** A temporary password leads to its replacement first. */
function goOn({ deps, request, reply }: Asking, entered: Entered, next: string): FastifyReply {
  const context = { ...pageContext(deps, request), url: "/login" };
  if (entered.step === "code") {
    const { ticket } = entered;
    return sendPage(reply, context, { ...codePage(context, { ticket, next, problem: null }), script: null });
  }
  const { account, secret } = entered;
  const way = account.mustChange ? "/settings/account" : next;
  return giveSession({ deps, request, reply }, { secret, account: account.name }).redirect(way, 303);
}

async function byStartToken(asking: Asking, limit: RateLimit): Promise<FastifyReply> {
  const { deps, request, reply } = asking;
  if (limit.isSpent(request.ip)) throw new KoboshiError("KB3004", { waitSeconds: wrongTokens.windowMs / 1_000 });
  const next = safeNext(field(request, "next"));
  const actor = whoSignsIn(deps.site(), field(request, "person"));
  const admin = await hasAdmin(deps.ledger);
  const own = isLoopback(request.socket.remoteAddress);
  if (actor === null || !own || !deps.startToken.redeem(field(request, "token"), admin)) {
    limit.fail(request.ip);
    const { say } = pageContext(deps, request);
    const problem = { message: say.loginWrong, fix: say.loginFix, status: errorCodes.KB3001.status };
    return sendLogin(asking, { next, problem });
  }
  const secret = await openSession(deps, { actor, account: null, ...clientOf(request) });
  return giveSession({ deps, request, reply }, { secret, account: null }).redirect(next, 303);
}

/** With one person it is them; with none, the administrator; with several the form must say. @returns null: it did not */
function whoSignsIn(site: Site, chosen: string): Actor | null {
  const keys = [...site.people.keys()];
  if (keys.length <= 1) return `person:${keys[0] ?? administratorKey}`;
  return keys.includes(chosen) ? `person:${chosen}` : null;
}

async function sendLogin(
  { deps, script, request, reply }: Asking,
  {
    next,
    problem,
    name = "",
  }: { next: string; problem: (FormProblem & { waitSeconds?: number }) | null; name?: string },
): Promise<FastifyReply> {
  const accounts = await deps.ledger.read.accounts();
  const hasLogin = accounts.length > 0;
  const offered = deps.startToken.isOffered(accounts.some(({ role }) => role === "admin"));
  const byStart = !hasLogin || (offered && isLoopback(request.socket.remoteAddress));
  const context = { ...pageContext(deps, request), url: request.method === "GET" ? request.url : "/login" };
  if (problem?.waitSeconds !== undefined) void reply.header("retry-after", String(problem.waitSeconds));
  const inTheClear = hasLogin && isInTheClear(request);
  const view = { next, problem, name, byPassword: hasLogin, byStart, inTheClear };
  // the script fills in the start token of the link; where there is no field for it, it has nothing to do
  return sendPage(reply, context, { ...loginPage(context, view), script: byStart ? script : null });
}

function loginProblem(
  { lang }: PageContext,
  error: KoboshiError,
  step: "password" | "code",
): FormProblem & { waitSeconds?: number } {
  const say = loginWords(lang);
  const { status } = errorCodes[error.code];
  if (error.code === "KB3004") {
    const waitSeconds = Number(error.facts["waitSeconds"] ?? 0);
    return { message: say.wait(duration(waitSeconds * 1_000, lang)), fix: say.waitFix, status, waitSeconds };
  }
  if (error.code === "KB3003") return { message: say.codeLate, fix: say.codeLateFix, status: errorCodes.KB3001.status };
  return step === "code"
    ? { message: say.codeWrong, fix: say.codeFix, status }
    : { message: say.wrong, fix: say.wrongFix, status };
}

function tellWait(reply: FastifyReply, error: KoboshiError): void {
  if (error.code === "KB3004") void reply.header("retry-after", String(error.facts["waitSeconds"] ?? 1));
}
