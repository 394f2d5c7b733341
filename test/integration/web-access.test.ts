import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { createApiToken } from "../../src/api/tokens.ts";
import { ask, cliToken, startWeb, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
before(async () => {
  web = await startWeb();
});
after(() => web.close());

async function lastSeq(): Promise<number> {
  return web.ledger.read.lastSeq();
}

/** Every page and every change of the administration. */
const reads = ["/", "/incidents", "/i/1", "/login", "/assets/live.js", "/nowhere"];
const changes = ["/i/1/acknowledge", "/i/1/note", "/i/1/assign", "/i/1/resolve", "/logout"];

test("invariant 13: a proxy leads nowhere, whatever it is called, with a session or without", async () => {
  const { cookie, csrf } = await web.signIn();
  const seq = await lastSeq();
  const signs = { "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1", via: "1.1 nginx", "x-real-ip": "::1" };
  for (const [name, value] of Object.entries(signs)) {
    for (const path of reads) {
      const answer = await ask(web.url + path, { headers: { [name]: value, cookie } });
      assert.equal(answer.status, 403, `${path} ${name}`);
      assert.ok(!answer.text.includes("ネットショップ"));
    }
    for (const path of [...changes, "/login", "/i/1/ack"]) {
      const answer = await ask(web.url + path, { headers: { [name]: value, cookie }, form: { csrf, text: "x" } });
      assert.equal(answer.status, 403, `POST ${path} ${name}`);
    }
  }
  assert.equal(await lastSeq(), seq);
});

test("invariant 13: a foreign name pointed at this machine (DNS rebinding) is refused in plain words", async () => {
  const { port } = new URL(web.url);
  for (const host of [`evil.test:${port}`, `127.0.0.1.nip.test:${port}`, "0.0.0.0", `localhost.evil.test:${port}`]) {
    const page = await ask(web.url, { headers: { host, "accept-language": "ja" } });
    assert.equal(page.status, 403, host);
    assert.match(page.text, /このコンピュータの名前ではない宛先/);
    assert.ok(page.text.includes("http://127.0.0.1"));
  }
  const json = await ask(web.url, { headers: { host: "evil.test", accept: "application/json" } });
  assert.equal(JSON.parse(json.text).error.code, "KB3002");
  const page = await ask(web.url, { headers: { host: "koboshi.example.jp" } });
  assert.equal(page.status, 200, "site.url's own name is one of ours");
});

test("two Host headers do not open the door", async () => {
  const { hostname, port } = new URL(web.url);
  const status = await new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, setHost: false, headers: ["Host", "evil.test", "Host", `127.0.0.1:${port}`] },
      (answer) => resolve(answer.resume().statusCode),
    );
    request.on("error", reject);
    request.end();
  });
  assert.ok(status === 403 || status === 400, String(status));
});

test("without a session nothing can be changed, and the answer says how to sign in", async () => {
  const seq = await lastSeq();
  for (const path of changes) {
    const answer = await ask(web.url + path, { form: { text: "x", csrf: "" }, headers: { "accept-language": "ja" } });
    assert.equal(answer.status, 401, path);
    assert.match(answer.text, /ログインが必要です/);
  }
  assert.equal(await lastSeq(), seq);
});

test("a form without the session's own field changes nothing", async () => {
  const incident = await web.openIncident();
  const { cookie, csrf } = await web.signIn();
  const other = await web.signIn("sato");
  const seq = await lastSeq();
  for (const wrong of [undefined, "", "x".repeat(csrf.length), other.csrf]) {
    const form = { text: "hello", ...(wrong === undefined ? {} : { csrf: wrong }) };
    const answer = await ask(`${web.url}/i/${incident.id}/note`, { headers: { cookie }, form });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /画面が古くなっています|out of date/);
  }
  assert.equal(await lastSeq(), seq);
  const sent = await ask(`${web.url}/i/${incident.id}/note`, { headers: { cookie }, form: { text: "hello", csrf } });
  assert.equal(sent.status, 303);
  assert.equal(await lastSeq(), seq + 1);
});

test("a form sent by another site's page is refused even with the right field", async () => {
  const incident = await web.openIncident();
  const { cookie, csrf } = await web.signIn();
  const seq = await lastSeq();
  const foreign = [{ origin: "https://evil.test" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }];
  for (const headers of foreign) {
    const asked = { headers: { cookie, ...headers } as Record<string, string>, form: { text: "x", csrf } };
    assert.equal((await ask(`${web.url}/i/${incident.id}/note`, asked)).status, 403);
  }
  assert.equal(await lastSeq(), seq);
});

test("the session's cookie is for this hub alone, and the record says who signed in", async () => {
  const token = web.startToken.issue();
  const answer = await ask(`${web.url}/login`, { form: { token, person: "sato", next: "/i/7" } });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/i/7");
  const cookie = String(answer.headers["set-cookie"]);
  assert.match(cookie, /^koboshi-session-7373=\w{20,}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  const seq = await lastSeq();
  const [event] = await web.ledger.read.eventsAfter(seq - 1, 1);
  assert.deepEqual([event?.kind, event?.actor], ["session.opened", "person:sato"]);
  assert.ok(!JSON.stringify(event).includes(token));
});

test("a session the browser brought along is never the one that is opened", async () => {
  const planted = "koboshi-session-7373=plantedplantedplantedplanted";
  const token = web.startToken.issue();
  const answer = await ask(`${web.url}/login`, { headers: { cookie: planted }, form: { token, person: "sato" } });
  assert.ok(!String(answer.headers["set-cookie"]).includes("planted"));
  const incident = await web.openIncident();
  const form = { text: "x", csrf: "" };
  assert.equal((await ask(`${web.url}/i/${incident.id}/note`, { headers: { cookie: planted }, form })).status, 401);
});

test("a start token signs in once, and only the person the form names", async () => {
  const token = web.startToken.issue();
  const unnamed = await ask(`${web.url}/login`, { form: { token, person: "nobody" } });
  assert.equal(unnamed.status, 401);
  assert.equal((await ask(`${web.url}/login`, { form: { token, person: "yamada" } })).status, 303);
  const again = await ask(`${web.url}/login`, { form: { token, person: "yamada" } });
  assert.equal(again.status, 401);
  assert.equal(again.headers["set-cookie"], undefined);
});

test("after signing in, the way on is a page of our own", async () => {
  for (const next of ["//evil.test", "https://evil.test", "/\\evil.test", "/i/1\r\nset-cookie: x=1", "javascript:1"]) {
    const answer = await ask(`${web.url}/login`, { form: { token: web.startToken.issue(), person: "sato", next } });
    assert.equal(answer.headers.location, "/");
  }
});

test("a session ends after 12 hours and at sign-out", async () => {
  const incident = await web.openIncident();
  const first = await web.signIn();
  const out = await ask(`${web.url}/logout`, { headers: { cookie: first.cookie }, form: { csrf: first.csrf } });
  assert.match(String(out.headers["set-cookie"]), /Max-Age=0/);
  const note = (cookie: string, csrf: string): Promise<{ status: number }> =>
    ask(`${web.url}/i/${incident.id}/note`, { headers: { cookie }, form: { text: "x", csrf } });
  assert.equal((await note(first.cookie, first.csrf)).status, 401);
  const second = await web.signIn();
  web.clock.stepWall(24 * 3_600_000);
  assert.equal((await note(second.cookie, second.csrf)).status, 303, "a wall clock that jumps ends no session");
  web.clock.stepWall(-24 * 3_600_000);
  await web.clock.advance(12 * 3_600_000);
  assert.equal((await note(second.cookie, second.csrf)).status, 401);
});

test("whoever guesses start tokens has to wait", async () => {
  await web.clock.advance(60_000);
  const token = web.startToken.issue();
  for (let tries = 0; tries < 10; tries++) {
    assert.equal((await ask(`${web.url}/login`, { form: { token: `guess${tries}`, person: "sato" } })).status, 401);
  }
  const spent = await ask(`${web.url}/login`, { form: { token, person: "sato" } });
  assert.equal(spent.status, 429);
  assert.equal(spent.headers["retry-after"], "60");
  await web.clock.advance(60_000);
  assert.equal((await ask(`${web.url}/login`, { form: { token, person: "sato" } })).status, 303);
});

test("the command line's token changes things without a browser's field; a wrong one is told so", async () => {
  const incident = await web.openIncident();
  const note = (token: string): Promise<{ status: number }> =>
    ask(`${web.url}/i/${incident.id}/note`, { headers: { authorization: `Bearer ${token}` }, form: { text: "x" } });
  assert.equal((await note(cliToken)).status, 303);
  const last = (await web.ledger.read.timeline(incident.id)).at(-1);
  assert.deepEqual([last?.kind, last?.actor], ["incident.noted", "token:cli"]);
  assert.equal((await note(`${cliToken}x`)).status, 401);
  assert.equal((await ask(web.url, { headers: { authorization: "Bearer wrong" } })).status, 401);
  const made = await createApiToken(web, {
    name: "grafana",
    scopes: ["read"],
    lifeMs: null,
    actor: "person:sato",
    from: null,
  });
  assert.ok(made.ok);
  assert.equal((await note(made.value)).status, 403);
  const bot = await createApiToken(web, {
    name: "bot",
    scopes: ["respond"],
    lifeMs: null,
    actor: "person:sato",
    from: null,
  });
  assert.equal((await note(bot.ok ? bot.value : "")).status, 303);
});

test("the public listener shows nothing of the administration", async () => {
  const behind = { host: "koboshi.example.jp", "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
  for (const path of [...reads, "/api/v1/status"]) {
    const answer = await ask(web.publicUrl + path, { headers: behind });
    assert.equal(answer.status, 404, path);
    assert.ok(!/href="\/(?:login)?"/.test(answer.text), "no way into the administration is offered");
  }
  for (const path of changes) assert.equal((await ask(web.publicUrl + path, { form: {} })).status, 404, path);
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "sato");
  const link = await ask(`${web.publicUrl}/i/${incident.id}/ack?k=${token}`, { headers: behind });
  assert.equal(link.status, 200);
  assert.ok(link.text.includes("ネットショップ"));
});
