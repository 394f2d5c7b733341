import { domainToUnicode } from "node:url";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { checkConfigText, openSecrets, thisMachine } from "../config/index.ts";
import { joinProposal } from "../config/propose/join.ts";
import { lookAround, type Found } from "../config/propose/look.ts";
import { proposeConfig } from "../config/propose/write.ts";
import { proposedZone } from "../config/propose/zone.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { ChannelSpec } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { explainError } from "../words/errors.ts";
import { firstRunWords } from "../words/first-run.ts";
import type { Script } from "./assets.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { sendPage, type Page } from "./frame.tsx";
import * as pages from "./pages/first-run.tsx";
import { showPage } from "./read-routes.ts";

const admin = { config: { authority: "admin" } } as const;
/** What was found waits for the next step, for the newest few addresses. */
const keptLooks = 20;
const mostAddressChars = 300;

interface FirstRun {
  readonly deps: WebDeps;
  readonly script: Script | null;
  readonly looks: Map<string, Found>;
}

/** From an empty hub to the first watched service: three forms that work without JavaScript. */
export function firstRunRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const run: FirstRun = { deps, script, looks: new Map() };
  app.get("/start", (request, reply) => {
    if (deps.site().services.size > 0) return reply.redirect("/", 303);
    const answers = { ...pages.noAnswers, address: queryText(request, "address").slice(0, mostAddressChars) };
    return showPage({ deps, script, request, reply }, (context) =>
      Promise.resolve(pages.startPage(context, { answers, problem: null })),
    );
  });
  app.post("/start/look", admin, (request, reply) => answer(run, { request, reply }, look));
  app.post("/start/mail", admin, (request, reply) => answer(run, { request, reply }, mail));
  app.post("/start/finish", admin, (request, reply) => answer(run, { request, reply }, finish));
}

interface Asked {
  readonly context: PageContext;
  readonly request: FastifyRequest;
  readonly answers: pages.FirstAnswers;
}

/** A hub that watches something already is changed in its settings, not from here. */
async function answer(
  run: FirstRun,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  step: (run: FirstRun, asked: Asked) => Promise<Page>,
): Promise<FastifyReply> {
  const { deps, script } = run;
  if (deps.site().services.size > 0) return reply.redirect("/", 303);
  const answers = answersOf(request);
  // the other language begins again with the same address
  const context = { ...pageContext(deps, request), url: `/start?address=${encodeURIComponent(answers.address)}` };
  return sendPage(reply, context, { ...(await step(run, { context, request, answers })), script });
}

function answersOf(request: FastifyRequest): pages.FirstAnswers {
  const body = typeof request.body === "object" && request.body !== null ? Object.keys(request.body) : [];
  const take = body.filter((key) => key.startsWith("take.")).map((key) => key.slice("take.".length));
  return {
    address: field(request, "address").slice(0, mostAddressChars),
    take: isAsked(request) ? take : null,
    mail: field(request, "mail"),
    smtp: field(request, "smtp"),
  };
}

/** The suggestions were on the screen: what is not ticked was unticked. */
function isAsked(request: FastifyRequest): boolean {
  return field(request, "asked") === "yes";
}

async function look(run: FirstRun, { context, request, answers }: Asked): Promise<Page> {
  // the first press of the button looks anew: somebody may have mended what was wrong
  if (!isAsked(request)) run.looks.delete(answers.address);
  return found(run, { context, answers, problem: null });
}

interface Told {
  readonly context: PageContext;
  readonly answers: pages.FirstAnswers;
  readonly problem: pages.FirstProblem | null;
}

/** What was found at the address, with what was wrong with the answers; the first page when nothing can be looked at. */
async function found(run: FirstRun, { context, answers, problem }: Told): Promise<Page> {
  const looked = await lookOnce(run, answers.address);
  if (!looked.ok) return pages.startPage(context, { answers, problem: notFound(looked.error, { context, answers }) });
  return pages.foundPage(context, shown(looked.value), { answers, problem });
}

/** A name in its own letters, beside how it travels. */
function shown(looked: Found): Found & { shownHost: string } {
  const letters = domainToUnicode(looked.host);
  const differs = letters !== "" && letters !== looked.host;
  return { ...looked, shownHost: differs ? `${letters} (${looked.host})` : looked.host };
}

async function mail(run: FirstRun, asked: Asked): Promise<Page> {
  const { context, request, answers } = asked;
  const say = firstRunWords(context.lang);
  const again = (problem: pages.FirstProblem): Promise<Page> => found(run, { context, answers, problem });
  const looked = await lookOnce(run, answers.address);
  if (!looked.ok) return found(run, { context, answers, problem: null });
  if (answers.take?.length === 0) return again({ at: "take", message: say.tickOne, fix: "" });
  if (field(request, "later") === "yes") return write(run, asked, null);
  if (answers.mail === "") return again({ at: "mail", message: say.mailMissing, fix: say.mailMissingFix });
  const channel = channelOf(fileOf(looked.value, asked), asked);
  if (!channel.ok) return again(channel.error);
  const sent = await run.deps.proof.send({ to: answers.mail, channel: channel.value, lang: context.lang });
  if (sent.ok) return pages.codePage(context, { ticket: sent.value.ticket, code: "", answers, problem: null });
  const fix = `${say.reason(sent.error.text)} — ${say.relayFix}`;
  return again({ at: "smtp", message: say.notSent(answers.mail), fix });
}

async function finish(run: FirstRun, asked: Asked): Promise<Page> {
  const { context, request, answers } = asked;
  const proof = { ticket: field(request, "ticket"), code: field(request, "code") };
  const verdict = run.deps.proof.check({ ...proof, to: answers.mail });
  if (verdict === "right") return write(run, asked, proof);
  const say = firstRunWords(context.lang);
  if (verdict === "wrong") {
    const problem = { at: "code", message: say.wrongCode, fix: say.wrongCodeFix } as const;
    return pages.codePage(context, { ...proof, code: "", answers, problem });
  }
  const message = verdict === "too-often" ? say.tooOften : say.expired;
  return found(run, { context, answers, problem: { at: "mail", message, fix: say.sendAgainFix } });
}

/** Writes the file and takes it over; the first check runs at once. @param proof null: nobody is named yet */
async function write(
  run: FirstRun,
  asked: Asked,
  proof: { readonly ticket: string; readonly code: string } | null,
): Promise<Page> {
  const { deps } = run;
  const { context, request } = asked;
  const answers = proof === null ? { ...asked.answers, mail: "" } : asked.answers;
  const looked = await lookOnce(run, answers.address);
  if (!looked.ok) return found(run, { context, answers, problem: null });
  const applied = await deps.config.apply({
    change: joinProposal(fileOf(looked.value, { context, answers }), deps.config.view()),
    baseHash: null,
    reason: null,
    confirmed: false,
    actor: actorOf(request),
  });
  if (!applied.ok) {
    const problem = told(applied.error.error, context);
    if (proof === null) return found(run, { context, answers: asked.answers, problem });
    // the number stays good: once the folder can be written, the same button goes on
    return pages.codePage(context, { ...proof, answers, problem });
  }
  if (proof !== null) await keepProof(deps, { mail: answers.mail, request });
  const { path, files } = deps.config.view();
  const text = files.map((file) => file.text).join("\n");
  return pages.writtenPage(context, { path, text, proved: proof !== null });
}

/** The proof is the channel's first test. */
async function keepProof(
  deps: WebDeps,
  { mail: to, request }: { mail: string; request: FastifyRequest },
): Promise<void> {
  const { people, notify } = deps.site();
  const person = [...people.values()].find((one) => one.mail === to);
  const channel = [...notify.channels.values()].find(({ kind }) => kind === "mail");
  if (person === undefined || channel === undefined) return;
  const kept = await deps.channels.arrived({ channel: channel.key, to: person.key, actor: actorOf(request) });
  if (!kept.ok) deps.log.warn("proof of the mail not written down", { code: kept.error.code });
}

function fileOf(looked: Found, { context, answers }: Pick<Asked, "context" | "answers">): string {
  const { lang } = context;
  return proposeConfig(looked, { ...answers, lang, timeZone: proposedZone(lang) });
}

function told({ code, facts }: KoboshiError, { lang }: PageContext): pages.FirstProblem {
  return { at: null, ...explainError(code, facts, lang) };
}

function notFound(error: KoboshiError, { context, answers }: Pick<Asked, "context" | "answers">): pages.FirstProblem {
  if (error.code !== "KB1001") return { ...told(error, context), at: "address" };
  const say = firstRunWords(context.lang);
  return { at: "address", message: say.notAnAddress(answers.address), fix: say.notAnAddressFix };
}

/** What an address shows; the same within one run. */
async function lookOnce({ deps, looks }: FirstRun, address: string): Promise<Result<Found, KoboshiError>> {
  const known = looks.get(address);
  if (known !== undefined) return ok(known);
  const looked = await lookAround(address, { clock: deps.clock, signal: new AbortController().signal });
  if (!looked.ok) return looked;
  if (looks.size >= keptLooks) looks.delete(looks.keys().next().value ?? "");
  looks.set(address, looked.value);
  return looked;
}

/** The very channel the file would open, or which answer keeps it from opening one. */
function channelOf(text: string, asked: Pick<Asked, "context" | "answers">): Result<ChannelSpec, pages.FirstProblem> {
  const { plan, findings } = checkConfigText(text, "koboshi.yml");
  const error = findings.find(({ severity }) => severity === "error");
  if (error !== undefined) return err(toBlame(error, asked));
  const site = plan === null ? null : openSecrets(plan, thisMachine());
  const channels = site?.ok === true ? [...site.value.notify.channels.values()] : [];
  const channel = channels.find(({ kind }) => kind === "mail");
  if (channel !== undefined) return ok(channel);
  const say = firstRunWords(asked.context.lang);
  return err({ at: "smtp", message: say.noSendmail, fix: say.noSendmailFix });
}

type Finding = ReturnType<typeof checkConfigText>["findings"][number];

/** The answer a finding about the file goes back to. */
function toBlame(
  { path, message, hint }: Finding,
  { context, answers }: Pick<Asked, "context" | "answers">,
): pages.FirstProblem {
  const say = firstRunWords(context.lang);
  if (path.startsWith("people")) return { at: "mail", message: say.badMail(answers.mail), fix: say.badMailFix };
  const at = path.startsWith("notify") ? "smtp" : null;
  return { at, message: message[context.lang], fix: hint?.[context.lang] ?? "" };
}
