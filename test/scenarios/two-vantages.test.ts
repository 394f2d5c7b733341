import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, startHub, until, withMounts } from "../doubles/hub-process.ts";
import { startReceiver, startWebTarget } from "../doubles/web-target.ts";

// Two places that look, each with its own /etc/hosts: what one name leads to is how a path is cut for one of them alone.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-vantages-"));
const shop = await startWebTarget();
const receiver = await startReceiver();
const hosts = { hub: path.join(folder, "hosts-hub"), office: path.join(folder, "hosts-office") };
const here = "127.0.0.1 localhost shop.test control.test\n";
const cut = "127.0.0.1 localhost control.test\n127.0.0.99 shop.test\n";
fs.writeFileSync(hosts.hub, here);
fs.writeFileSync(hosts.office, here);
fs.writeFileSync(path.join(folder, "token"), "one-time-token\n", { mode: 0o600 });

const publicPort = await freePort();
const hub = await startHub({
  folder,
  port: await freePort(),
  publicPort,
  mounts: `mount --bind ${hosts.hub} /etc/hosts`,
  env: { OFFICE_TOKEN: "one-time-token" },
  config: `version: 1
people: { yamada: { name: Yamada, mail: yamada@example.jp } }
vantages: [here, { name: office, token: "\${env:OFFICE_TOKEN}" }]
services:
  shop: { checks: [{ http: "http://shop.test:${shop.port}/", every: 2s, timeout: 1s }] }
  control: { checks: [{ tcp: "control.test:${receiver.url.split(":")[2]?.replace("/", "")}", every: 2s }] }
notify: { channels: { hook: { webhook: "${receiver.url}", secret: two } } }`,
});
const office = spawn(
  ...withMounts(`mount --bind ${hosts.office} /etc/hosts`, [
    process.execPath,
    "dist/cli/main.js",
    "vantage",
    "--hub",
    `http://127.0.0.1:${publicPort}`,
    "--token-file",
    path.join(folder, "token"),
    "--folder",
    path.join(folder, "office"),
    "--allow",
    "127.0.0.0/8",
  ]),
  { stdio: "ignore" },
);

after(async () => {
  office.kill("SIGTERM");
  if (office.exitCode === null && office.signalCode === null) await once(office, "exit");
  await hub.stop();
  await shop.stop();
  receiver.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Incident {
  readonly id: number;
  readonly quiet: boolean;
  readonly diagnosis: {
    readonly scope: { readonly id: string; readonly failingFrom: string[]; readonly workingFrom: string[] };
  };
}

async function openIncidents(): Promise<readonly Incident[]> {
  return (await hub.get<{ items: Incident[] }>("/api/v1/incidents?state=open")).items;
}

test("a vantage joins at the public listener with its token, and both places see the shop", async () => {
  await until("both see it", async () => {
    const { items } = await hub.get<{ items: { id: string; cells: { state: string }[] }[] }>("/api/v1/checks");
    const cells = items.flatMap((check) => check.cells);
    return cells.length === 4 && cells.every(({ state }) => state === "ok");
  });
  assert.deepEqual(
    (await hub.get<{ items: { name: string; state: string }[] }>("/api/v1/vantages")).items.map(({ name, state }) => [
      name,
      state,
    ]),
    [
      ["here", "ok"],
      ["office", "ok"],
    ],
  );
});

test("what fails from one place alone wakes nobody, but is recorded with its scope", async () => {
  fs.writeFileSync(hosts.office, cut);
  const incident = await until("a quiet incident", async () => (await openIncidents())[0], 40_000);
  assert.equal(incident.quiet, true);
  assert.deepEqual(incident.diagnosis.scope.failingFrom, ["office"]);
  assert.deepEqual(incident.diagnosis.scope.workingFrom, ["here"]);
  assert.ok(
    receiver.notices.every((notice) => (notice.incident as unknown as Incident).quiet),
    "a loud notice went out",
  );
  fs.writeFileSync(hosts.office, here);
  await until("it ends", async () => (await openIncidents()).length === 0, 40_000);
});

test("what fails from both is one loud incident, confirmed within seconds", async () => {
  receiver.notices.length = 0;
  const stoppedAtMs = performance.now();
  await shop.stop();
  const notice = await until("a loud notice", async () =>
    receiver.notices.find(({ event }) => event === "incident.opened"),
  );
  assert.ok(notice.atMs - stoppedAtMs < 6_000, `${notice.atMs - stoppedAtMs} ms`);
  const incident = (await openIncidents())[0];
  assert.equal(incident?.quiet, false);
  assert.deepEqual(incident?.diagnosis.scope.failingFrom.toSorted(), ["here", "office"]);
  await shop.start();
  await until("it recovers", async () => receiver.notices.some(({ event }) => event === "incident.resolved"));
});

test("a vantage that is gone is silent, never green, and its silence blames no service", async () => {
  office.kill("SIGKILL");
  await until(
    "silence is seen",
    async () => {
      const { items } = await hub.get<{
        items: { id: string; state: string; cells: { vantage: string; state: string; stale: boolean }[] }[];
      }>("/api/v1/checks");
      const cells = items.flatMap((check) => check.cells).filter(({ vantage }) => vantage === "office");
      return cells.every(({ stale, state }) => stale || state !== "ok") && items.every(({ state }) => state === "ok");
    },
    60_000,
  );
  // a check is well a moment before the end of its incident is written
  await until("no service is blamed", async () =>
    (await openIncidents()).every(({ diagnosis }) => diagnosis.scope.id === "monitor"),
  );
});
