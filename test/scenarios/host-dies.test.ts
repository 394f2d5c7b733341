import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { until } from "../doubles/hub-process.ts";
import { openTwoSpaces } from "../doubles/two-spaces.ts";

// 30 services of one host, looked at every 6 s at phases of their own, and one service elsewhere.
const count = 30;
const spaces = openTwoSpaces(["10.77.1.1", "10.77.2.1"]);
const { koboshi } = spaces;
const names = Array.from({ length: count }, (_, index) => `s${index}`);
const received = path.join(spaces.folder, "notices");
spaces.inWorld(
  `for (let port = 8000; port <= ${8000 + count}; port++) require("http").createServer((q, r) => r.end("ok")).listen(port)`,
);
spaces.besideHub(`require("http").createServer((q, r) => {
  let body = "";
  q.on("data", (part) => (body += part));
  q.on("end", () => { require("fs").appendFileSync(${JSON.stringify(received)}, body + "\\n"); r.end(); });
}).listen(9000, "127.0.0.1")`);
spaces.startHub(`version: 1
people: { me: { name: me } }
hosts: { web1: { address: 10.77.1.1 }, web2: { address: 10.77.2.1 } }
services:
${names.map((name, index) => `  ${name}: { on: web1, checks: [{ http: "http://web1:${8000 + index}/", every: 6s, timeout: 1s }] }`).join("\n")}
  elsewhere: { on: web2, checks: [{ http: "http://web2:${8000 + count}/", every: 6s, timeout: 1s }] }
notify: { channels: { hook: { webhook: "http://127.0.0.1:9000/", secret: host } } }`);
after(() => spaces.close());

interface Notice {
  readonly event: string;
  readonly incident: { readonly subject: string };
}

function notices(): readonly Notice[] {
  if (!fs.existsSync(received)) return [];
  const lines = fs.readFileSync(received, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Notice);
}

/** what was told of as new, in order */
function openings(): readonly string[] {
  return notices()
    .filter(({ event }) => event === "incident.opened")
    .map(({ incident }) => incident.subject);
}

test("a host with 30 services dies: one incident, one message, and it is the host that is named", async () => {
  await until("all are seen", async () => koboshi("status")?.verdict === "ok");
  spaces.world("addr", "del", "10.77.1.1/32", "dev", "lo");
  await until(
    "all 30 are in it",
    async () => koboshi("incident", "ls", "--open")?.items.some(({ services }) => services.length === count),
    40_000,
  );
  const open = koboshi("incident", "ls", "--open")?.items ?? [];
  assert.deepEqual(
    open.map(({ subject, diagnosis }) => [subject, diagnosis.scope.id]),
    [["host:web1", "host"]],
  );
  // the first message waits for the diagnosis
  await until("someone is told", async () => openings().length > 0, 20_000);
  assert.deepEqual(openings(), ["host:web1"]);
  assert.equal(koboshi("status")?.services.find(({ key }) => key === "elsewhere")?.state, "ok");
});

test("the host comes back: one recovery", async () => {
  spaces.world("addr", "add", "10.77.1.1/32", "dev", "lo");
  await until("all is well", async () => koboshi("status")?.verdict === "ok", 40_000);
  await until("everyone hears", async () => notices().some(({ event }) => event === "incident.resolved"));
  const events = notices().map(({ event }) => event);
  assert.deepEqual([events[0], events.at(-1)], ["incident.opened", "incident.resolved"]);
  assert.equal(events.filter((event) => event === "incident.resolved").length, 1);
});
