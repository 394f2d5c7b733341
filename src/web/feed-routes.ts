import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import { readMoment } from "../readers/schedule/moment.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field, incidentIdOf, queryText } from "./fields.ts";
import { feedPage } from "./pages/feed.tsx";
import { feedsPage } from "./pages/feeds.tsx";
import { showPage } from "./read-routes.ts";

const perPage = 50;

/** Providers' notices, and what a person decides about one. */
export function feedWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const { feeds } = deps;

  app.get("/feeds", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const search = queryText(request, "q").slice(0, 200);
      const before = Number(/^[1-9]\d{0,8}$/.exec(queryText(request, "before"))?.[0] ?? 0);
      const found = await feeds.notices({
        search,
        provider: null,
        before: before === 0 ? null : before,
        limit: perPage + 1,
      });
      const notices = found.slice(0, perPage);
      const next = found.length > perPage ? (notices.at(-1)?.id ?? null) : null;
      return feedsPage(context, { feeds: feeds.feeds(), notices, search, next });
    }),
  );

  app.get("/feeds/:id", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const id = incidentIdOf(request);
      const found = await feeds.notice(id);
      if (found === null) throw new KoboshiError("KB1002", { what: String(id) });
      return feedPage(context, found);
    }),
  );

  app.post("/feeds/:id/confirm", async (request, reply) => {
    const id = incidentIdOf(request);
    const result = await feeds.confirm({
      id,
      version: versionOf(request),
      windows: windowsOf(request, deps.site().timeZone),
      actor: actorOf(request),
    });
    if (!result.ok) throw result.error;
    return reply.redirect(`/feeds/${id}`, 303);
  });

  app.post("/feeds/:id/reject", async (request, reply) => {
    const id = incidentIdOf(request);
    const result = await feeds.reject({ id, version: versionOf(request), actor: actorOf(request) });
    if (!result.ok) throw result.error;
    return reply.redirect(`/feeds/${id}`, 303);
  });
}

function versionOf(request: FastifyRequest): number {
  return Number(/^\d{1,4}$/.exec(field(request, "version"))?.[0] ?? 0);
}

/** What a person entered; null: the notice's own times. */
function windowsOf(request: FastifyRequest, timeZone: string): readonly { startMs: number; endMs: number }[] | null {
  const [start, end] = [field(request, "start"), field(request, "end")];
  if (start === "" && end === "") return null;
  const [startMs, endMs] = [readMoment(start, timeZone), readMoment(end, timeZone)];
  if (startMs === null || endMs === null)
    throw new KoboshiError("KB4502", { written: `${start} ${end}`.slice(0, 120) });
  return [{ startMs, endMs }];
}
