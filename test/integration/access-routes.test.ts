import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify, { type RouteOptions } from "fastify";
import type { Authority } from "../../src/api/access.ts";
import type { ApiDeps } from "../../src/api/deps.ts";
import { registerApi } from "../../src/api/register.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import type { WebDeps } from "../../src/web/deps.ts";
import { registerWeb } from "../../src/web/routes.ts";
import { silentLog, testSite } from "./web-fixture.ts";

interface Route {
  readonly method: string;
  readonly url: string;
  readonly authority: Authority;
  readonly scope: string | undefined;
}

/** Every route of the administration's listener with what it asks of its caller; nothing is ever called. */
async function allRoutes(): Promise<readonly Route[]> {
  const routes: Route[] = [];
  const app = Fastify();
  app.addHook("onRoute", (route: RouteOptions) => {
    for (const method of [route.method].flat()) {
      const safe = method === "GET" || method === "HEAD";
      const authority = route.config?.authority ?? (safe ? "read" : "change");
      routes.push({ method, url: route.url, authority, scope: route.config?.scope });
    }
  });
  const clock = createFakeClock();
  // parts that are only kept at registration, and whatever is asked of them then
  const anything: unknown = new Proxy(() => anything, {
    get: (_target, name) => (name === "then" ? undefined : anything),
  });
  const given: Readonly<Record<string, unknown>> = {
    clock,
    log: silentLog,
    site: () => testSite(),
    version: "0",
    pages: [],
  };
  const deps = new Proxy(given, {
    get: (known, name) => (Object.hasOwn(known, name) ? known[String(name)] : anything),
  });
  await registerApi(app, deps as unknown as ApiDeps);
  await registerWeb(app, deps as unknown as WebDeps);
  await app.ready();
  return routes;
}

const guarded: ReadonlySet<Authority> = new Set(["change", "admin", "self", "login", "link", "signed", "token"]);

test("no route that takes something is open, and those that prove themselves are few and known", async () => {
  const routes = await allRoutes();
  assert.ok(routes.length > 50, String(routes.length));
  const takes = routes.filter(({ method }) => !["GET", "HEAD", "OPTIONS"].includes(method));
  // a look into the future, and how pages look in this browser: nothing is stored here
  const storesNothing = new Set(["/api/v1/config/plan", "/look"]);
  // visitors of the status page say whether they reach a service: anyone may, and few words are kept
  const fromAnyone = new Set(["/status/reach"]);
  const open = takes.filter(
    ({ authority, url }) => !guarded.has(authority) && !storesNothing.has(url) && !fromAnyone.has(url),
  );
  const pings = /^\/(?:ping|api\/push)\//;
  assert.deepEqual(
    open.filter(({ url }) => !pings.test(url)),
    [],
  );
});

test("what changes koboshi itself is for administrators, what is one's own for oneself", async () => {
  const routes = await allRoutes();
  const changes = routes.filter(({ method }) => method === "POST");
  const own = changes.filter(({ url }) => url.startsWith("/settings/account/") && url !== "/settings/account/first");
  assert.deepEqual(
    own.filter(({ authority }) => authority !== "self"),
    [],
  );
  // trying a channel changes nothing, and whoever responds may want to know that it works
  const administration =
    /^\/settings\/(?!account\/(?!first)|channels\/test)|^\/api\/v1\/(?:accounts|tokens|config\/(?:apply|edit))\b/;
  const ofKoboshi = changes.filter(({ url }) => administration.test(url));
  assert.ok(ofKoboshi.length >= 10);
  assert.deepEqual(
    ofKoboshi.filter(({ authority }) => authority !== "admin"),
    [],
  );
});

test("who has an account, what tokens there are and who did what is told to administrators", async () => {
  const told = (await allRoutes()).filter(
    ({ method, url }) =>
      method === "GET" && /^\/api\/v1\/(?:accounts|tokens|audit-log)|^\/settings\/(?:people|tokens|audit)/.test(url),
  );
  assert.ok(told.length >= 8);
  assert.deepEqual(
    told.filter(({ authority }) => authority !== "admin"),
    [],
  );
});

test("a route for programs names the scope that opens it", async () => {
  const forPrograms = (await allRoutes()).filter(({ authority }) => authority === "token");
  assert.deepEqual(
    forPrograms.filter(({ scope }) => scope === undefined),
    [],
  );
});
