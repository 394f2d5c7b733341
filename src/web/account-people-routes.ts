import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf, identityOf } from "../api/access.ts";
import { changeRole, createAccount, removeAccount, resetAccount, type By, type Handed } from "../api/accounts.ts";
import { roles } from "../kernel/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Result } from "../kernel/result.ts";
import { accountWords } from "../words/accounts.ts";
import { asProblem, type Asked } from "./account-session.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { keepLang } from "./language.ts";
import type { FormProblem } from "./pages/account-parts.tsx";
import { handedPage, peoplePage } from "./pages/people.tsx";

const admin = { config: { authority: "admin" } } as const;

/** Who can sign in: added, given another role or password, removed; by administrators. */
export function accountPeopleRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  type Showing = Asked & { script: Script | null };
  const asked = (request: FastifyRequest, reply: FastifyReply): Showing => ({ deps, script, request, reply });

  async function done(
    { request, reply }: Asked,
    result: Result<unknown, KoboshiError>,
    what: "role" | "removed",
  ): Promise<FastifyReply> {
    if (!result.ok) return show(asked(request, reply), asProblem(pageContext(deps, request), result.error));
    return reply.redirect(`/settings/people?done=${what}`, 303);
  }

  async function handed({ request, reply }: Asked, result: Result<Handed, KoboshiError>): Promise<FastifyReply> {
    const context = { ...pageContext(deps, request), url: "/settings/people" };
    if (!result.ok) return show(asked(request, reply), asProblem(context, result.error));
    const { account, password } = result.value;
    const page = handedPage(context, { name: account.name, password: password?.reveal() ?? "" });
    // without the script: a page that is shown once must not be fetched again
    return sendPage(reply, context, { ...page, script: null });
  }

  app.get("/settings/people", admin, (request, reply) => show(asked(request, reply), null));

  app.post("/settings/people/add", admin, async (request, reply) => {
    const input = { name: field(request, "name"), role: roleOf(request), password: null, own: false };
    return handed(asked(request, reply), await createAccount(deps, { ...input, ...by(request) }));
  });

  app.post("/settings/people/role", admin, async (request, reply) => {
    const changed = await changeRole(deps, { name: field(request, "name"), role: roleOf(request), ...by(request) });
    return done(asked(request, reply), changed, "role");
  });

  app.post("/settings/people/reset", admin, async (request, reply) => {
    const input = {
      name: field(request, "name"),
      password: null,
      own: false,
      dropTotp: field(request, "totp") === "off",
    };
    return handed(asked(request, reply), await resetAccount(deps, { ...input, ...by(request) }));
  });

  app.post("/settings/people/remove", admin, async (request, reply) => {
    const name = field(request, "name");
    if (field(request, "typed") !== name) {
      return show(asked(request, reply), notTyped(pageContext(deps, request).lang, name));
    }
    return done(asked(request, reply), await removeAccount(deps, { name, ...by(request) }), "removed");
  });
}

async function show(
  { deps, script, request, reply }: Asked & { script: Script | null },
  problem: FormProblem | null,
): Promise<FastifyReply> {
  const found = pageContext(deps, request);
  // who may only look is shown no forms
  const viewer = identityOf(request)?.role === "admin" ? found.viewer : null;
  const context = { ...found, url: "/settings/people", viewer };
  keepLang(request, reply);
  const words = accountWords(context.lang);
  const texts: ReadonlyMap<string, string> = new Map([
    ["role", words.doneRole],
    ["removed", words.doneRemoved],
  ]);
  const view = {
    accounts: await deps.ledger.read.accounts(),
    problem,
    done: texts.get(queryText(request, "done")) ?? null,
  };
  return sendPage(reply, context, { ...peoplePage(context, view), script });
}

export function notTyped(lang: Parameters<typeof accountWords>[0], name: string): FormProblem {
  const words = accountWords(lang);
  return { message: words.notTyped(name), fix: words.notTypedFix, status: 400 };
}

function roleOf(request: FastifyRequest): (typeof roles)[number] {
  const role = roles.find((one) => one === field(request, "role"));
  if (role === undefined) throw new KoboshiError("KB1001", { what: "role" });
  return role;
}

function by(request: FastifyRequest): By {
  return { actor: actorOf(request), from: request.ip };
}
