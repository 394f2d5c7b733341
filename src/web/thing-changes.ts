import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Result } from "../kernel/result.ts";
import { vantageWords } from "../words/vantages-web.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { loadStatus } from "./load.ts";
import { vantagesPage } from "./pages/vantages.tsx";
import type { Shown } from "./read-routes.ts";
import { checkHref } from "./things.ts";

const minuteMs = 60_000;

/** What a person does to services, checks and vantages, by plain forms; then back to where they were. */
export function thingChanges(app: FastifyInstance, deps: WebDeps, { script }: Shown): void {
  for (const verb of ["probe", "pause", "resume"] as const) {
    app.post(`/services/:key/${verb}`, async (request, reply) => {
      const { key } = request.params as { key: string };
      if (!deps.site().services.has(key)) throw new KoboshiError("KB1002", { what: `service:${key.slice(0, 100)}` });
      const checkIds = deps
        .site()
        .checks.filter(({ service }) => service === key)
        .map(({ id }) => id);
      return act(deps, { verb, checkIds, request, reply, back: `/services/${encodeURIComponent(key)}` });
    });
    // its id is a long address, which belongs into the form
    app.post(`/checks/${verb}`, async (request, reply) => {
      const id = field(request, "check");
      if (!deps.site().checks.some((check) => check.id === id))
        throw new KoboshiError("KB1002", { what: id.slice(0, 100) });
      return act(deps, { verb, checkIds: [id], request, reply, back: checkHref(id) });
    });
  }
  app.post("/services/:key/incident", async (request, reply) => {
    const { key } = request.params as { key: string };
    const opened = await deps.verbs.open({
      subject: componentId("service", key),
      actor: actorOf(request),
      text: field(request, "text"),
      severity: field(request, "wake") === "yes" ? "critical" : "warning",
    });
    if (!opened.ok) throw opened.error;
    return reply.redirect(`/i/${opened.value.id}`, 303);
  });
  app.post("/vantages/:name/revoke", async (request, reply) => {
    const { name } = request.params as { name: string };
    const context = { ...pageContext(deps, request), url: "/vantages" };
    // typed by hand, so that nobody removes one by a slip of the finger
    if (field(request, "name") !== name) {
      const message = vantageWords(context.lang).revokeWrong(name);
      const problem = { message, fix: "", status: 400 };
      const page = vantagesPage(context, { status: await loadStatus(deps), revoked: "", problem });
      return sendPage(reply, context, { ...page, script });
    }
    done(await deps.revokeVantage({ name, actor: actorOf(request) }));
    return reply.redirect(`/vantages?revoked=${encodeURIComponent(name)}`, 303);
  });
}

interface Act {
  readonly verb: "probe" | "pause" | "resume";
  readonly checkIds: readonly string[];
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly back: string;
}

async function act(deps: WebDeps, { verb, checkIds, request, reply, back }: Act): Promise<FastifyReply> {
  const actor = actorOf(request);
  if (verb === "probe") deps.probeNow(checkIds);
  else if (verb === "resume") done(await deps.pauses.resume({ checkIds, actor }));
  else {
    const forMs = Number(field(request, "minutes")) * minuteMs;
    done(await deps.pauses.pause({ checkIds, reason: field(request, "reason"), forMs, actor }));
  }
  const told = { probe: "probed", pause: "paused", resume: "resumed" }[verb];
  return reply.redirect(`${back}?done=${told}`, 303);
}

/** @throws the refusal, which becomes a page that says how to mend it */
function done(result: Result<unknown, KoboshiError>): void {
  if (!result.ok) throw result.error;
}
