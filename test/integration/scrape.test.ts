import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Host, ScrapeSpec } from "../../src/kernel/model/site.ts";
import { createScraper, type Scraper } from "../../src/observe/metrics/scraper.ts";
import type { MetricPoint } from "../../src/storage/telemetry/telemetry.ts";
import { unlooked } from "../doubles/bare-site.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { silentLog } from "./web-fixture.ts";

let exporter: ChildProcess;
let exporterUrl: string;
let scraper: Scraper;
let page = { type: "text/plain; version=0.0.4", body: "" };
let server: Server;
let serverUrl: string;
const points: MetricPoint[] = [];

before(async () => {
  const port = await freePort();
  exporterUrl = `http://127.0.0.1:${port}/metrics`;
  exporter = spawn("/usr/bin/prometheus-node-exporter", [`--web.listen-address=127.0.0.1:${port}`], {
    stdio: "ignore",
  });
  await until("node_exporter answers", async () => (await fetch(exporterUrl).catch(() => null))?.ok);
  server = createServer((_request, reply) => void reply.writeHead(200, { "content-type": page.type }).end(page.body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  scraper = createScraper({ clock: createSystemClock(), log: silentLog, append: (one) => void points.push(one) });
});
after(async () => {
  await scraper.stop();
  server.close();
  exporter.kill("SIGTERM");
  if (exporter.exitCode === null) await once(exporter, "exit");
});

function use(...scrapes: readonly ScrapeSpec[]): void {
  points.length = 0;
  const plain = { at: null, address: null, segment: null, user: null, port: 22, hostKey: null, privateKey: null };
  const host: Host = { ...unlooked, ...plain, key: "web1", scrapes };
  scraper.use({ hosts: new Map([["web1", host]]) });
}

function point(name: string): MetricPoint | undefined {
  return points.findLast((one) => one.name === name);
}

test("Debian's node_exporter is read, and its values are the host's", async () => {
  use({ url: exporterUrl, everyMs: 1_000, labels: { job: "node" } });
  await until("a value", async () => point("node_load1"));
  assert.equal(point("up")?.value, 1);
  assert.ok(points.length > 200, String(points.length));
  assert.ok(points.every(({ subject, labels }) => subject === "host:web1" && labels["job"] === "node"));
  const total = point("node_memory_MemTotal_bytes")?.value ?? 0;
  assert.ok(total > 100_000_000, String(total));
  assert.deepEqual(
    scraper.sources().map(({ kind, subject, refused, error }) => ({ kind, subject, refused, error })),
    [{ kind: "scrape", subject: "host:web1", refused: 0, error: null }],
  );
});

test("an exporter that is gone, or answers no metrics, is said to be down with the reason", async () => {
  use({ url: "http://127.0.0.1:9/metrics", everyMs: 1_000, labels: {} });
  await until("it is down", async () => point("up")?.value === 0);
  assert.equal(scraper.sources()[0]?.error?.code, "refused");
  page = { type: "text/html", body: "<html>welcome</html>" };
  use({ url: serverUrl, everyMs: 1_000, labels: {} });
  await until("it is no page of metrics", async () => scraper.sources()[0]?.error?.code === "not-metrics");
  assert.match(scraper.sources()[0]?.error?.text ?? "", /^line 1: /);
});

test("OpenMetrics is read as such, and what breaks its rules is refused whole", async () => {
  page = { type: "application/openmetrics-text; version=1.0.0", body: "# TYPE a counter\na_total 3 1\n# EOF\n" };
  use({ url: serverUrl, everyMs: 1_000, labels: {} });
  await until("its value", async () => point("a_total")?.value === 3);
  page = { ...page, body: "# TYPE a counter\na_total 3\n" };
  await until("the cut-off page", async () => scraper.sources()[0]?.error?.code === "not-metrics");
});

test("a page that does not end is cut off", async () => {
  page = { type: "text/plain", body: `# ${"x".repeat(17_000_000)}` };
  use({ url: `${serverUrl}?large`, everyMs: 5_000, labels: {} });
  await until("it is too large", async () => scraper.sources()[0]?.error?.code === "too-large");
});
