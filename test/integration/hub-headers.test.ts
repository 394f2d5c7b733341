import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openDoor, password, type HubDoor, type RawAnswer } from "./hub-door.ts";

// The whole hub as it is started, both listeners, byte by byte.
const config = `version: 1
site: { name: Shop, url: "https://koboshi.example.jp" }
people: { yamada: { name: 山田, mail: yamada@example.jp } }
services: { secretshop: { checks: [{ icmp: 127.0.0.1, every: 1h }] } }`;
let open: HubDoor;
let locked: HubDoor;
before(async () => {
  [open, locked] = await Promise.all([openDoor({ config, login: false }), openDoor({ config })]);
});
after(async () => {
  await Promise.all([open?.stop(), locked?.stop()]);
});

const reads = ["/", "/services", "/metrics", "/api/v1/status", "/api/v1/config", "/api/v1/events", "/settings/audit"];
const changes = ["/api/v1/notes", "/api/v1/config/apply", "/settings/people/add", "/settings/tokens/create", "/logout"];
const proxySigns = {
  forwarded: "for=127.0.0.1;host=localhost",
  via: "1.1 nginx",
  "x-forwarded-for": "127.0.0.1",
  "X-FORWARDED-HOST": "localhost",
  "x-real-ip": "::1",
  "cf-connecting-ip": "127.0.0.1",
  "x-original-url": "/healthz",
};

/** The newest event's number: what changes something leaves one. */
async function lastSeq(door: HubDoor): Promise<number> {
  const token = fs.readFileSync(join(door.hub.folder, "data/cli-token"), "utf8").trim();
  const { body } = await door.ask({ path: "/metrics", headers: { authorization: `Bearer ${token}` } });
  const seq = /^koboshi_ledger_events_total (\d+)$/m.exec(body)?.[1];
  assert.ok(seq !== undefined, body.slice(0, 500));
  return Number(seq);
}

test("before there is a login, whatever came through a proxy reads nothing and changes nothing", async () => {
  const seq = await lastSeq(open);
  for (const [name, value] of Object.entries(proxySigns)) {
    for (const path of reads) {
      const answer = await open.ask({ path, headers: { [name]: value } });
      assert.equal(answer.status, 403, `${path} ${name}`);
      assert.ok(!answer.text.includes("secretshop"));
    }
    for (const path of changes) {
      const answer = await open.ask({ method: "POST", path, headers: { [name]: value }, form: { text: "x" } });
      assert.ok(answer.status === 403 || answer.status === 415, `POST ${path} ${name}: ${answer.status}`);
    }
  }
  assert.equal(await lastSeq(open), seq);
});

test("DNS rebinding: a foreign name reads nothing, however the request line and Host say it", async () => {
  for (const door of [open, locked]) {
    const hosts = [
      "evil.test",
      `evil.test:${door.port}`,
      "localhost.evil.test",
      "127.0.0.1.nip.test",
      "koboshi.example.jp.evil.test",
    ];
    for (const host of [...hosts, "evil.test#127.0.0.1", "127.0.0.1@evil.test", ""]) {
      for (const path of ["/", "/api/v1/status", "/login"]) {
        const answer = await door.ask({ path, headers: { host } });
        assert.ok([400, 403].includes(answer.status), `${path} Host: ${host}: ${answer.status}`);
        assert.ok(!answer.text.includes("secretshop"), host);
      }
    }
    const lines = [
      `GET / HTTP/1.1\r\nHost: evil.test\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`,
      `GET http://127.0.0.1:${door.port}/ HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.0\r\n\r\n`,
    ];
    for (const line of lines) {
      const answer = await door.raw(line);
      assert.ok(answer.status >= 400 && answer.status < 500, `${line}: ${answer.status}`);
      assert.ok(!answer.text.includes("secretshop"));
    }
  }
});

test("two requests in one, or a header broken over lines, do not get past the guard", async () => {
  const inner = `GET /api/v1/status HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`;
  const smuggled = [
    `POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    `POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n${inner}`,
    `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n X-Forwarded-For: 1\r\n\r\n${inner}`,
    `GET / HTTP/1.1\nHost: evil.test\n\n${inner}`,
    `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n${inner}`,
  ];
  for (const bytes of smuggled) {
    const { text } = await open.raw(bytes);
    assert.ok(!text.includes("secretshop"), bytes);
    assert.ok(!/ 200 OK[\s\S]*services/.test(text), bytes);
  }
});

test("session fixation: neither a cookie brought along nor one of before is what counts after signing in", async () => {
  const planted = await locked.ask({ path: "/login", headers: { cookie: "koboshi=planted0000000000000000" } });
  const name = /^([^=]+)=/.exec((await locked.signIn()).cookie)?.[1] ?? "";
  assert.ok(!(planted.headers["set-cookie"] ?? "").includes("planted"));
  const fixed = `${name}=0123456789abcdefghijklmnopqrstuv`;
  const form = { name: "yamada", password };
  const answer = await locked.ask({ method: "POST", path: "/login", headers: { cookie: fixed }, form });
  assert.equal(answer.status, 303);
  const given = (answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
  assert.notEqual(given, fixed);
  assert.match(answer.headers["set-cookie"] ?? "", /; HttpOnly/);
  assert.match(answer.headers["set-cookie"] ?? "", /; SameSite=(?:Lax|Strict)/);
  assert.notEqual((await locked.ask({ path: "/", headers: { cookie: fixed } })).status, 200);
  const again = await locked.ask({ method: "POST", path: "/login", headers: { cookie: given }, form });
  assert.notEqual((again.headers["set-cookie"] ?? "").split(";")[0], given, "signing in again is a new session");
});

test("CSRF: a form without its field, with another session's, or from another site changes nothing", async () => {
  const mine = await locked.signIn();
  const other = await locked.signIn();
  const seq = await lastSeq(locked);
  const send = (path: string, csrf: string, headers: Record<string, string> = {}): Promise<{ status: number }> =>
    locked.ask({
      method: "POST",
      path,
      headers: { cookie: mine.cookie, ...headers },
      form: { csrf, name: "mallory", role: "admin" },
    });
  for (const path of ["/settings/people/add", "/settings/tokens/create", "/settings/config/apply", "/logout"]) {
    for (const csrf of ["", other.csrf, `${mine.csrf}x`]) assert.equal((await send(path, csrf)).status, 403, path);
    const foreign = [
      { origin: "https://evil.test" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { referer: "https://evil.test/", origin: "http://127.0.0.1.evil.test" },
    ];
    for (const headers of foreign) assert.equal((await send(path, mine.csrf, headers)).status, 403, path);
  }
  const json = { "content-type": "application/json", cookie: mine.cookie };
  const note = `{"kind":"change","text":"by another site"}`;
  const length = { "content-length": String(note.length) };
  for (const type of ["application/json", "text/plain"]) {
    const headers = { ...json, ...length, "content-type": type, host: `127.0.0.1:${locked.port}`, connection: "close" };
    const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}`);
    const answer = await locked.raw(`POST /api/v1/notes HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${note}`);
    assert.ok(answer.status >= 400 && answer.status < 500, `${type}: ${answer.status}`);
  }
  assert.equal(await lastSeq(locked), seq);
  assert.equal((await locked.ask({ path: "/", headers: { cookie: mine.cookie } })).status, 200, "still signed in");
});

test("brute force: a guesser waits, a flood of guesses leaves the hub answering, and no header helps", async () => {
  const guess = (name: string, nth: number): Promise<RawAnswer> =>
    locked.ask({
      method: "POST",
      path: "/login",
      headers: { "x-forwarded-for": `203.0.113.${nth}` },
      form: { name, password: `wrong wrong ${nth}` },
    });
  const flood = Promise.all(Array.from({ length: 60 }, (_, nth) => guess("yamada", nth)));
  const askedAtMs = performance.now();
  assert.equal((await locked.ask({ path: "/healthz", port: locked.publicPort })).status, 200);
  assert.ok(performance.now() - askedAtMs < 2_000, "the hub was busy with guesses");
  const statuses = (await flood).map(({ status }) => status);
  assert.ok(statuses.filter((status) => status === 429).length >= 50, JSON.stringify(statuses));
  const again = await Promise.all([guess("yamada", 1), guess("yamada", 2), guess("yamada", 3)]);
  const held = again.find(({ status }) => status === 429);
  assert.ok(held !== undefined, "a header of their own does not make them someone else");
  assert.match(held.headers["retry-after"] ?? "", /^\d+$/);
  const token = await Promise.all(
    Array.from({ length: 30 }, (_, nth) =>
      locked.ask({ path: "/api/v1/status", headers: { authorization: `Bearer kb_guess_${"0".repeat(30)}${nth}` } }),
    ),
  );
  assert.ok(token.every((answer) => answer.status === 401 || answer.status === 429));
});

test("nothing of the administration is on the public listener, and no method of HTTP opens it", async () => {
  for (const door of [open, locked]) {
    for (const path of [...reads, "/login", "/settings", "/assets/live.js", "/api/v1/pages", "/api/v1/openapi.json"]) {
      for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
        const answer = await door.ask({ method, path, port: door.publicPort });
        assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${path}: ${answer.status}`);
      }
    }
  }
});
