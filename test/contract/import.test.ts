import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { checkConfigText } from "../../src/config/index.ts";
import { importers } from "../../src/config/import/index.ts";
import { importSettings, type Imported } from "../../src/config/import/run.ts";
import type { Lang } from "../../src/kernel/lang.ts";
import type { Check } from "../../src/kernel/model/check.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createKumaFile, fillKumaFile, kumaSecrets } from "../doubles/kuma-database.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-imports-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(product: string, file: string, { second, lang = "en" }: { second?: string; lang?: Lang } = {}): Imported {
  const importer = importers.find((one) => one.product === product);
  assert.ok(importer !== undefined);
  const beside = second === undefined ? null : { name: second, bytes: fs.readFileSync(second) };
  const source = { name: file, path: path.resolve(file), bytes: fs.readFileSync(file), beside };
  const imported = importSettings(importer, source, { lang, origin: "test", beside: null });
  assert.ok(imported.ok, imported.ok ? "" : imported.error.message);
  return imported.value;
}

/** Loads as any configuration does: no error, and no secret in plain text. */
function siteOf({ text }: Imported): Site {
  const outcome = checkConfigText(text, "imported.yml");
  const bad = outcome.findings.filter(({ severity, code }) => severity === "error" || code === "plain-secret");
  assert.deepEqual(bad, []);
  assert.ok(outcome.plan !== null);
  return outcome.plan.site;
}

function checkOf(site: Site, service: string): Check {
  const check = site.checks.find((one) => one.service === service);
  assert.ok(check !== undefined, service);
  return check;
}

function leftOf({ moved }: Imported): string[] {
  return moved.left.map(({ what, code, detail }) => `${code}: ${what}${detail === "" ? "" : ` (${detail})`}`);
}

test("a database of Uptime Kuma 2 becomes services, jobs, channels, people, a page and maintenance", () => {
  const file = path.join(folder, "kuma.db");
  const kuma = createKumaFile(file);
  fillKumaFile(kuma);
  kuma.close();
  const imported = run("kuma", file);
  const site = siteOf(imported);
  assert.deepEqual([...site.services.keys()].toSorted(), [
    "api",
    "cache",
    "db-port",
    "gateway",
    "live",
    "login",
    "orders",
    "relay",
    "self-signed",
    "shopdb",
    "web",
    "zone",
    "ショップ",
  ]);
  assert.deepEqual(site.services.get("web")?.needs, ["ショップ", "login"]);
  const shop = checkOf(site, "ショップ");
  assert.deepEqual(
    [shop.everyMs, shop.timeoutMs, shop.attempts, shop.target],
    [30_000, 24_000, 3, "https://shop.example.jp/"],
  );
  assert.equal(checkOf(site, "gateway").kind, "icmp");
  assert.equal(checkOf(site, "db-port").target, "db.example.jp:5432");
  assert.deepEqual([...site.jobs.keys()], ["nightly"]);
  assert.deepEqual(
    [...site.people.values()].map(({ mail }) => mail),
    ["aiko@example.jp", "ben@example.jp"],
  );
  assert.ok(site.notify.channels.has("mail-mail") && site.notify.channels.has("hook-hook"));
  assert.deepEqual(site.statusPage?.show, ["ショップ", "login"]);
  assert.match(imported.text, /# line one line two: \[x\]\n\s+# tags: prod=tokyo\n\s+ショップ:/);
  assert.deepEqual(leftOf(imported).toSorted(), [
    "address: monitor 8 «nightly»",
    "channel: notification 3 «Chat» (telegram)",
    "insecure-tls: monitor 17 «self-signed»",
    "json-query: monitor 4 «API» ($.ok → true)",
    "kind: monitor 13 «container» (docker)",
    "kind: monitor 14 «game» (steam)",
    "maintenance: maintenance 2 «weekly» (recurring-weekday)",
    "page: status page «社内»",
    "paused: monitor 16 «asleep»",
    "proxy: monitor 20 «intranet»",
    "secret-in-url: monitor 18 «with token»",
    "setting: notification 2 «Hook» (body, headers)",
    "upside-down: monitor 15 «must be down»",
  ]);
  for (const secret of kumaSecrets) assert.ok(!JSON.stringify(imported).includes(secret), secret);
  assert.equal(imported.moved.secrets.length, 7);
});

test("what only the log beside the database holds is read, and neither file is touched", () => {
  const file = path.join(folder, "live.db");
  const kuma = createKumaFile(file);
  kuma.connection.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
  kuma.insert("monitor", { id: 1, name: "late", type: "ping", hostname: "192.0.2.1" });
  const before = [file, `${file}-wal`].map((name) => fs.readFileSync(name));
  assert.deepEqual([...siteOf(run("kuma", file)).services.keys()], ["late"]);
  assert.deepEqual(
    [file, `${file}-wal`].map((name) => fs.readFileSync(name)),
    before,
  );
  kuma.close();
});

test("a backup of Uptime Kuma 1 becomes the same", () => {
  const monitor = {
    id: 5,
    name: "www",
    type: "keyword",
    url: "https://www.example.jp/",
    interval: 60,
    maxretries: 1,
    keyword: "ok",
    invertKeyword: true,
    active: true,
    accepted_statuscodes: ["200-299"],
    upsideDown: false,
    tags: [{ name: "prod", value: "" }],
    basic_auth_user: null,
  };
  const file = path.join(folder, "backup.json");
  fs.writeFileSync(
    file,
    JSON.stringify({ version: "1.23.16", monitorList: [monitor, { ...monitor, id: 6 }], notificationList: [] }),
  );
  const site = siteOf(run("kuma", file));
  assert.deepEqual([...site.services.keys()], ["www", "www-2"]);
  assert.deepEqual((checkOf(site, "www").spec as { expect: object }).expect, { status: "2xx", not_contains: "ok" });
});

test("Gatus' endpoints, conditions, groups, heartbeats and mail are carried over, the rest is listed", () => {
  const imported = run("gatus", "test/fixtures/import/gatus.yaml");
  const site = siteOf(imported);
  const shop = site.checks.filter(({ service }) => service === "ショップ");
  assert.deepEqual(
    shop.map(({ kind }) => kind),
    ["http", "domain"],
  );
  const { expect, headers } = checkOf(site, "ショップ").spec as { expect: object; headers: Record<string, unknown> };
  assert.deepEqual(expect, { status: 200, contains: "注文", within: 800 });
  assert.deepEqual(Object.keys(headers), ["Authorization", "X-Key", "Accept"]);
  assert.equal(shop[0]?.attempts, 4);
  assert.match(imported.text, /X-Key: ?"?\$\{env:SHOP_KEY\}/);
  assert.equal(checkOf(site, "any-of").target, "https://api.example.jp/v1?x=$1");
  assert.deepEqual((checkOf(site, "below").spec as { expect: object }).expect, { status: ["2xx", "3xx"] });
  assert.deepEqual(site.services.get("core")?.needs, ["ショップ", "any-of"]);
  assert.deepEqual([...site.jobs.keys()], ["nightly-backup"]);
  assert.deepEqual(
    ["dns-mx", "db", "ping", "mail", "ssh", "chat"].map((key) => checkOf(site, key).kind),
    ["dns", "tcp", "icmp", "smtp", "ssh", "websocket"],
  );
  assert.deepEqual(leftOf(imported).toSorted(), [
    "address: external-endpoint «nightly-backup»",
    "channel: alerting.slack (slack)",
    "condition: endpoint «core/ショップ» ([BODY].status == UP)",
    "environment: endpoint «from-env» (https://${HOST}/)",
    "kind: endpoint «sctp» (sctp)",
    "paused: endpoint «off»",
    "setting: metrics",
    "setting: storage",
    "setting: suites",
  ]);
  assert.ok(!/potato|verysecret/.test(JSON.stringify(imported)));
});

test("blackbox_exporter's own example is carried over with the targets of Prometheus", () => {
  const imported = run("blackbox", "/etc/prometheus/blackbox.yml", { second: "test/fixtures/import/prometheus.yml" });
  const site = siteOf(imported);
  const found = site.checks.map(
    ({ service, kind, target, everyMs }) => `${service} ${kind} ${target} ${everyMs / 1000}`,
  );
  assert.deepEqual(found, [
    "shop.example.jp http https://shop.example.jp/ 30",
    "www.example.jp http http://www.example.jp/ 30",
    "web1.example.jp-22 ssh web1.example.jp:22 120",
    "mail.example.jp-995 pop3 pop3s://mail.example.jp:995 30",
    "192.0.2.1 icmp 192.0.2.1 30",
  ]);
  const left = leftOf(imported);
  assert.ok(left.includes("kind: target «rpc.example.jp:443» (grpc) (grpc)"));
  assert.ok(left.includes("discovery: job «found» (file_sd_configs)"));
  assert.ok(left.includes("no-target: module irc_banner"));
});

test("Healthchecks' checks become jobs with their rhythm, zone and grace", () => {
  const imported = run("healthchecks", "test/fixtures/import/healthchecks.json", { lang: "ja" });
  const site = siteOf(imported);
  const jobs = [...site.jobs.values()].map(({ key, name, graceMs }) => [key, name, graceMs]);
  assert.deepEqual(jobs, [
    ["nightly-backup", "夜間バックアップ", 3_600_000],
    ["cleanup", "cleanup", 600_000],
    ["calendar", "calendar", 60_000],
  ]);
  assert.deepEqual(site.jobs.get("cleanup")?.schedule, {
    kind: "cron",
    expression: "15 5 * * *",
    timeZone: "Asia/Tokyo",
  });
  const left = leftOf(imported);
  assert.ok(left.some((line) => line.startsWith("invalid: jobs.bad-cron")));
  assert.ok(left.includes("paused: check «old»"));
  assert.ok(!imported.text.includes("hc-ping.com"));
});
