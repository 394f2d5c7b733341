import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { startReceiver, startWebTarget } from "../doubles/web-target.ts";

// Measurements lie on a disk of 100 MB that only the hub sees, the ledger on another; /proc/PID/root leads there.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-telemetry-full-"));
const measured = path.join(folder, "data/telemetry");
fs.mkdirSync(measured, { recursive: true });
const web = await startWebTarget();
const receiver = await startReceiver();
const options = {
  folder,
  port: await freePort(),
  config: `version: 1
people: { me: me@example.jp }
services: { shop: { checks: [{ http: "${web.url}", every: 1s }] } }
status_page: { publish: [{ to: "${folder}/page" }] }
notify: { channels: { hook: { webhook: "${receiver.url}", secret: full } } }`,
};
let hub = await startHub({ ...options, mounts: `mount -t tmpfs -o size=100m tmpfs ${measured}` });

after(async () => {
  await hub.stop();
  await web.stop();
  receiver.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Attention {
  readonly code: string;
  readonly level: string;
  readonly text: { readonly ja: string; readonly en: string };
}
interface Status {
  readonly verdict: string;
  readonly attentions: readonly Attention[];
}

async function attention(code: string): Promise<Attention | undefined> {
  return (await hub.get<Status>("/api/v1/status")).attentions.find((one) => one.code === code);
}

async function openIncidents(): Promise<readonly { id: number }[]> {
  return (await hub.get<{ items: { id: number }[] }>("/api/v1/incidents?state=open")).items;
}

test("with the measurements' disk full the alarm, the note, the status page and Home go on, and Home says it", async () => {
  await until("well", async () => (await hub.get<Status>("/api/v1/status")).verdict === "ok");
  const filler = path.join(`/proc/${hub.pid}/root`, measured, "filler");
  assert.equal(await attention("telemetry-blocked"), undefined);
  fill(filler);
  const told = await until("it says so", async () => attention("telemetry-blocked"), 40_000);
  assert.equal(told.level, "warning", "measurements wake nobody");
  for (const lang of ["ja", "en"] as const) {
    const home = await (await fetch(`${hub.url}/?lang=${lang}`)).text();
    assert.ok(home.includes(told.text[lang]), `Home in ${lang} does not say: ${told.text[lang]}`);
  }
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 200);

  await web.stop();
  await until("the alarm", async () => receiver.notices.some(({ event }) => event === "incident.opened"));
  await hub.post("/api/v1/notes", { kind: "change", text: "written while no measurement could be" });
  const page = path.join(folder, "page/status.json");
  await until(
    "the status page",
    async () => fs.existsSync(page) && fs.readFileSync(page, "utf8").includes(`"state": "down"`),
  );
  for (const screen of ["/services/shop", "/checks", "/reports"]) {
    const startedAtMs = performance.now();
    assert.equal((await fetch(hub.url + screen)).status, 200, screen);
    assert.ok(performance.now() - startedAtMs < 5_000, `${screen} waited`);
  }
  await web.start();
  await until("the recovery", async () => receiver.notices.some(({ event }) => event === "incident.resolved"));
  assert.equal((await openIncidents()).length, 0);

  fs.rmSync(filler);
  await until("it stores again by itself", async () => (await attention("telemetry-blocked")) === undefined, 40_000);
});

test("a damaged file of today is set aside at the start: the hub watches, tells, and says which day", async () => {
  await hub.stop();
  const day = new Date().toISOString().slice(0, 10);
  fs.writeFileSync(path.join(measured, `${day}.duckdb`), Buffer.alloc(20_000, "no database "));
  hub = await startHub(options);
  receiver.notices.length = 0;
  const told = await until("it says so", async () => attention("telemetry-damaged"), 40_000);
  assert.ok(told.text.ja.includes(day), told.text.ja);
  await web.stop();
  await until("the alarm", async () => receiver.notices.some(({ event }) => event === "incident.opened"));
  await web.start();
  await until("the recovery", async () => receiver.notices.some(({ event }) => event === "incident.resolved"));
  await until("what was there is kept", async () =>
    fs.readdirSync(measured).some((name) => name.startsWith(`${day}.duckdb.aside-`)),
  );
});

/** Writes until nothing more fits. */
function fill(file: string): void {
  const handle = fs.openSync(file, "w");
  try {
    for (;;) fs.writeSync(handle, Buffer.alloc(65_536));
  } catch (thrown) {
    assert.equal((thrown as NodeJS.ErrnoException).code, "ENOSPC");
  } finally {
    fs.closeSync(handle);
  }
}
