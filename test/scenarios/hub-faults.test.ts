import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { freePort, startHub, until, type HubProcess } from "../doubles/hub-process.ts";
import { startWebTarget } from "../doubles/web-target.ts";

const rounds = 3;
const base = (web: string): string => `version: 1
people: { me: me@example.jp }
services: { shop: { checks: [{ http: "${web}", every: 1s }] } }
jobs: { nightly: { every: 1d } }`;

interface Accepted {
  readonly pings: string[];
  readonly alerts: string[];
  /** the longest text of the report that was answered */
  report: number;
  applied: number;
}

test("kill -9 amid reports of jobs, alerts, changed configuration and a report being written: nothing accepted is lost or halved", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-faults-"));
  const web = await startWebTarget();
  const file = path.join(folder, "koboshi.yml");
  const options = { folder, port: await freePort(), config: base(web.url) };
  const accepted: Accepted = { pings: [], alerts: [], report: 0, applied: 0 };
  let hub = await startHub(options);
  try {
    await web.stop();
    const open = await until("an incident", async () => (await openIncidents(hub))[0]);
    const ping = (await hub.post<{ url: string }>("/api/v1/jobs/nightly/address")).url;
    const address = new URL(new URL(ping).pathname, hub.url).href;
    for (let round = 0; round < rounds; round++) {
      const writing = [
        untilRefused((nth) => pingOnce(address, `${round}-${nth}`, accepted)),
        untilRefused((nth) => alertOnce(hub, `${round}-${nth}`, accepted)),
        untilRefused(() => saveReport(hub, open.id, accepted)),
        untilRefused(() => changeInterval(hub, accepted)),
      ];
      await new Promise((resolve) => setTimeout(resolve, 700 + round * 311));
      await hub.kill();
      await Promise.all(writing);
      const text = fs.readFileSync(file, "utf8");
      assert.match(text, /every: \d+s \}\] \} \}\njobs:/, "the file is whole");
      assert.deepEqual(
        fs.readdirSync(folder).filter((name) => name !== "koboshi.yml" && name !== "data" && !name.startsWith(".")),
        [],
      );
      // what it wrote is what runs again: the double would write its own
      hub = await startHub({ ...options, config: text.replace(/\nhub: .*\n?$/s, "") });
    }
    context.diagnostic(JSON.stringify({ ...accepted, pings: accepted.pings.length, alerts: accepted.alerts.length }));
    assert.ok(
      accepted.pings.length > rounds && accepted.alerts.length > rounds && accepted.report > 0 && accepted.applied > 0,
    );
    const { pings } = await hub.get<{ pings: { body: string | null }[] }>("/api/v1/jobs/nightly");
    const newest = accepted.pings.at(-1);
    assert.ok(
      pings.some(({ body }) => body === newest),
      `the newest report, ${newest}, is gone`,
    );
    const metrics = await (await fetch(`${hub.url}/metrics`)).text();
    const openAlerts = Number(/^koboshi_alerts_open (\d+)$/m.exec(metrics)?.[1]);
    assert.ok(openAlerts >= accepted.alerts.length, `${openAlerts} of ${accepted.alerts.length} alerts`);
    const { revision } = await hub.get<{ revision: number }>(`/api/v1/incidents/${open.id}/report`);
    assert.ok(revision >= accepted.report, `revision ${revision} of ${accepted.report}`);
    assert.ok((await openIncidents(hub)).some(({ id }) => id === open.id));
  } finally {
    await hub.kill();
    await web.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

async function openIncidents(hub: HubProcess): Promise<readonly { id: number }[]> {
  return (await hub.get<{ items: { id: number }[] }>("/api/v1/incidents?state=open")).items;
}

/** Goes on until the hub is gone: what was not answered was not accepted. */
async function untilRefused(once: (nth: number) => Promise<void>): Promise<void> {
  for (let nth = 0; ; nth++) {
    try {
      await once(nth);
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError) throw thrown;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function pingOnce(address: string, body: string, accepted: Accepted): Promise<void> {
  const answer = await fetch(address, { method: "POST", body });
  if (answer.status === 200 && (await answer.text()) === "OK") accepted.pings.push(body);
}

async function alertOnce(hub: HubProcess, name: string, accepted: Accepted): Promise<void> {
  const token = fs.readFileSync(path.join(hub.folder, "data/cli-token"), "utf8").trim();
  const answer = await fetch(`${hub.url}/api/v2/alerts`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify([{ labels: { alertname: "Kill", name } }]),
  });
  assert.equal(answer.status, 200);
  accepted.alerts.push(name);
}

async function saveReport(hub: HubProcess, id: number, accepted: Accepted): Promise<void> {
  const route = `/api/v1/incidents/${id}/report`;
  const { revision } = await hub.get<{ revision: number }>(route);
  const texts = { summary: "x".repeat(3_000) };
  const saved = await hub.post<{ revision: number }>(route, { revision, stage: "first", texts, measures: [] });
  accepted.report = saved.revision;
}

async function changeInterval(hub: HubProcess, accepted: Accepted): Promise<void> {
  const value = `${1 + (accepted.applied % 3)}s`;
  const edits = [{ op: "set", path: ["services", "shop", "checks", 0, "every"], value }];
  await hub.post("/api/v1/config/apply", { edits });
  accepted.applied += 1;
}
