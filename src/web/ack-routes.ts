import type { FastifyInstance, FastifyRequest } from "fastify";
import { createRateLimit } from "../api/rate-limit.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Incident } from "../kernel/model/incident.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, incidentIdOf, queryText } from "./fields.ts";
import { sendPage, type Page } from "./frame.tsx";
import { keepLang } from "./language.ts";
import { loadFacts } from "./load.ts";
import { ackPage, type AckView } from "./pages/ack.tsx";
import type { PageContext } from "./context.ts";

/** Nobody guesses 128 bits; this only keeps a flood of wrong links from the ledger. A right link always works. */
const wrongLinks = { tries: 20, windowMs: 10 * 60_000 };

/**
 * The link in a mail: `GET` shows one incident and one button and changes nothing, however often a mail scanner or a
 * browser fetches it; `POST` takes the incident or hands it over. The link's token is the only authority asked for.
 */
export function ackRoutes(app: FastifyInstance, deps: WebDeps): void {
  const limit = createRateLimit(deps.clock, wrongLinks);

  async function bearer(request: FastifyRequest, token: string): Promise<{ incident: Incident; person: string }> {
    const id = incidentIdOf(request);
    const checked = token === "" ? null : await deps.checkAckToken(token);
    const mine = checked !== null && checked.ok && checked.value.incidentId === id ? checked.value : null;
    const incident = mine === null ? null : await deps.ledger.read.incident(id);
    if (mine !== null && incident !== null) return { incident, person: mine.person };
    if (limit.isSpent(request.ip)) {
      throw new KoboshiError("KB3004", { waitSeconds: wrongLinks.windowMs / 1_000 });
    }
    limit.fail(request.ip);
    throw new KoboshiError("KB3003");
  }

  async function page(context: PageContext, view: Omit<AckView, "deliveries">): Promise<Page> {
    const facts = await loadFacts(deps, view.incident);
    return ackPage(context, { ...view, deliveries: facts?.deliveries ?? [] });
  }

  app.get("/i/:id/ack", { config: { authority: "link" } }, async (request, reply) => {
    const token = queryText(request, "k");
    const found = await bearer(request, token);
    const context = pageContext(deps, request);
    keepLang(request, reply);
    return sendPage(reply, context, { ...(await page(context, { ...found, token, done: "nothing" })), script: null });
  });

  app.post("/i/:id/ack", { config: { authority: "link" } }, async (request, reply) => {
    const token = field(request, "k");
    const { incident, person } = await bearer(request, token);
    const input = { incidentId: incident.id, actor: `person:${person}` as const };
    const handing = field(request, "do") === "hand-over";
    const result = handing
      ? await deps.verbs.assign({ ...input, to: field(request, "to") })
      : await deps.verbs.acknowledge(input);
    if (!result.ok) throw result.error;
    const context = { ...pageContext(deps, request), url: `/i/${incident.id}/ack?k=${encodeURIComponent(token)}` };
    const done = handing ? "handed" : "taken";
    const view = { incident: result.value, person, token, done } as const;
    return sendPage(reply, context, { ...(await page(context, view)), script: null });
  });
}
