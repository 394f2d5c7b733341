import assert from "node:assert/strict";
import { test } from "node:test";
import { roles, tokenScopes, type Role, type TokenScope } from "../kernel/access.ts";
import { decideAccess, isLoopback, type AccessRequest, type Authority, type Identity } from "./access.ts";

const session: Identity = {
  actor: "person:yamada",
  via: "session",
  role: "admin",
  scopes: null,
  account: "yamada",
  mustChange: false,
  csrf: "field",
  sessionHash: "hash",
};
const reader: Identity = {
  ...session,
  actor: "token:grafana",
  via: "token",
  role: "viewer",
  scopes: ["read"],
  account: null,
  csrf: null,
  sessionHash: null,
};

function decide(change: Partial<AccessRequest>): string {
  const decision = decideAccess({
    listener: "admin",
    authority: "read",
    scope: null,
    method: change.authority === undefined || change.authority === "read" ? "GET" : "POST",
    route: "/",
    peer: "127.0.0.1",
    headers: { host: "127.0.0.1:7373" },
    identity: null,
    siteUrl: "https://koboshi.example.jp",
    hasLogin: false,
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
  assert.equal(decide({ headers: { host: "koboshi.example.jp" }, siteUrl: null }), "KB3002 host");
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
  assert.equal(decide({ authority: "change", identity: reader }), "KB3011");
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

test("the public listener answers what carries its own proof, and nothing else", () => {
  const behind = { host: "koboshi.example.jp", "x-forwarded-for": "203.0.113.9" };
  const atPublic = (authority: Authority, change: Partial<AccessRequest> = {}): string =>
    decide({ listener: "public", authority, headers: behind, peer: "10.0.0.1", ...change });
  for (const authority of ["open", "link", "signed"] as const) assert.equal(atPublic(authority), "ok", authority);
  for (const authority of ["read", "change", "admin", "self", "login"] as const) {
    assert.equal(atPublic(authority, { identity: session }), "KB1002", authority);
  }
  assert.equal(atPublic("link", { route: undefined }), "KB1002");
  assert.equal(
    atPublic("token", { scope: "alerts:write", identity: session }),
    "KB3001",
    "a browser's session is no token",
  );
  const program = { ...reader, scopes: ["alerts:write"] as const };
  assert.equal(atPublic("token", { scope: "alerts:write", identity: program }), "ok");
});

test("a vantage's signed report comes from anywhere", () => {
  assert.equal(decide({ authority: "signed", peer: "203.0.113.9", headers: { host: "10.1.2.3" } }), "ok");
});

test("loopback is 127/8 and ::1, written any way a socket writes it", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) assert.ok(isLoopback(address));
  for (const address of ["128.0.0.1", "::2", "::ffff:10.0.0.1", "127.0.0.1.evil"]) assert.ok(!isLoopback(address));
});

test("with a login everything needs a session or a token, on the machine itself, too", () => {
  for (const authority of ["read", "change", "admin", "self"] as const) {
    assert.equal(decide({ authority, hasLogin: true }), "KB3001", authority);
  }
  assert.equal(decide({ hasLogin: true, identity: reader }), "ok");
  assert.equal(
    decide({ authority: "login", hasLogin: true, peer: "192.0.2.7" }),
    "ok",
    "who may sign in is not known yet",
  );
  assert.equal(
    decide({ authority: "login", peer: "192.0.2.7" }),
    "KB3001",
    "the start token is for the machine itself",
  );
});

test("with a login a proxy may stand in front, and a bare address is one of ours; a foreign name still is not", () => {
  const signedIn = { hasLogin: true, identity: session } as const;
  const behind = { host: "127.0.0.1:7373", "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" };
  assert.equal(decide({ ...signedIn, headers: behind }), "ok");
  assert.equal(
    decide({ hasLogin: true, headers: behind }),
    "KB3001",
    "a proxy on this machine reads nothing by itself",
  );
  for (const host of ["192.0.2.10:7373", "[2001:db8::7]:7373"]) {
    assert.equal(decide({ ...signedIn, headers: { host } }), "ok", host);
  }
  assert.equal(decide({ ...signedIn, headers: { host: "evil.test" } }), "KB3002 host");
  const change = (origin: string): string =>
    decide({ ...signedIn, authority: "change", headers: { ...behind, origin } });
  assert.equal(change("https://koboshi.example.jp"), "ok", "the proxy calls us by another name than the browser does");
  assert.equal(change("https://evil.test"), "KB3002 origin");
});

test("a link from elsewhere may lead to a page, only a form may not come from elsewhere", () => {
  const headers = { host: "localhost:7373", "sec-fetch-site": "cross-site" };
  assert.equal(decide({ headers }), "ok");
  assert.equal(decide({ authority: "login", method: "GET", headers }), "ok");
  assert.equal(decide({ authority: "login", method: "POST", headers }), "KB3002 origin");
});

test("each role reaches what it is for", () => {
  const reach: Readonly<Record<Role, readonly Authority[]>> = {
    viewer: ["read", "self"],
    responder: ["read", "change", "self"],
    admin: ["read", "change", "admin", "self"],
  };
  for (const role of roles) {
    for (const authority of ["read", "change", "admin", "self"] as const) {
      const answer = decide({ authority, hasLogin: true, identity: { ...session, role } });
      assert.equal(answer, reach[role].includes(authority) ? "ok" : "KB3011", `${role} ${authority}`);
    }
  }
});

function asked(scopes: readonly TokenScope[], authority: Authority, scope: TokenScope | null): string {
  return decide({ authority, scope, hasLogin: true, identity: { ...reader, scopes } });
}

test("each scope opens its own doors and no other", () => {
  for (const scope of tokenScopes) {
    assert.equal(asked([scope], "admin", null), scope === "admin" ? "ok" : "KB3011", scope);
    assert.equal(asked([scope], "change", null), ["admin", "respond"].includes(scope) ? "ok" : "KB3011", scope);
    assert.equal(asked([scope], "read", null), ["admin", "respond", "read"].includes(scope) ? "ok" : "KB3011", scope);
    assert.equal(asked([scope], "self", null), "KB3001", "a program has nothing of its own");
    assert.equal(
      asked([scope], "token", "otlp:write"),
      ["admin", "otlp:write"].includes(scope) ? "ok" : "KB3011",
      scope,
    );
  }
  assert.equal(asked(["metrics:read"], "read", "metrics:read"), "ok");
  assert.equal(asked(["read"], "read", "metrics:read"), "ok");
  assert.equal(asked(["probe"], "read", "metrics:read"), "KB3011");
  assert.equal(asked(["respond"], "change", "ping:manage"), "KB3011");
});

test("a temporary password opens nothing but its replacement", () => {
  const identity = { ...session, mustChange: true };
  for (const authority of ["read", "change", "admin"] as const) {
    assert.equal(decide({ authority, hasLogin: true, identity }), "KB3010", authority);
  }
  assert.equal(decide({ authority: "self", hasLogin: true, identity }), "ok");
});

test("without a login the machine itself may look at everything, and change nothing", () => {
  assert.equal(decide({ authority: "admin", method: "GET" }), "ok");
  assert.equal(decide({ authority: "admin", method: "GET", peer: "192.0.2.7" }), "KB3001");
  assert.equal(decide({ authority: "admin", method: "POST" }), "KB3001");
});
