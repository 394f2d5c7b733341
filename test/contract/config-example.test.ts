import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  checkConfigText,
  emptySite,
  exitCodeOf,
  formatFindings,
  loadConfig,
  openSecrets,
  thisMachine,
} from "../../src/config/index.ts";
import type { Site } from "../../src/kernel/model/site.ts";

const folder = "test/fixtures/config";
const machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: true };

function siteOf(text: string, name = "koboshi.yml"): Site {
  const outcome = checkConfigText(text, name, { machine });
  assert.ok(outcome.plan !== null, formatFindings(outcome, { lang: "en" }));
  return outcome.plan.site;
}

function printed(file: string, lang: "ja" | "en"): string {
  const text = fs.readFileSync(path.join(folder, file), "utf8");
  return formatFindings(checkConfigText(text, file, { machine }), { lang });
}

test("bad.yml gives its five findings at their places", () => {
  const { findings, plan } = loadConfig(path.join(folder, "bad.yml"), { machine });
  const told = findings.filter(({ severity }) => severity !== "note");
  assert.deepEqual(
    told.map(({ severity, code, line, column, length }) => [severity, code, line, column, length]),
    [
      ["error", "over-whole", 24, 20, 4],
      ["error", "unknown-service", 30, 13, 3],
      ["error", "unknown-key", 34, 9, 4],
      ["warning", "plain-secret", 52, 76, 7],
      ["warning", "page-with-patient", 86, 13, 6],
    ],
  );
  assert.equal(plan, null);
});

for (const lang of ["ja", "en"] as const) {
  test(`bad.yml is printed as people read it (${lang})`, () => {
    assert.equal(printed("bad.yml", lang), fs.readFileSync(path.join(folder, `bad.${lang}.txt`), "utf8"));
  });
}

test("the example loads, with the drill's host and the password to encrypt with as its only warnings", () => {
  const outcome = loadConfig(path.join(folder, "koboshi.yml"), { machine });
  const told = outcome.findings.filter(({ severity }) => severity !== "note");
  assert.deepEqual(
    told.map(({ severity, code, line, column }) => [severity, code, line, column]),
    [
      ["warning", "backup-no-password", 63, 3],
      ["warning", "drill-host", 72, 46],
    ],
  );
  assert.equal(exitCodeOf(outcome), 0);
  assert.equal(exitCodeOf(loadConfig(path.join(folder, "koboshi.yml"), { machine, strict: true })), 65);
});

test("the example becomes what runs", () => {
  const { plan } = loadConfig(path.join(folder, "koboshi.yml"), { machine });
  const site = plan?.site;
  assert.ok(site !== undefined);
  assert.deepEqual(
    site.checks.map(({ id, kind, everyMs, timeoutMs, attempts, vantages }) => ({
      id,
      kind,
      everyMs,
      timeoutMs,
      attempts,
      vantages,
    })),
    [
      {
        id: "shop/http:www.example.jp",
        kind: "http",
        everyMs: 30_000,
        timeoutMs: 10_000,
        attempts: 3,
        vantages: ["here", "office"],
      },
      {
        id: "shop/tls:www.example.jp",
        kind: "tls",
        everyMs: 60_000,
        timeoutMs: 10_000,
        attempts: 3,
        vantages: ["here", "office"],
      },
      { id: "shop/log:web1", kind: "log", everyMs: 60_000, timeoutMs: 10_000, attempts: 3, vantages: ["here"] },
      { id: "db/tcp:web1", kind: "tcp", everyMs: 60_000, timeoutMs: 10_000, attempts: 3, vantages: ["here", "office"] },
      {
        id: "dns/dns:www.example.jp",
        kind: "dns",
        everyMs: 60_000,
        timeoutMs: 10_000,
        attempts: 3,
        vantages: ["here", "office"],
      },
      {
        id: "mail/roundtrip:mail.example.jp",
        kind: "roundtrip",
        everyMs: 300_000,
        timeoutMs: 180_000,
        attempts: 3,
        vantages: ["here", "office"],
      },
    ],
  );
  assert.deepEqual(site.services.get("shop"), {
    key: "shop",
    name: "ネットショップ",
    on: "web1",
    needs: ["db", "dns"],
    priority: 2,
  });
  assert.deepEqual(site.notify.escalate.get("default"), [
    { afterMs: 0, tell: "yamada", by: ["mail"], only: null },
    { afterMs: 900_000, tell: "sato", by: ["mail"], only: null },
  ]);
  assert.deepEqual(site.jobs.get("nightly-batch"), {
    key: "nightly-batch",
    name: "nightly-batch",
    on: "web1",
    schedule: { kind: "cron", expression: "15 3 * * *", timeZone: "Asia/Tokyo" },
    graceMs: 1_800_000,
    isSafeTwice: null,
    afterMaintenance: "ask",
  });
  assert.deepEqual(site.notify.quiet, { fromMinute: 1320, toMinute: 420, hold: ["info", "warning"] });
  assert.equal(site.url, "https://koboshi.example.jp");
  assert.equal(site.hub.dataFolder, path.resolve(folder, "koboshi-data"));
  assert.deepEqual(site.statusPage?.publish, []);
  assert.deepEqual(site.hosts.get("web1")?.logs, [{ path: "/var/log/httpd/error_log", format: null }]);
  const { look } = site.hosts.get("web1") ?? {};
  assert.deepEqual([look?.by, look?.watch.diskRatio, look?.watch.clockMs], ["ssh", 0.85, 1_000]);
  for (const later of ["notify.channels.call"]) assert.ok(site.notActive.includes(later), later);
});

test("a target that is a host's key is looked at by its address, and shown by its key", () => {
  const site = siteOf(fs.readFileSync(path.join(folder, "koboshi.yml"), "utf8"));
  const tcp = site.checks.find(({ kind }) => kind === "tcp");
  assert.equal(tcp?.target, "web1:3306");
  assert.deepEqual((tcp?.spec as { tcp: unknown } | undefined)?.tcp, { host: "203.0.113.10", port: 3306 });
});

test("three lines are enough: a page, its certificate, and one person told at once by mail", () => {
  const site = siteOf("version: 1\nservices: { www: https://www.example.jp }\npeople: { me: you@example.jp }\n");
  assert.deepEqual(
    site.checks.map(({ id, everyMs, attempts }) => ({ id, everyMs, attempts })),
    [
      { id: "www/http:www.example.jp", everyMs: 60_000, attempts: 3 },
      { id: "www/tls:www.example.jp", everyMs: 60_000, attempts: 3 },
    ],
  );
  assert.equal((site.checks[1]?.spec as { warn: number } | undefined)?.warn, 21 * 86_400_000);
  assert.deepEqual(site.notify.channels.get("mail"), {
    kind: "mail",
    key: "mail",
    smtp: null,
    user: null,
    password: null,
    from: "koboshi@hub.example.jp",
  });
  assert.deepEqual(site.notify.escalate.get("default"), [{ afterMs: 0, tell: "me", by: ["mail"], only: null }]);
  assert.deepEqual(site.notActive, []);
  assert.deepEqual([site.url, site.hub.listen, site.hub.public], [null, { host: "127.0.0.1", port: 7373 }, null]);
});

test("without any way to send, the warning comes with examples to copy", () => {
  const text = "version: 1\nservices: { www: https://www.example.jp }\npeople: { me: you@example.jp }\n";
  const outcome = checkConfigText(text, "koboshi.yml", { machine: { ...machine, hasSendmail: false } });
  const said = formatFindings(outcome, { lang: "ja" });
  assert.match(said, /■ 通知を送る手段がありません/);
  for (const example of ["mail: { smtp:", "hook: { webhook:", "/usr/sbin/sendmail"])
    assert.ok(said.includes(example), example);
  assert.equal(exitCodeOf(outcome), 0);
});

test("other schemes mean their own probe", () => {
  const site = siteOf(
    "version: 1\nservices: { db: tcp://db.example.jp:5432, mx: smtp://mx.example.jp, old: http://old.example.jp }\n",
  );
  assert.deepEqual(
    site.checks.map(({ id }) => id),
    ["db/tcp:db.example.jp", "mx/smtp:mx.example.jp", "old/http:old.example.jp"],
  );
});

test("two checks of one host keep different ids", () => {
  const checks = "[https://a.example/, { http: https://a.example/cart }, { http: https://a.example/cart }]";
  const site = siteOf(`version: 1\nservices: { www: { checks: ${checks} } }\n`);
  const ids = site.checks.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("a start without a file watches nothing and keeps its data where it is told", () => {
  const site = emptySite("/var/lib/koboshi", machine);
  assert.deepEqual([site.services.size, site.checks.length, site.hub.dataFolder], [0, 0, "/var/lib/koboshi"]);
  assert.deepEqual([...site.vantages.keys()], ["here"]);
});

test("anchors and merged maps are read and located", () => {
  const text =
    "version: 1\nservices:\n  a: &base\n    needs: [x]\n    checks: [https://a.example]\n  b:\n    <<: *base\n    name: B\n";
  const { findings } = checkConfigText(text, "k.yml", { machine });
  const unknown = findings
    .filter(({ code }) => code === "unknown-service")
    .map(({ line, column, path: at }) => [line, column, at]);
  assert.deepEqual(unknown, [
    [4, 13, "services.a.needs.0"],
    [4, 13, "services.b.needs.0"],
  ]);
});

test("secrets are opened late, and nothing else is touched", () => {
  const outcome = loadConfig(path.join(folder, "koboshi.yml"), { machine });
  assert.ok(outcome.plan !== null);
  const refused = openSecrets(outcome.plan, machine);
  assert.equal(refused.ok, false);
  if (refused.ok) return;
  assert.deepEqual(
    refused.error.map(({ code, line, column }) => [code, line, column]),
    [
      ["secret-env-missing", 16, 40],
      ["secret-file-missing", 23, 10],
      ["secret-env-missing", 52, 76],
      ["secret-file-missing", 53, 23],
      ["secret-env-missing", 54, 65],
    ],
  );
});
