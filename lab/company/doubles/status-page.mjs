import { stateOf } from "./state.mjs";

const escape = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/**
 * The provider's notices as a feed and as a page of status, empty until told otherwise.
 * State: `{"items": [{"title", "text", "at", "state": "investigating|scheduled|resolved"}]}`
 */
export function statusPage(request, reply) {
  const { items } = stateOf("feed", { items: [] });
  const { pathname } = new URL(request.url ?? "/", "http://status.test");
  if (pathname === "/feed.xml") {
    reply.writeHead(200, { "content-type": "application/rss+xml; charset=utf-8" }).end(feedOf(items));
  } else if (pathname.endsWith(".json")) {
    reply.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(jsonOf(items, pathname)));
  } else {
    reply
      .writeHead(200, { "content-type": "text/html; charset=utf-8" })
      .end(
        `<h1>P1 障害・メンテナンス情報</h1>${items.map(({ title, text }) => `<h2>${escape(title)}</h2><p>${escape(text)}</p>`).join("")}`,
      );
  }
}

function feedOf(items) {
  const entries = items.map(
    ({ title, text, at }, index) =>
      `<item><guid>p1-${index}-${escape(at)}</guid><title>${escape(title)}</title><description>${escape(text)}</description><pubDate>${new Date(at).toUTCString()}</pubDate><link>http://status.test/</link></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>P1 障害・メンテナンス情報</title><link>http://status.test/</link><description>P1</description>${entries.join("")}</channel></rss>`;
}

function jsonOf(items, pathname) {
  const told = items.map(({ title, text, at, state = "investigating", until = null }, index) => ({
    id: `p1-${index}`,
    name: title,
    status: state,
    impact: state === "scheduled" ? "maintenance" : "critical",
    created_at: at,
    updated_at: at,
    ...(state === "scheduled" ? { scheduled_for: at, scheduled_until: until } : {}),
    shortlink: "http://status.test/",
    incident_updates: [{ id: `u${index}`, status: state, body: text, created_at: at, updated_at: at }],
    components: [],
  }));
  const page = { id: "p1", name: "P1", url: "http://status.test", updated_at: new Date().toISOString() };
  const scheduled = told.filter(({ status }) => status === "scheduled");
  const incidents = told.filter(({ status }) => status !== "scheduled");
  if (/scheduled/.test(pathname)) return { page, scheduled_maintenances: scheduled };
  if (/incidents/.test(pathname)) return { page, incidents };
  return {
    page,
    incidents,
    scheduled_maintenances: scheduled,
    components: [],
    status: { indicator: "none", description: "" },
  };
}
