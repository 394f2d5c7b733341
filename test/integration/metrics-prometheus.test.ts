import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { checkConfigText } from "../../src/config/index.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { Observation } from "../../src/kernel/model/observation.ts";
import type { CheckStatus, SiteStatus } from "../../src/kernel/model/status.ts";
import { openAlertDesk } from "../doubles/alert-desk.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { startPrometheus } from "../doubles/prometheus.ts";
import { startWebTarget } from "../doubles/web-target.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-metrics-"));
const web = await startWebTarget();
const dead = await freePort();
const { plan } = checkConfigText(
  `version: 1
services:
  shop: { checks: [{ http: "${web.url}", every: 30s }] }
  db: { checks: [{ tcp: "127.0.0.1:${dead}" }] }`,
  "koboshi.yml",
);
assert.ok(plan !== null);
const { site } = plan;
const odd = 'a"b\\c\nd é';
const clock = createSystemClock();

/** What the board would show, with a check whose id holds everything a label must escape. */
function status(): SiteStatus {
  const observation = (checkId: string, outcome: Observation["outcome"]): Observation => ({
    checkId,
    vantage: "here",
    attempt: 1,
    outcome,
    layer: null,
    timings: { dnsMs: 1, connectMs: 2, totalMs: 12.5 },
    address: "127.0.0.1:80",
    facts: { certificateExpiresAtMs: 1_900_000_000_000 },
    error: null,
    atMs: clock.nowMs(),
    monotonicMs: clock.monotonicMs(),
  });
  const check = (id: string, outcome: Observation["outcome"]): CheckStatus => ({
    id,
    service: "shop",
    kind: "http",
    name: id,
    target: id,
    everyMs: 30_000,
    state: outcome === "up" ? "ok" : "down",
    since: null,
    confirming: false,
    cells: [{ vantage: "here", state: "ok", last: observation(id, outcome), stale: false }],
  });
  const checks = [check("shop/1", "up"), check(odd, "down")];
  return {
    at: stampNow(clock),
    verdict: "down",
    services: [{ key: "shop", name: "shop", state: "down", because: null, since: null, checks }],
    vantages: [{ name: "here", state: "ok", lastSeenAt: null, clockOffsetMs: null }],
    openIncidents: [],
    attentions: [],
    configHash: "x",
    pulseAgeMs: 120,
  };
}

const desk = await openAlertDesk({ folder: path.join(folder, "data"), port: await freePort(), site, status });
after(async () => {
  await desk.stop();
  await web.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function get(
  route: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; type: string; text: string }> {
  const answer = await fetch(`${desk.url}${route}`, { headers: { authorization: `Bearer ${desk.token}`, ...headers } });
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", text: await answer.text() };
}

const probe = (target: string, module: string): string =>
  `/probe?${new URLSearchParams({ target, module }).toString()}`;

test("promtool finds nothing to say against the figures", async () => {
  const { type, text } = await get("/metrics");
  assert.equal(type, "text/plain; version=0.0.4; charset=utf-8");
  const checked = spawnSync("/usr/bin/promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  assert.equal(`${checked.stdout}${checked.stderr}`, "");
  assert.equal(checked.status, 0);
});

test("a scraper that knows OpenMetrics gets it, to its last line", async () => {
  const { type, text } = await get("/metrics", {
    accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
  });
  assert.match(type, /^application\/openmetrics-text; version=1\.0\.0/);
  assert.ok(text.endsWith("# EOF\n"));
  assert.match(text, /# TYPE koboshi_ledger_events counter\nkoboshi_ledger_events_total \d+/);
  assert.match(text, /# UNIT koboshi_check_duration_seconds seconds/);
});

test("only what the configuration names is probed, and with a token only", async () => {
  const { status: fine, text } = await get(probe(web.url, "http"));
  assert.equal(fine, 200, text);
  assert.match(text, /^probe_success 1$/m);
  assert.match(text, /^probe_http_status_code 200$/m);
  assert.match(text, /^probe_http_duration_seconds\{phase="connect"\} \d/m);
  for (const [target, module] of [
    ["http://169.254.169.254/", "http"],
    [web.url, "icmp"],
    ["127.0.0.1:22", "tcp"],
    [`${web.url}x`, "http"],
  ] as const) {
    const refused = await get(probe(target, module));
    assert.deepEqual([refused.status, /KB1404/.test(refused.text)], [400, true], target);
  }
  assert.equal((await fetch(`${desk.url}${probe(web.url, "http")}`)).status, 401);
});

test("a real Prometheus scrapes the figures and the probes as it scrapes blackbox_exporter", async () => {
  const place = new URL(desk.url).host;
  const credentials = `authorization: { credentials: ${desk.token} }`;
  const prometheus = await startPrometheus({
    folder,
    port: await freePort(),
    config: `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: koboshi, ${credentials}, static_configs: [{ targets: ["${place}"] }] }
  - job_name: probes
    ${credentials}
    metrics_path: /probe
    static_configs: [{ targets: ["${web.url}", "127.0.0.1:${dead}"] }]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: "${place}" }
`,
  });
  try {
    const query = async (
      text: string,
    ): Promise<readonly { metric: Record<string, string>; value: [number, string] }[]> => {
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(text)}`);
      return ((await answer.json()) as { data: { result: [] } }).data.result;
    };
    const both = await until("both targets probed", async () => {
      const found = await query("probe_success");
      return found.length === 2 ? found : null;
    });
    const success = Object.fromEntries(both.map(({ metric, value }) => [metric["instance"], value[1]]));
    assert.deepEqual(success, { [web.url]: "1", [`127.0.0.1:${dead}`]: "0" });
    // the two jobs are scraped each in its own second
    const checks = await until("the hub's own figures", async () => {
      const found = await query("koboshi_check_up");
      return found.length === 2 ? found : null;
    });
    const ups = Object.fromEntries(checks.map(({ metric, value }) => [metric["check"], value[1]]));
    assert.deepEqual(ups, { [odd]: "0", "shop/1": "1" });
    assert.equal((await query("koboshi_certificate_expiry_timestamp_seconds"))[0]?.value[1], "1900000000");
    await until("all three scraped", async () => (await query("up")).length === 3);
    assert.deepEqual(
      (await query("up")).map(({ value }) => value[1]),
      ["1", "1", "1"],
    );
  } finally {
    await prometheus.stop();
  }
});
