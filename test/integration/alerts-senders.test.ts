import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { openAlertDesk } from "../doubles/alert-desk.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { startAlertmanager, startPrometheus } from "../doubles/prometheus.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-senders-"));
const desk = await openAlertDesk({
  folder: path.join(folder, "data"),
  port: await freePort(),
  site: watchedSite({ hosts: { web1: {}, db1: {} }, services: { shop: { on: "web1" } } }),
});
const undo: (() => Promise<void>)[] = [];
after(async () => {
  for (const stop of undo.toReversed()) await stop();
  await desk.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const place = new URL(desk.url).host;

async function post(
  route: string,
  body: unknown,
  token: string | null = desk.token,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${desk.url}${route}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

async function openIncident(subject: string): Promise<boolean> {
  const incidents = await desk.ledger.read.incidents({ state: "open", limit: 100 });
  return incidents.some((incident) => incident.subject === subject);
}

test("a real Prometheus sends its alerts here as it does to an Alertmanager, and they become incidents", async () => {
  const port = await freePort();
  const prometheus = await startPrometheus({
    folder,
    port,
    config: `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - api_version: v2
      authorization: { credentials: ${desk.token} }
      static_configs: [{ targets: ["${place}"] }]
`,
    files: {
      "rules.yml": `
groups:
  - name: g
    rules:
      - { alert: ShopSlow, expr: vector(1), labels: { severity: critical, service: shop }, annotations: { summary: "the shop <b>is</b> slow" } }
      - { alert: Unrelated, expr: vector(1), labels: { severity: info } }
`,
    },
  });
  undo.push(prometheus.stop);
  await until("incidents", async () => (await openIncident("service:shop")) && (await openIncident("alert:Unrelated")));
  const signal = (await desk.ledger.read.openSignals()).find(({ subject }) => subject === "service:shop");
  assert.deepEqual(
    [signal?.kind, signal?.severity, signal?.facts["summary"]],
    ["alert", "critical", "the shop <b>is</b> slow"],
  );
  assert.ok(!/err=/.test(prometheus.output()), prometheus.output());
});

test("a real Alertmanager's webhook opens and, when it says resolved, ends an incident", async () => {
  const port = await freePort();
  const alertmanager = await startAlertmanager({
    folder,
    port,
    config: `
route: { receiver: koboshi, group_wait: 100ms, group_interval: 1s, group_by: [alertname] }
receivers:
  - name: koboshi
    webhook_configs:
      - url: http://${place}/api/v1/hooks/alertmanager
        send_resolved: true
        http_config: { authorization: { credentials: ${desk.token} } }
`,
  });
  undo.push(alertmanager.stop);
  const tell = (endsAt: string): Promise<Response> =>
    fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ labels: { alertname: "DiskFull", instance: "db1:9100", severity: "warning" }, endsAt }]),
    });
  assert.equal((await tell(new Date(Date.now() + 600_000).toISOString())).status, 200);
  await until("the host's incident", () => openIncident("host:db1"));
  await tell(new Date(Date.now() - 1_000).toISOString());
  await until("its end", async () => !(await openIncident("host:db1")));
});

test("what is told about a service and about the host under it is one incident", async () => {
  await post("/api/v2/alerts", [
    { labels: { alertname: "Load", instance: "web1:9100" } },
    { labels: { alertname: "Errors", service: "shop" } },
  ]);
  await until("the host's signal", async () =>
    (await desk.ledger.read.openSignals()).some(
      ({ subject, incidentId }) => subject === "host:web1" && incidentId !== null,
    ),
  );
  const placed = (await desk.ledger.read.openSignals()).filter(({ subject }) => /web1|shop/.test(subject));
  assert.equal(placed.length, 2);
  assert.equal(new Set(placed.map(({ incidentId }) => incidentId)).size, 1);
});

test("a storm of one kind of alert is one incident", async () => {
  const storm = Array.from({ length: 5_000 }, (_, n) => ({
    labels: { alertname: "Storm", instance: `10.0.${n >> 8}.${n & 255}:9100` },
  }));
  assert.equal((await post("/api/v2/alerts", storm)).status, 200);
  await until("the incident", () => openIncident("alert:Storm"));
  const incidents = await desk.ledger.read.incidents({ state: "open", limit: 100 });
  assert.equal(incidents.filter(({ subject }) => subject === "alert:Storm").length, 1);
  assert.equal((await desk.ledger.read.openSignals()).filter(({ subject }) => subject === "alert:Storm").length, 1);
});

test("nothing is taken without a token, and a wrong item is named", async () => {
  const before = desk.intake.open();
  assert.equal((await post("/api/v2/alerts", [], null)).status, 401);
  assert.equal((await post("/api/v2/alerts", [], "kb_x_00000000000000000000")).status, 401);
  const wrong = await post("/api/v2/alerts?lang=en", [{ labels: { alertname: "A" } }, { labels: {} }]);
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /KB1401.*Alert 2 is not as it must be/);
  assert.match((await post("/api/v2/alerts", "{")).text, /KB1401/);
  assert.match((await post("/api/v1/hooks/alertmanager", { version: "3" })).text, /KB1402/);
  assert.equal(desk.intake.open(), before);
});
