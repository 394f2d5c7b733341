import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import { sendText } from "./compress.ts";
import { pageContext, type PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import type { Page } from "./frame.tsx";
import { findables, incidentsFindable } from "./index-of-all.ts";
import { lookCookie, parseLook } from "./look.ts";
import { lookPage, morePage } from "./pages/look.tsx";
import { searchPage } from "./pages/search.tsx";
import { showPage, type Shown } from "./read-routes.ts";
import { search, type Findable } from "./search.ts";

const longestQuery = 200;
const mostFound = 50;
const etagChars = 16;

/** What stands around the pages: the search, the look of this device, all pages on one. */
export function shellRoutes(app: FastifyInstance, deps: WebDeps, { script }: Shown): void {
  const all = createIndex(deps);
  const show = (request: FastifyRequest, reply: FastifyReply, page: (context: PageContext) => Promise<Page>) =>
    showPage({ deps, script, request, reply }, page);

  app.get("/more", (request, reply) => show(request, reply, async (context) => morePage(context)));
  app.get("/look", (request, reply) =>
    show(request, reply, async (context) => lookPage(context, { saved: queryText(request, "saved") === "1" })),
  );
  // it changes nothing but a cookie of this browser, so that looking on is enough
  app.post("/look", { config: { authority: "read" } }, async (request, reply) => {
    const look = parseLook([field(request, "theme"), field(request, "density"), field(request, "shortcuts") || "off"]);
    return reply.header("set-cookie", lookCookie(look)).redirect("/look?saved=1", 303);
  });
  app.get("/search", (request, reply) =>
    show(request, reply, async (context) => {
      const query = queryText(request, "q").slice(0, longestQuery).trim();
      return searchPage(context, { query, found: search((await all(context.lang)).items, query, mostFound) });
    }),
  );
  app.get("/palette.json", async (request, reply) => {
    const { text, etag } = await all(pageContext(deps, request).lang);
    void reply.header("etag", etag).header("cache-control", "private, no-cache");
    if (request.headers["if-none-match"] === etag) return reply.status(304).send();
    return sendText(reply.type("application/json; charset=utf-8"), text);
  });
}

interface Index {
  readonly items: readonly Findable[];
  readonly text: string;
  readonly etag: string;
}

/** Made anew when another configuration runs or another incident is the newest. */
function createIndex(deps: WebDeps): (lang: Lang) => Promise<Index> {
  const kept = new Map<Lang, Index & { readonly site: Site; readonly of: string }>();
  return async (lang) => {
    const site = deps.site();
    const incidents = await deps.ledger.read.incidents({ limit: incidentsFindable });
    const of = incidents.map(({ id, state }) => `${id}${state}`).join(" ");
    const known = kept.get(lang);
    if (known?.site === site && known.of === of) return known;
    const items = findables(site, incidents, lang);
    const text = JSON.stringify({ items });
    const etag = `"${createHash("sha256").update(text).digest("hex").slice(0, etagChars)}"`;
    const made = { site, of, items, text, etag };
    kept.set(lang, made);
    return made;
  };
}
