import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import type { By } from "../api/accounts.ts";
import { AuditAsked, readAudit } from "../api/accounts-audit.ts";
import { createApiToken, revokeApiToken } from "../api/tokens.ts";
import { tokenScopes } from "../kernel/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import { eventKinds, type EventKind } from "../kernel/event.ts";
import { accountWords } from "../words/accounts.ts";
import { notTyped } from "./account-people-routes.ts";
import { asProblem, type Asked } from "./account-session.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { keepLang } from "./language.ts";
import { auditPage } from "./pages/audit.tsx";
import { lifeDays, tokenShownPage, tokensPage, type TokensView } from "./pages/tokens.tsx";

const admin = { config: { authority: "admin" } } as const;
const dayMs = 86_400_000;
const rowsPerPage = 100;

/** What lets programs in, and the record of who did what. */
export function accountTokenRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const asked = (request: FastifyRequest, reply: FastifyReply): Asked & { script: Script | null } => ({
    deps,
    script,
    request,
    reply,
  });

  app.get("/settings/tokens", admin, (request, reply) => show(asked(request, reply), {}));

  app.post("/settings/tokens/create", admin, async (request, reply) => {
    const name = field(request, "name");
    const context = { ...pageContext(deps, request), url: "/settings/tokens" };
    const scopes = tokenScopes.filter((scope) => field(request, `scope-${scope}`) === "yes");
    const made = await createApiToken(deps, { name, scopes, lifeMs: lifeOf(request), ...by(request) });
    if (!made.ok) return show(asked(request, reply), { name, problem: asProblem(context, made.error) });
    // without the script: a page that is shown once must not be fetched again
    return sendPage(reply, context, { ...tokenShownPage(context, made.value), script: null });
  });

  app.post("/settings/tokens/revoke", admin, async (request, reply) => {
    const name = field(request, "name");
    if (field(request, "typed") !== name) {
      return show(asked(request, reply), { problem: notTyped(pageContext(deps, request).lang, name) });
    }
    const revoked = await revokeApiToken(deps, { name, ...by(request) });
    if (!revoked.ok)
      return show(asked(request, reply), { problem: asProblem(pageContext(deps, request), revoked.error) });
    return reply.redirect("/settings/tokens?done=revoked", 303);
  });

  app.get("/settings/audit", admin, async (request, reply) => {
    const context = pageContext(deps, request);
    keepLang(request, reply);
    const filter = {
      actor: queryText(request, "actor").trim(),
      kind: queryText(request, "kind"),
      from: queryText(request, "from"),
      to: queryText(request, "to"),
    };
    const page = await readAudit(deps, askedOf(filter, queryText(request, "cursor")));
    return sendPage(reply, context, { ...auditPage(context, { ...page, filter, kinds: auditKinds }), script });
  });
}

/** What koboshi itself sees, confirms and sends is on the incident's page, not in the record of who did what. */
const auditKinds: readonly EventKind[] = eventKinds.filter(
  (kind) => !/^(?:signal|notice|peer|watchdog|clock)\./.test(kind),
);

/** What a form left empty is not asked for. @throws KoboshiError KB1001 for what is neither a day nor a known kind */
function askedOf(filter: Readonly<Record<string, string>>, cursor: string): AuditAsked {
  const given = Object.entries({ ...filter, cursor }).filter(([, value]) => value !== "");
  const parsed = AuditAsked.safeParse({ ...Object.fromEntries(given), limit: rowsPerPage });
  if (parsed.success) return parsed.data;
  throw new KoboshiError("KB1001", { what: parsed.error.issues[0]?.path.join(".") ?? "audit" });
}

async function show(
  { deps, script, request, reply }: Asked & { script: Script | null },
  change: Partial<TokensView>,
): Promise<FastifyReply> {
  const context = { ...pageContext(deps, request), url: "/settings/tokens" };
  keepLang(request, reply);
  const view: TokensView = {
    clock: deps.clock,
    tokens: await deps.ledger.read.apiTokens(),
    problem: null,
    done: queryText(request, "done") === "revoked" ? accountWords(context.lang).doneRevoked : null,
    name: "",
    ...change,
  };
  return sendPage(reply, context, { ...tokensPage(context, view), script });
}

function by(request: FastifyRequest): By {
  return { actor: actorOf(request), from: request.ip };
}

function lifeOf(request: FastifyRequest): number | null {
  const days = field(request, "days");
  if (days === "never") return null;
  return (lifeDays.find((one) => String(one) === days) ?? lifeDays[0] ?? 0) * dayMs;
}
