import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf, identityOf } from "../api/access.ts";
import { accountName, createAccount, type Handed } from "../api/accounts.ts";
import { createDoorman } from "../api/accounts-login.ts";
import { changeOwnPassword, signOutEverywhere } from "../api/accounts-own.ts";
import { closeSession, openSession } from "../api/sessions.ts";
import { KoboshiError } from "../kernel/errors.ts";
import { err, type Result } from "../kernel/result.ts";
import { accountPeopleRoutes } from "./account-people-routes.ts";
import { clientOf, giveSession, ownName, takeSession, typedField, type AccessRouting } from "./account-session.ts";
import { accountTokenRoutes } from "./account-token-routes.ts";
import { accountTotpRoutes } from "./account-totp-routes.ts";
import { refuseAtAccount, sendAccount } from "./account-view.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { keepLang } from "./language.ts";
import { loginRoutes } from "./login-routes.ts";
import { settingsPage } from "./pages/account-settings.tsx";

const self = { config: { authority: "self" } } as const;
const shownIdChars = 16;

/** Who may come in: signing in and out, one's own account, people, tokens, the audit log, and the way to all settings. */
export function accessRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const routing: AccessRouting = { doorman: createDoorman(deps), script };
  loginRoutes(app, deps, routing);
  ownRoutes(app, deps, routing);
  accountTotpRoutes(app, deps, routing);
  accountPeopleRoutes(app, deps, script);
  accountTokenRoutes(app, deps, script);

  // other parts of the settings are mounted by others: a link is shown where something answers
  const leadsTo = (url: string): boolean => app.hasRoute({ method: "GET", url });
  app.get("/settings", async (request, reply) => {
    const context = pageContext(deps, request);
    keepLang(request, reply);
    const admin = identityOf(request)?.role === "admin" || (await deps.ledger.read.accounts()).length === 0;
    return sendPage(reply, context, { ...settingsPage(context, { admin, leadsTo }), script });
  });
}

/** One's own password and sessions; and the first account of all. */
function ownRoutes(app: FastifyInstance, deps: WebDeps, { doorman, script }: AccessRouting): void {
  app.get("/settings/account", self, (request, reply) => sendAccount({ deps, script, request, reply }));

  app.post("/settings/account/first", { config: { authority: "admin" } }, async (request, reply) => {
    const asked = { deps, script, request, reply };
    const made = await makeFirst(deps, request);
    if (!made.ok) return refuseAtAccount(asked, made.error, { name: field(request, "name") });
    const account = made.value.account.name;
    const secret = await openSession(deps, { actor: `person:${account}`, account, ...clientOf(request) });
    return giveSession(asked, { secret, account }).redirect("/settings/account?done=first", 303);
  });

  app.post("/settings/account/password", self, async (request, reply) => {
    const asked = { deps, script, request, reply };
    const [present, password] = [typedField(request, "present"), typedField(request, "password")];
    if (password !== typedField(request, "again")) {
      return refuseAtAccount(asked, new KoboshiError("KB3006", { why: "different" }));
    }
    const client = clientOf(request);
    const account = await doorman.confirm({ name: ownName(request), password: present, ...client });
    if (!account.ok) return refuseAtAccount(asked, account.error);
    const changed = await changeOwnPassword(deps, { account: account.value, password, ...client });
    if (!changed.ok) return refuseAtAccount(asked, changed.error);
    const session = { secret: changed.value.secret, account: account.value.name };
    return giveSession(asked, session).redirect("/settings/account?done=password", 303);
  });

  sessionRoutes(app, deps);
}

function sessionRoutes(app: FastifyInstance, deps: WebDeps): void {
  app.post("/settings/account/sessions/end", self, async (request, reply): Promise<FastifyReply> => {
    const wanted = field(request, "session");
    const own = await deps.ledger.read.sessionsOf(ownName(request));
    const found = own.find(({ hash }) => wanted.length === shownIdChars && hash.startsWith(wanted));
    if (found !== undefined) await closeSession(deps, { hash: found.hash, actor: actorOf(request) });
    return reply.redirect("/settings/account?done=session", 303);
  });

  app.post("/settings/account/sessions/end-all", self, async (request, reply) => {
    await signOutEverywhere(deps, { name: ownName(request), ...clientOf(request) });
    return takeSession({ deps, request, reply }).redirect("/login", 303);
  });
}

/** From the start token's session: whoever holds it becomes the administrator they name. */
async function makeFirst(deps: WebDeps, request: FastifyRequest): Promise<Result<Handed, KoboshiError>> {
  const name = field(request, "name");
  const [password, again] = [typedField(request, "password"), typedField(request, "again")];
  // whoever fills in one field alone, as the first run does, has seen what they typed
  if (again !== "" && again !== password) return err(new KoboshiError("KB3006", { why: "different" }));
  const identity = identityOf(request);
  if (identity?.via !== "session" || identity.account !== null) throw new KoboshiError("KB3008", { name });
  const actor = `person:${accountName(name)}` as const;
  return createAccount(deps, { name, role: "admin", password, own: true, actor, from: request.ip });
}
