import assert from "node:assert/strict";
import { test } from "node:test";
import { decideAccess, isLoopback, type AccessRequest, type Identity } from "./access.ts";

const session: Identity = {
  actor: "person:yamada",
  via: "session",
  mayChange: true,
  csrf: "field",
  sessionHash: "hash",
};
const reader: Identity = { actor: "token:grafana", via: "token", mayChange: false, csrf: null, sessionHash: null };

function decide(change: Partial<AccessRequest>): string {
  const decision = decideAccess({
    listener: "admin",
    authority: "read",
    route: "/",
    peer: "127.0.0.1",
    headers: { host: "127.0.0.1:7373" },
    identity: null,
    siteHost: "koboshi.example.jp",
    ...change,
  });
  return decision.ok ? "ok" : `${decision.error.code} ${String(decision.error.facts["cause"] ?? "")}`.trim();
}

test("invariant 13: the machine itself may read, by its own names and by the site's", () => {
  for (const host of ["localhost", "127.0.0.1:7373", "[::1]:7373", "LOCALHOST:1", "koboshi.example.jp:443"]) {
    assert.equal(decide({ headers: { host } }), "ok", host);
  }
});

test("invariant 13: another name for this machine is refused", () => {
  for (const host of ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "0.0.0.0", "127.1", "", "[::1].x"]) {
    assert.equal(decide({ headers: { host } }), "KB3002 host", host);
  }
  assert.equal(decide({ headers: {} }), "KB3002 host");
  assert.equal(decide({ headers: { host: "koboshi.example.jp" }, siteHost: null }), "KB3002 host");
});

test("invariant 13: what came through a proxy is refused, a session or a token shown or not", () => {
  const names = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "cdn-loop",
  ];
  for (const name of names) {
    for (const identity of [null, session]) {
      assert.equal(decide({ headers: { host: "localhost", [name]: "" }, identity }), "KB3002 proxy", name);
    }
  }
  assert.equal(decide({ authority: "link", headers: { host: "localhost", "x-forwarded-for": "1" } }), "KB3002 proxy");
  assert.equal(decide({ authority: "open", headers: { host: "localhost", via: "1.1 x" } }), "KB3002 proxy");
});

test("from another machine nothing is read without a session or a token", () => {
  assert.equal(decide({ peer: "192.0.2.7" }), "KB3001");
  assert.equal(decide({ peer: undefined }), "KB3001");
  assert.equal(decide({ peer: "192.0.2.7", identity: reader }), "ok");
});

test("a change needs a session or a token that may change", () => {
  assert.equal(decide({ authority: "change" }), "KB3001");
  assert.equal(decide({ authority: "change", identity: session }), "ok");
  assert.equal(decide({ authority: "change", identity: reader }), "KB3002 scope");
});

test("a change sent by another site is refused, and so is a login", () => {
  const own = { host: "localhost:7373" };
  for (const authority of ["change", "login"] as const) {
    const change = (headers: AccessRequest["headers"]): string =>
      decide({ authority, identity: session, headers: { ...own, ...headers } });
    assert.equal(change({ origin: "http://evil.test" }), "KB3002 origin");
    assert.equal(change({ origin: "null" }), "KB3002 origin");
    assert.equal(change({ origin: "http://localhost:3000" }), "KB3002 origin");
    assert.equal(change({ "sec-fetch-site": "cross-site" }), "KB3002 origin");
    assert.equal(change({ "sec-fetch-site": "same-site" }), "KB3002 origin");
    assert.equal(change({ origin: "http://localhost:7373", "sec-fetch-site": "same-origin" }), "ok");
  }
});

test("the public listener answers its few routes and nothing else", () => {
  const behind = { host: "koboshi.example.jp", "x-forwarded-for": "203.0.113.9" };
  const asked = (route: string | undefined, identity: Identity | null): string =>
    decide({ listener: "public", route, identity, headers: behind, peer: "10.0.0.1" });
  for (const route of ["/healthz", "/status/*", "/i/:id/ack"]) assert.equal(asked(route, null), "ok", route);
  for (const route of ["/", "/login", "/i/:id", "/api/v1/status", "/i/:id/acknowledge", undefined]) {
    assert.equal(asked(route, session), "KB1002", route);
  }
});

test("a vantage's signed report comes from anywhere", () => {
  assert.equal(decide({ authority: "signed", peer: "203.0.113.9", headers: { host: "10.1.2.3" } }), "ok");
});

test("loopback is 127/8 and ::1, written any way a socket writes it", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) assert.ok(isLoopback(address));
  for (const address of ["128.0.0.1", "::2", "::ffff:10.0.0.1", "127.0.0.1.evil"]) assert.ok(!isLoopback(address));
});
