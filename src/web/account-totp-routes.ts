import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { identityOf } from "../api/access.ts";
import { dropTotp, enrolTotp, renewRecoveryCodes } from "../api/accounts-own.ts";
import { newTotpSecret, totpUri } from "../api/totp.ts";
import { later, remainingMs, stampNow, type Stamp } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Account } from "../storage/ledger/nouns/accounts.ts";
import { accessWords } from "../words/access.ts";
import { clientOf, giveSession, ownName, typedField, type AccessRouting, type Asked } from "./account-session.ts";
import { refuseAtAccount } from "./account-view.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { sendPage, type Page } from "./frame.tsx";
import type { FormProblem } from "./pages/account-parts.tsx";
import { codesPage, totpPage } from "./pages/totp.tsx";

const self = { config: { authority: "self" } } as const;

/** A secret that was shown and not proven is forgotten after this; it lies in memory alone. */
const provingMs = 15 * 60_000;
const mostProving = 100;

interface Proving {
  readonly secret: Secret;
  readonly until: Stamp;
}

/** Switching the second factor on and off, and its recovery codes. */
export function accountTotpRoutes(app: FastifyInstance, deps: WebDeps, routing: AccessRouting): void {
  /** by session */
  const proving = new Map<string, Proving>();
  const asked = (request: FastifyRequest, reply: FastifyReply): Asked & AccessRouting => ({
    deps,
    request,
    reply,
    ...routing,
  });

  app.post("/settings/account/totp", self, async (request, reply) => {
    const confirmed = await confirm(asked(request, reply));
    if (!confirmed.ok) return refuseAtAccount(asked(request, reply), confirmed.error);
    const secret = newTotpSecret();
    const oldest = proving.size >= mostProving ? proving.keys().next().value : undefined;
    if (oldest !== undefined) proving.delete(oldest);
    proving.set(sessionOf(request), { secret, until: later(stampNow(deps.clock), provingMs) });
    return sendProving(asked(request, reply), secret, null);
  });

  app.post("/settings/account/totp/prove", self, async (request, reply) => {
    const session = sessionOf(request);
    const shown = proving.get(session);
    const words = accessWords(pageContext(deps, request).lang);
    if (shown === undefined || remainingMs(deps.clock, shown.until) <= 0) {
      proving.delete(session);
      return refuseAtAccount(asked(request, reply), new KoboshiError("KB3003"), {
        done: null,
      });
    }
    const own = { name: ownName(request), ...clientOf(request) };
    const enrolled = await enrolTotp(deps, { ...own, secret: shown.secret, code: field(request, "code") });
    if (!enrolled.ok) {
      const problem = { message: words.totpWrong, fix: words.totpWrongFix, status: 400 };
      return sendProving(asked(request, reply), shown.secret, problem);
    }
    proving.delete(session);
    return sendCodes(asked(request, reply), enrolled.value);
  });

  app.post("/settings/account/totp/off", self, async (request, reply) => {
    const confirmed = await confirm(asked(request, reply));
    if (!confirmed.ok) return refuseAtAccount(asked(request, reply), confirmed.error);
    const dropped = await dropTotp(deps, { name: confirmed.value.name, ...clientOf(request) });
    if (!dropped.ok) throw dropped.error;
    const session = { secret: dropped.value.secret, account: dropped.value.account.name };
    return giveSession(asked(request, reply), session).redirect("/settings/account?done=totp-off", 303);
  });

  app.post("/settings/account/codes", self, async (request, reply) => {
    const confirmed = await confirm(asked(request, reply));
    if (!confirmed.ok) return refuseAtAccount(asked(request, reply), confirmed.error);
    if (confirmed.value.totp === null) throw new KoboshiError("KB1002", { what: "totp" });
    const renewed = await renewRecoveryCodes(deps, { name: confirmed.value.name, ...clientOf(request) });
    if (!renewed.ok) throw renewed.error;
    return sendCodes(asked(request, reply), renewed.value);
  });
}

/** The password once more, by the same rules and limits as at the door. */
function confirm({ request, doorman }: Asked & AccessRouting): Promise<Result<Account, KoboshiError>> {
  return doorman.confirm({
    name: ownName(request),
    password: typedField(request, "present"),
    ...clientOf(request),
  });
}

function sessionOf(request: FastifyRequest): string {
  const hash = identityOf(request)?.sessionHash ?? null;
  if (hash === null) throw new KoboshiError("KB3001");
  return hash;
}

function sendProving({ deps, request, reply }: Asked, secret: Secret, problem: FormProblem | null): FastifyReply {
  const context = { ...pageContext(deps, request), url: "/settings/account" };
  const uri = totpUri(secret, { issuer: `koboshi ${context.site.name}`, label: ownName(request) });
  return send(reply, context, totpPage(context, { uri, typed: secret.reveal(), problem }));
}

/** The new session's field is in no form of this page: it only shows the codes. */
function sendCodes(
  asked: Asked,
  { account, secret, codes }: { account: Account; secret: string; codes: readonly string[] },
): FastifyReply {
  const context = { ...pageContext(asked.deps, asked.request), url: "/settings/account", viewer: null };
  return send(giveSession(asked, { secret, account: account.name }), context, codesPage(context, codes));
}

/** Without the script: a page that is shown once must not be fetched again. */
function send(reply: FastifyReply, context: Parameters<typeof sendPage>[1], page: Page): FastifyReply {
  return sendPage(reply, context, { ...page, script: null });
}
