import type { FastifyReply, FastifyRequest } from "fastify";
import { identityOf } from "../api/access.ts";
import { isLive } from "../api/sessions.ts";
import { elapsedMs, stampNow } from "../kernel/clock.ts";
import { accessWords } from "../words/access.ts";
import { asProblem, type Asked } from "./account-session.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { queryText } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { keepLang } from "./language.ts";
import { accountPage, type AccountView } from "./pages/account.tsx";
import type { KoboshiError } from "../kernel/errors.ts";

type Showing = Asked & { readonly script: Script | null };

/** Sends the page of one's own account, with what a form of it left behind. */
export async function sendAccount(
  { deps, script, request, reply }: Showing,
  change: Partial<AccountView> = {},
): Promise<FastifyReply> {
  const context = { ...pageContext(deps, request), url: "/settings/account" };
  keepLang(request, reply);
  const view = { ...(await ownView(deps, request)), ...change };
  return sendPage(reply, context, { ...accountPage(context, view), script });
}

/** The same page with the reason why a form was not taken. */
export async function refuseAtAccount(
  showing: Showing,
  error: KoboshiError,
  change: Partial<AccountView> = {},
): Promise<FastifyReply> {
  const { deps, request, reply } = showing;
  if (error.code === "KB3004") void reply.header("retry-after", String(error.facts["waitSeconds"] ?? 1));
  return sendAccount(showing, { ...change, problem: asProblem(pageContext(deps, request), error) });
}

async function ownView(deps: WebDeps, request: FastifyRequest): Promise<AccountView> {
  const { read } = deps.ledger;
  const identity = identityOf(request);
  const name = identity?.account ?? null;
  const now = stampNow(deps.clock);
  const sessions = name === null ? [] : (await read.sessionsOf(name)).filter((one) => isLive(deps.clock, one));
  const { lang } = pageContext(deps, request);
  return {
    account: name === null ? null : await read.account(name),
    first: !(await read.accounts()).some(({ role }) => role === "admin"),
    sessionHash: identity?.sessionHash ?? null,
    sessions: [...sessions].sort((a, b) => elapsedMs(a.seenAt, now) - elapsedMs(b.seenAt, now)),
    problem: null,
    done: doneText(queryText(request, "done"), accessWords(lang)),
    name: "",
  };
}

function doneText(done: string, words: ReturnType<typeof accessWords>): string | null {
  const texts: ReadonlyMap<string, string> = new Map([
    ["first", words.doneFirst],
    ["password", words.donePassword],
    ["totp-off", words.doneTotpOff],
    ["session", words.doneSession],
  ]);
  return texts.get(done) ?? null;
}
