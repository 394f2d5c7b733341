import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { actorOf } from "../api/access.ts";
import type { Change } from "../config/desk/change.ts";
import type { ConfigRefusal } from "../config/desk/desk.ts";
import type { Edit } from "../config/edit/edit.ts";
import { dotted, type Path } from "../config/finding.ts";
import { addCheck, editsOf, type Answer } from "../config/form/answers.ts";
import { formAt } from "../config/form/form.ts";
import { readPath } from "../config/form/schema-at.ts";
import { errorCodes, KoboshiError } from "../kernel/errors.ts";
import { explainError } from "../words/errors.ts";
import type { Script } from "./assets.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { sendPage, type Page } from "./frame.tsx";
import { configConflictPage, configPreviewPage } from "./pages/config-preview.tsx";
import { configEditPage } from "./pages/config-edit.tsx";
import { configPage } from "./pages/config.tsx";
import { showPage } from "./read-routes.ts";

const admin = { config: { authority: "admin" } } as const;
/** The longest form is that of a host, some thirty inputs. */
const mostInputs = 200;

/** The configuration: reading it, changing it by forms, and the patch for whoever keeps it in git. */
export function configRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const at = (request: FastifyRequest, reply: FastifyReply): Asked => ({ deps, script, request, reply });

  app.get("/settings/config", (request, reply) =>
    showPage({ deps, script, request, reply }, (context) =>
      Promise.resolve(configPage(context, deps.config.view(), queryText(request, "done") === "yes")),
    ),
  );
  app.get("/settings/config/edit", (request, reply) =>
    showPage({ deps, script, request, reply }, (context) => Promise.resolve(editPage(deps, context, request))),
  );
  app.post("/settings/config/preview", admin, (request, reply) => preview(at(request, reply)));
  app.post("/settings/config/apply", admin, (request, reply) => apply(at(request, reply)));
  app.post("/settings/config/patch", admin, (request, reply) => {
    const proposed = deps.config.propose(readChange(field(request, "change")));
    if (!proposed.ok) throw proposed.error;
    return reply
      .header("content-disposition", 'attachment; filename="koboshi.patch"')
      .header("x-content-type-options", "nosniff")
      .header("cache-control", "no-store")
      .type("text/x-patch; charset=utf-8")
      .send(proposed.value.patch);
  });
}

interface Asked {
  readonly deps: WebDeps;
  readonly script: Script | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** @throws KoboshiError KB1002 when the language has nothing there */
function editPage(deps: WebDeps, context: PageContext, request: FastifyRequest): Page {
  const view = deps.config.view();
  const values = view.values ?? {};
  const fresh = queryText(request, "new").trim();
  const path = [...readPath(values, queryText(request, "at")), ...(fresh === "" ? [] : [fresh])];
  const form = path.length === 0 ? null : formAt(values, path);
  if (form === null) throw new KoboshiError("KB1002", { what: dotted(path).slice(0, 100) });
  return configEditPage(context, { view, form, typed: new Map(), findings: [], problem: null });
}

function preview({ deps, script, request, reply }: Asked): FastifyReply {
  const context = { ...pageContext(deps, request), url: "/settings/config" };
  const view = deps.config.view();
  const values = view.values ?? {};
  const path = readPath(values, field(request, "at"));
  const answers = answersOf(request);
  const change = changeOf(request, { values, path, answers });
  const proposed = deps.config.propose(change);
  const written = change.kind === "edits" ? JSON.stringify(change.edits) : "disk";
  const bad = proposed.ok ? proposed.value.plan === null : true;
  const form = bad && change.kind === "edits" && answers.length > 0 ? formAt(values, path) : null;
  if (form !== null) {
    const findings = proposed.ok ? proposed.value.findings.filter(({ severity }) => severity === "error") : [];
    const problem = proposed.ok ? null : explain(context, proposed.error);
    const typed = new Map(answers.map(({ path: at, is }) => [dotted(at), is]));
    const page = configEditPage(context, { view, form, typed, findings, problem });
    return sendPage(reply, context, { ...page, script });
  }
  if (!proposed.ok) throw proposed.error;
  const facts = { proposal: proposed.value, change: written, at: path, reason: "", problem: null };
  const page = configPreviewPage(context, facts);
  return sendPage(reply, context, { ...page, script });
}

function explain({ lang }: PageContext, error: KoboshiError): string {
  const { message, fix } = explainError(error.code, error.facts, lang);
  return `${message} — ${fix}`;
}

async function apply({ deps, script, request, reply }: Asked): Promise<FastifyReply> {
  const context = { ...pageContext(deps, request), url: "/settings/config" };
  const change = readChange(field(request, "change"));
  const reason = field(request, "reason");
  const done = await deps.config.apply({
    change,
    baseHash: field(request, "base"),
    reason: reason === "" ? null : reason.slice(0, 500),
    confirmed: field(request, "confirm") === "yes",
    actor: actorOf(request),
  });
  if (done.ok) return reply.redirect("/settings/config?done=yes", 303);
  const page = refusedPage(deps, context, { request, change, reason, refusal: done.error });
  return sendPage(reply, context, { ...page, script });
}

interface Refused {
  readonly request: FastifyRequest;
  readonly change: Change;
  readonly reason: string;
  readonly refusal: ConfigRefusal;
}

/** The three versions when someone was faster; else the preview again with the reason. */
function refusedPage(deps: WebDeps, context: PageContext, { request, change, reason, refusal }: Refused): Page {
  const { error, conflict } = refusal;
  const { message, fix } = explainError(error.code, error.facts, context.lang);
  const at = readPath(deps.config.view().values ?? {}, field(request, "at"));
  if (conflict.length > 0) return configConflictPage(context, { message, fix, conflict, at });
  const proposed = deps.config.propose(change);
  if (!proposed.ok) throw error;
  const written = field(request, "change");
  const problem = { message, fix, status: errorCodes[error.code].status };
  return configPreviewPage(context, { proposal: proposed.value, change: written, at, reason, problem });
}

const PathText = z
  .array(z.union([z.string().max(200), z.int().min(0)]))
  .min(1)
  .max(20);
const Edits = z
  .array(
    z.discriminatedUnion("op", [
      z.object({ op: z.literal("set"), path: PathText, value: z.json() }),
      z.object({ op: z.literal("add"), path: PathText, value: z.json() }),
      z.object({ op: z.literal("remove"), path: PathText }),
    ]),
  )
  .max(mostInputs);

/** The change a preview sent along. @throws KoboshiError KB1001 when it is none */
function readChange(written: string): Change {
  if (written === "disk") return { kind: "disk" };
  const edits = Edits.safeParse(parsed(written));
  if (!edits.success) throw new KoboshiError("KB1001", { what: "change" });
  return { kind: "edits", edits: edits.data };
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined; // no JSON is no change either
  }
}

interface Sent {
  readonly values: Readonly<Record<string, unknown>>;
  readonly path: Path;
  readonly answers: readonly Answer[];
}

function changeOf(request: FastifyRequest, { values, path, answers }: Sent): Change {
  if (field(request, "disk") === "yes") return { kind: "disk" };
  if (field(request, "remove") === "yes") return { kind: "edits", edits: [{ op: "remove", path }] };
  const [kind, target] = [field(request, "kind"), field(request, "target")];
  if (kind !== "" && target !== "" && path[0] === "services" && typeof path[1] === "string") {
    return { kind: "edits", edits: [addCheck(values, path[1], { kind, target })] };
  }
  const edits: readonly Edit[] = editsOf(values, answers);
  return { kind: "edits", edits };
}

/** Inputs come as `f0`, with their path, their old value and their form beside them. @throws KoboshiError KB1001 */
function answersOf(request: FastifyRequest): Answer[] {
  const answers: Answer[] = [];
  for (let index = 0; index < mostInputs; index++) {
    const written = field(request, `p${index}`);
    if (written === "") break;
    const path = PathText.safeParse(parsed(written));
    if (!path.success) throw new KoboshiError("KB1001", { what: `p${index}` });
    const [was, is] = [field(request, `b${index}`), field(request, `f${index}`)];
    answers.push({ path: path.data, was, is, list: field(request, `l${index}`) === "yes" });
  }
  return answers;
}
