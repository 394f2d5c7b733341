import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { openDoor, type HubDoor } from "./hub-door.ts";

// What lies beside what is served: the ledger, the command line's token, the configuration, the machine's own files.
const config = `version: 1
people: { me: me@example.jp }
services: { shop: { checks: [{ tcp: "127.0.0.1:9", every: 1h }] } }
jobs: { nightly: { every: 1d } }
status_page: { title: Shop }`;
let door: HubDoor;
let cookie: string;
before(async () => {
  door = await openDoor({ config });
  ({ cookie } = await door.signIn());
  const shots = path.join(door.hub.folder, "data/screenshots");
  fs.mkdirSync(shots, { recursive: true });
});
after(() => door?.stop());

const climbs = [
  "..",
  "../..",
  "%2e%2e",
  "%2e%2e%2f%2e%2e",
  "..%2f..",
  "..%5c..",
  "..\\..",
  "%252e%252e%252f%252e%252e",
  "....//....",
  "..;/..",
  ".%00./..",
  "%c0%ae%c0%ae/%c0%ae%c0%ae",
  "%uff0e%uff0e",
  "/",
  "./././..",
  "x/../..",
];
const ends = ["etc/passwd", "koboshi.yml", "data/cli-token", "data/ledger.sqlite", "package.json", "cli/main.js"];
const roots = [
  "/assets",
  "/status",
  "/checks",
  "/services",
  "/jobs",
  "/i",
  "/i/1",
  "/reports",
  "/ping",
  "/ping/x",
  "/api/push",
  "/api/v1/services",
  "/api/v1/jobs",
  "/api/v1/checks",
  "/api/v1/incidents",
  "/settings/config",
  "",
];

/** What none of our answers may hold. */
function assertNothingOfDisk(text: string, asked: string): void {
  const token = fs.readFileSync(path.join(door.hub.folder, "data/cli-token"), "utf8").trim();
  for (const secret of [token, "root:x:0", "SQLite format 3", '"dependencies"', "every: 1h", "#!/usr/bin/env node"]) {
    assert.ok(!text.includes(secret), `${asked} shows ${secret}`);
  }
}

test("no path leads out of what is served, in any writing, signed in or not, at either listener", async () => {
  let asked = 0;
  for (const root of roots) {
    const ways = climbs.flatMap((climb) => ends.map((end) => `${root}/${climb}/${end}`));
    for (let from = 0; from < ways.length; from += 16) {
      await Promise.all(
        ways.slice(from, from + 16).map(async (way, nth) => {
          const port = nth % 4 === 0 ? door.publicPort : door.port;
          const headers: Record<string, string> = nth % 2 === 0 ? {} : { cookie };
          const answer = await door.ask({ path: way, port, headers });
          assert.ok(answer.status < 500, `${way}: ${answer.status} ${answer.body.slice(0, 200)}`);
          assertNothingOfDisk(answer.text, way);
          asked += 1;
        }),
      );
    }
  }
  assert.equal(asked, roots.length * climbs.length * ends.length);
});

test("a request line of another form reads nothing either", async () => {
  const lines = [
    "GET ../../etc/passwd HTTP/1.1",
    "GET /%00 HTTP/1.1",
    "GET /status/%00index.html HTTP/1.1",
    "GET file:///etc/passwd HTTP/1.1",
    "GET http://127.0.0.1/assets/../../etc/passwd HTTP/1.1",
    "GET //etc/passwd HTTP/1.1",
    "GET /%zz HTTP/1.1",
    `GET /${"a/".repeat(7_000)} HTTP/1.1`,
    `GET /?${"x".repeat(40_000)} HTTP/1.1`,
    "CONNECT 127.0.0.1:22 HTTP/1.1",
    "OPTIONS * HTTP/1.1",
  ];
  for (const line of lines) {
    for (const port of [door.port, door.publicPort]) {
      const answer = await door.raw(`${line}\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`, port);
      assert.ok(answer.status < 500, `${line.slice(0, 60)}: ${answer.status}`);
      assertNothingOfDisk(answer.text, line.slice(0, 60));
    }
  }
  assert.equal((await door.ask({ path: "/healthz", port: door.publicPort })).status, 200, "the hub is as it was");
});

test("a file beside the published page, or a link in the data, is not served", async () => {
  fs.symlinkSync("/etc/passwd", path.join(door.hub.folder, "data/screenshots/shop.png"));
  for (const way of [
    "/status/passwd",
    "/status/screenshots/shop.png",
    "/screenshots/shop.png",
    "/data/screenshots/shop.png",
  ]) {
    const answer = await door.ask({ path: way, headers: { cookie } });
    assert.equal(answer.status, 404, way);
    assertNothingOfDisk(answer.text, way);
  }
});

test("the configuration's editor names only the configuration's own files", async () => {
  const token = fs.readFileSync(path.join(door.hub.folder, "data/cli-token"), "utf8").trim();
  for (const file of [
    "../../etc/passwd",
    "/etc/passwd",
    "data/cli-token",
    "koboshi.d/../data/cli-token",
    "koboshi.d/%2e%2e/x",
  ]) {
    const body = JSON.stringify({ file, text: "version: 1\n" });
    const answer = await fetch(`${door.hub.url}/api/v1/config/plan`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
    });
    assert.ok(answer.status >= 400 && answer.status < 500, `${file}: ${answer.status}`);
  }
  assert.ok(!fs.readFileSync("/etc/passwd", "utf8").includes("version: 1"));
});
