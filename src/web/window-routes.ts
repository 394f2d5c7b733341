import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { wantedOf } from "../api/routes/windows.ts";
import { createRechecks } from "../api/window-rechecks.ts";
import { offeredLengthMs, readEnd, readStart } from "../api/window-times.ts";
import { NewWindowJson } from "../api/window-schemas.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Window } from "../kernel/model/window.ts";
import type { Result } from "../kernel/result.ts";
import { explainError } from "../words/errors.ts";
import { rfc3339 } from "../words/format.ts";
import type { Script } from "./assets.ts";
import type { PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, incidentIdOf, queryText } from "./fields.ts";
import { calendarPage, windowPath } from "./pages/calendar.tsx";
import { windowPage } from "./pages/window.tsx";
import { emptyDraft, moveWindowPage, newWindowPage, type FormRefusal, type WindowDraft } from "./pages/window-form.tsx";
import { showPage } from "./read-routes.ts";
import { monthOf } from "./window-month.ts";

const mostShown = 500;
const mostRepairs = 100;
const mostTargets = 500;

/** The calendar, one window with its checks, and what a person may do with them. */
export function windowWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const rechecks = createRechecks({
    windows: { recheck: (id) => deps.windows.recheck(id) },
    clock: deps.clock,
    log: deps.log,
  });

  app.get("/calendar", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const windows = await deps.windows.windows({ states: null, limit: mostShown });
      return calendarPage(context, {
        windows,
        month: monthOf(queryText(request, "month"), context.now.atMs, context.site.timeZone),
      });
    }),
  );

  app.get("/calendar/:id", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const window = await windowNamed(deps, request);
      return windowPage(context, {
        window,
        held: window.heldSignals === 0 ? [] : await deps.windows.held(window.id),
        findings: await deps.windows.findings(window.id),
        repairs: await deps.repairs.repairs({ windowId: window.id, limit: mostRepairs }),
        isChecking: rechecks.isRunning(window.id),
      });
    }),
  );

  app.post("/calendar/:id/check", async (request, reply) => {
    const id = incidentIdOf(request);
    const result = await rechecks.begin(id);
    if (!result.ok) throw result.error;
    return reply.redirect(`${windowPath(id)}#checks`, 303);
  });

  formRoutes(app, deps, script);
  verbRoutes(app, deps);
}

function formRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/calendar/new", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) =>
      newWindowPage(context, { ...emptyDraft, targets: askedTargets(queryText(request, "for")) }, null),
    ),
  );

  app.post("/calendar", async (request, reply) => {
    const draft = draftOf(request);
    const tried = await attempt(deps, draft, () => addWindow(deps, request, draft));
    if (tried.ok) return reply.redirect(windowPath(tried.value.id), 303);
    return refused({ deps, script, request, reply }, tried.error, (context, refusal) =>
      newWindowPage(context, refusal.draft, refusal.told),
    );
  });

  app.get("/calendar/:id/move", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const window = await windowNamed(deps, request);
      const { startMs, endMs, timeZone } = window;
      const draft = { ...emptyDraft, start: wallText(startMs, timeZone), end: wallText(endMs, timeZone) };
      return moveWindowPage(context, window, { draft, refusal: null });
    }),
  );

  app.post("/calendar/:id/move", async (request, reply) => {
    const window = await windowNamed(deps, request);
    const draft = draftOf(request);
    const tried = await attempt(deps, draft, () => moveWindow(deps, request, { window, draft }));
    if (tried.ok) return reply.redirect(windowPath(window.id), 303);
    return refused({ deps, script, request, reply }, tried.error, (context, refusal) =>
      moveWindowPage(context, window, { draft: refusal.draft, refusal: refusal.told }),
    );
  });
}

function verbRoutes(app: FastifyInstance, deps: WebDeps): void {
  app.post("/calendar/:id/done", async (request, reply) => {
    const result = await deps.windows.done({ id: incidentIdOf(request), actor: actorOf(request) });
    return backTo(reply, result);
  });

  for (const verb of ["cancel", "sign"] as const) {
    app.post(`/calendar/:id/${verb}`, async (request, reply) => {
      const input = { id: incidentIdOf(request), reason: field(request, "reason"), actor: actorOf(request) };
      return backTo(reply, await deps.windows[verb](input));
    });
  }

  app.post("/repairs/:id/approve", async (request, reply) => {
    const id = incidentIdOf(request);
    const sha256 = field(request, "sha256");
    const result = await deps.repairs.approve({ id, sha256, actor: actorOf(request) });
    if (!result.ok) throw result.error;
    return reply.redirect(repairPlace(result.value), 303);
  });

  app.post("/repairs/:id/refuse", async (request, reply) => {
    const input = { id: incidentIdOf(request), reason: field(request, "reason"), actor: actorOf(request) };
    const result = await deps.repairs.refuse(input);
    if (!result.ok) throw result.error;
    return reply.redirect(repairPlace(result.value), 303);
  });
}

function backTo(reply: FastifyReply, result: Result<Window, KoboshiError>): FastifyReply {
  if (!result.ok) throw result.error;
  return reply.redirect(windowPath(result.value.id), 303);
}

/** Where a repair is shown: on the page of its window. */
function repairPlace({ id, windowId }: { readonly id: number; readonly windowId: number | null }): string {
  return windowId === null ? "/calendar" : `${windowPath(windowId)}#repair-${id}`;
}

async function addWindow(
  deps: WebDeps,
  request: FastifyRequest,
  draft: WindowDraft,
): Promise<Result<Window, KoboshiError>> {
  const written = NewWindowJson.safeParse({
    title: draft.title,
    start: draft.start,
    end: draft.end,
    for: [...draft.targets, ...askedTargets(draft.other)],
    alternate: draft.alternate,
    public: draft.isPublic,
  });
  if (!written.success) throw new KoboshiError("KB1001", { what: written.error.issues.map(issueText).join(", ") });
  const wanted = wantedOf(written.data, { site: deps.site(), nowMs: deps.clock.nowMs() });
  return deps.windows.add({ wanted, actor: actorOf(request) });
}

function issueText({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${path.map(String).join(".")} (${message})`;
}

async function moveWindow(
  { windows, clock }: WebDeps,
  request: FastifyRequest,
  { window, draft }: { window: Window; draft: WindowDraft },
): Promise<Result<Window, KoboshiError>> {
  const { id, timeZone } = window;
  const startMs = readStart(draft.start, { timeZone, nowMs: clock.nowMs() });
  if (draft.end === "") throw new KoboshiError("KB7102", {});
  return windows.move({ id, startMs, endMs: readEnd(draft.end, { timeZone, startMs }), actor: actorOf(request) });
}

interface Refusal {
  readonly error: KoboshiError;
  readonly draft: WindowDraft;
}

/** A refusal comes back to the form with what was typed, and with the end that is offered where there was none. */
async function attempt(
  deps: WebDeps,
  draft: WindowDraft,
  run: () => Promise<Result<Window, KoboshiError>>,
): Promise<{ readonly ok: true; readonly value: Window } | { readonly ok: false; readonly error: Refusal }> {
  try {
    const result = await run();
    return result.ok ? result : { ok: false, error: { error: result.error, draft: withOffer(deps, draft) } };
  } catch (thrown) {
    if (!(thrown instanceof KoboshiError)) throw thrown;
    return { ok: false, error: { error: thrown, draft: withOffer(deps, draft) } };
  }
}

function withOffer({ site, clock }: WebDeps, draft: WindowDraft): WindowDraft {
  if (draft.end !== "") return draft;
  const { timeZone } = site();
  try {
    const startMs = readStart(draft.start, { timeZone, nowMs: clock.nowMs() });
    return { ...draft, end: wallText(startMs + offeredLengthMs, timeZone) };
  } catch (thrown) {
    if (thrown instanceof KoboshiError) return draft;
    throw thrown;
  }
}

function refused(
  showing: Parameters<typeof showPage>[0],
  { error, draft }: Refusal,
  page: (context: PageContext, refusal: { told: FormRefusal; draft: WindowDraft }) => ReturnType<typeof newWindowPage>,
): Promise<FastifyReply> {
  const isOffered = error.code === "KB7102" && field(showing.request, "end") === "" && draft.end !== "";
  return showPage(showing, async (context) => {
    const { message, fix } = explainError(error.code, error.facts, context.lang);
    return page(context, { told: { code: error.code, message, fix, isOffered }, draft });
  });
}

function draftOf(request: FastifyRequest): WindowDraft {
  const { for: picked } = (request.body ?? {}) as { for?: unknown };
  const targets = [picked ?? []].flat().filter((one) => typeof one === "string");
  return {
    title: field(request, "title"),
    start: field(request, "start"),
    end: field(request, "end"),
    targets: targets.slice(0, mostTargets),
    other: field(request, "other"),
    alternate: field(request, "alternate"),
    isPublic: field(request, "public") === "yes",
  };
}

function askedTargets(written: string): readonly string[] {
  return written
    .split(/[\s,、\u3000]+/)
    .filter((one) => one !== "")
    .slice(0, mostTargets);
}

/** `2026-11-26T02:00`, as it is read again. */
function wallText(atMs: number, timeZone: string): string {
  return rfc3339(atMs, timeZone).slice(0, 16);
}

async function windowNamed({ windows }: WebDeps, request: FastifyRequest): Promise<Window> {
  const id = incidentIdOf(request);
  const window = await windows.window(id);
  if (window === null) throw new KoboshiError("KB1002", { what: String(id) });
  return window;
}
