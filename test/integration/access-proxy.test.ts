import assert from "node:assert/strict";
import { test } from "node:test";
import { goodPassword, startAccess, type AccessFixture } from "./access-fixture.ts";

async function withAccess(
  options: { trustedProxies?: string[] },
  body: (web: AccessFixture) => Promise<void>,
): Promise<void> {
  const web = await startAccess(options);
  try {
    await web.addAccount("yamada", "admin");
    await body(web);
  } finally {
    await web.close();
  }
}

const behind = {
  host: "koboshi.example.jp",
  "x-forwarded-for": "203.0.113.9",
  "x-forwarded-proto": "https",
  forwarded: "for=203.0.113.9;proto=https",
};

test("behind a trusted proxy people sign in by https, and the record has their own address", () =>
  withAccess({ trustedProxies: ["127.0.0.1"] }, async (web) => {
    const form = { name: "yamada", password: goodPassword };
    const answer = await web.ask("/login", { headers: { ...behind, origin: "https://koboshi.example.jp" }, form });
    assert.equal(answer.status, 303);
    assert.match(String(answer.headers["set-cookie"]), /; Secure$/);
    const [event] = await web.events("session.opened");
    assert.equal(event?.data["from"], "203.0.113.9");
    const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
    assert.equal((await web.ask("/try/read", { headers: { ...behind, cookie } })).text, "seen");
    assert.equal((await web.ask("/try/read", { headers: behind })).status, 303, "the proxy itself reads nothing");
  }));

test("whoever is not trusted says nothing about addresses or https", () =>
  withAccess({}, async (web) => {
    const form = { name: "yamada", password: goodPassword };
    const answer = await web.ask("/login", { headers: behind, form });
    assert.equal(answer.status, 303);
    assert.ok(!String(answer.headers["set-cookie"]).includes("Secure"));
    const [event] = await web.events("session.opened");
    assert.equal(event?.data["from"], "127.0.0.1");
  }));

test("a guesser behind a trusted proxy holds up nobody else, and cannot change the address by a header of their own", () =>
  withAccess({ trustedProxies: ["127.0.0.1"] }, async (web) => {
    const enter = (from: string, password: string) =>
      web.ask("/login", { headers: { ...behind, "x-forwarded-for": from }, form: { name: "yamada", password } });
    for (let tries = 0; tries < 6; tries++) await enter(`198.51.100.${tries}, 203.0.113.66`, "wrong wrong wrong");
    assert.equal((await enter("198.51.100.99, 203.0.113.66", "wrong wrong wrong")).status, 429);
    assert.equal((await enter("203.0.113.9", goodPassword)).status, 303);
  }));

test("DNS rebinding: with a login a foreign name is still refused, a proxy before it or not", () =>
  withAccess({ trustedProxies: ["127.0.0.1"] }, async (web) => {
    const { cookie } = await web.signIn("yamada");
    for (const headers of [{ host: "evil.test" }, { ...behind, host: "evil.test", "x-forwarded-host": "localhost" }]) {
      assert.equal((await web.ask("/try/read", { headers: { ...headers, cookie } })).status, 403);
      assert.equal((await web.ask("/login", { headers })).status, 403);
    }
  }));
