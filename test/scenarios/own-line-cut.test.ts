import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { until } from "../doubles/hub-process.ts";

// A hub and the world it watches, each in a network namespace of its own, with one line between them.
const [hubSpace, world] = [`kb-hub-${process.pid}`, `kb-world-${process.pid}`];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-line-"));
const config = path.join(folder, "koboshi.yml");
const running: ChildProcess[] = [];

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: "pipe" });
}

function inside(space: string, ...words: readonly string[]): ChildProcess {
  const child = spawn("ip", ["netns", "exec", space, process.execPath, ...words], { stdio: "ignore" });
  running.push(child);
  return child;
}

function koboshi(...words: readonly string[]): (Status & Incidents) | null {
  try {
    const command = [
      "netns",
      "exec",
      hubSpace,
      process.execPath,
      "dist/cli/main.js",
      ...words,
      "--json",
      "--config",
      config,
    ];
    return JSON.parse(execFileSync("ip", command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })) as Status &
      Incidents;
  } catch {
    return null; // not up yet
  }
}

interface Status {
  readonly verdict: string;
  readonly services: readonly { key: string; state: string }[];
  readonly attentions: readonly { code: string }[];
}
interface Incidents {
  readonly items: readonly { subject: string; state: string; diagnosis: { scope: { id: string } } }[];
}

for (const space of [hubSpace, world]) ip("netns", "add", space);
ip("-n", hubSpace, "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", world);
for (const [space, address] of [
  [hubSpace, "10.77.0.2/24"],
  [world, "10.77.0.1/24"],
] as const) {
  ip("-n", space, "addr", "add", address, "dev", "line");
  ip("-n", space, "link", "set", "line", "up");
  ip("-n", space, "link", "set", "lo", "up");
}
for (const host of ["10.77.1.1", "10.77.2.1"]) ip("-n", world, "addr", "add", `${host}/32`, "dev", "lo");
ip("-n", hubSpace, "route", "add", "default", "via", "10.77.0.1");
inside(world, "-e", 'require("http").createServer((q, r) => r.end("ok")).listen(8080, "0.0.0.0")');
fs.writeFileSync(
  config,
  `version: 1
people: { me: me@example.jp }
services:
  one: { checks: [{ http: "http://10.77.1.1:8080/", every: 2s, timeout: 1s }] }
  two: { checks: [{ http: "http://10.77.2.1:8080/", every: 2s, timeout: 1s }] }
hub: { data: ./data }
`,
  { mode: 0o600 },
);
inside(hubSpace, "dist/cli/main.js", "up", "--config", config);

after(async () => {
  for (const child of running) {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  for (const space of [hubSpace, world]) ip("netns", "delete", space);
  fs.rmSync(folder, { recursive: true, force: true });
});

test("the monitor's own line cut: no service is blamed, one incident says that you may be blind", async () => {
  await until("both are seen", async () => koboshi("status")?.verdict === "ok");
  ip("-n", world, "link", "set", "line", "down");
  await until("it says so", async () => (koboshi("incident", "ls", "--open")?.items.length ?? 0) > 0);
  await new Promise((resolve) => setTimeout(resolve, 8_000)); // long enough for anything else to be confirmed wrongly
  const { items } = koboshi("incident", "ls") ?? { items: [] };
  assert.deepEqual(
    items.map(({ subject, diagnosis }) => [subject, diagnosis.scope.id]),
    [["vantage:here", "monitor"]],
  );
  const status = koboshi("status");
  assert.notEqual(status?.verdict, "ok");
  assert.deepEqual(
    status?.services.map(({ state }) => state),
    ["unknown", "unknown"],
  );
  assert.ok(status?.attentions.some(({ code }) => code === "vantage-blind"));
});

test("the line back: it sees again, and the incident ends by itself", async () => {
  ip("-n", world, "link", "set", "line", "up");
  for (const host of ["10.77.1.1", "10.77.2.1"]) ip("-n", world, "addr", "replace", `${host}/32`, "dev", "lo");
  await until("all is well", async () => koboshi("status")?.verdict === "ok");
  const { items } = koboshi("incident", "ls") ?? { items: [] };
  assert.deepEqual(
    items.map(({ subject, state }) => [subject, state]),
    [["vantage:here", "resolved"]],
  );
});
