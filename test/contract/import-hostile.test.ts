import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { checkConfigText } from "../../src/config/index.ts";
import { importers } from "../../src/config/import/index.ts";
import { importSettings, type Imported } from "../../src/config/import/run.ts";
import { explainError } from "../../src/words/errors.ts";
import { langs } from "../../src/kernel/lang.ts";
import type { KoboshiError } from "../../src/kernel/errors.ts";
import type { Result } from "../../src/kernel/result.ts";
import { createKumaFile, fillKumaFile } from "../doubles/kuma-database.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hostile-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(product: string, bytes: Buffer | string, name = "file"): Result<Imported, KoboshiError> {
  const importer = importers.find((one) => one.product === product);
  assert.ok(importer !== undefined);
  const file = path.join(folder, name);
  const source = { name, path: file, bytes: Buffer.from(bytes), beside: null };
  return importSettings(importer, source, { lang: "en", origin: "test", beside: null });
}

function loads(imported: Result<Imported, KoboshiError>): Imported {
  assert.ok(imported.ok);
  const errors = checkConfigText(imported.value.text, "x.yml").findings.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  return imported.value;
}

/** One clear sentence in each language. */
function refusal(imported: Result<Imported, KoboshiError>): string {
  assert.ok(!imported.ok);
  const { code, facts } = imported.error;
  for (const lang of langs) {
    const { message, fix } = explainError(code, facts, lang);
    assert.ok(message !== "" && fix !== "" && !message.includes("\n") && message.length < 300, message);
  }
  return `${code} ${String(facts["why"])}`;
}

function backup(monitors: readonly object[]): string {
  return JSON.stringify({ version: "1.23.16", monitorList: monitors, notificationList: [] });
}

const ping = { type: "ping", hostname: "192.0.2.1", interval: 60, active: true };

test("names of any kind stay names: no line, key or comment of theirs gets into the file", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 80 }),
          fc.constantFrom(
            "a: b",
            "x\nservices: {}",
            "# hub: { listen: 0.0.0.0:1 }",
            "\r\nversion: 2",
            "__proto__",
            "constructor",
            "null",
            "~",
            "123",
            "- a",
            "&anchor *alias",
            "!!js/function",
            "${env:HOME}",
            "'\"`",
            "障害 監視",
            "\u2028\u2029\u0085",
            "\u202Egnp",
            "x".repeat(5_000),
            "",
          ),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      (names) => {
        const monitors = names.map((name, id) => ({
          ...ping,
          id,
          name,
          description: name,
          tags: [{ name, value: name }],
        }));
        const imported = loads(run("kuma", backup(monitors)));
        const { plan } = checkConfigText(imported.text, "x.yml");
        assert.equal(plan?.site.services.size, names.length);
        assert.equal(plan.site.hub.listen.port, 7373);
        assert.ok(plan.site.checks.every(({ kind, target }) => kind === "icmp" && target === "192.0.2.1"));
      },
    ),
    { numRuns: 60 },
  ));

test("any values in a monitor's fields give a file that loads, or are listed", () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.object({ maxDepth: 1 }),
    fc.constantFrom("http://[::1]:99999/", "https://", "postgres://", "999999999999", "-5"),
  );
  const types = [
    "http",
    "keyword",
    "port",
    "ping",
    "dns",
    "push",
    "postgres",
    "mysql",
    "redis",
    "smtp",
    "ntp",
    "websocket-upgrade",
    "real-browser",
    "group",
    "x",
  ];
  const fields = [
    "name",
    "url",
    "hostname",
    "port",
    "interval",
    "timeout",
    "maxretries",
    "keyword",
    "headers",
    "body",
    "method",
    "accepted_statuscodes",
    "dns_resolve_type",
    "dns_resolve_server",
    "databaseConnectionString",
    "parent",
    "conditions",
    "smtpSecurity",
    "wsSubprotocol",
  ];
  const monitor = fc.record(
    Object.fromEntries([
      ["type", fc.constantFrom(...types)],
      ["id", fc.integer({ min: 0, max: 5 })],
      ...fields.map((field) => [field, value] as const),
    ]),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(monitor, { maxLength: 6 }), (monitors) => void loads(run("kuma", backup(monitors)))),
    { numRuns: 100 },
  );
});

test("what is no file of the product is refused with one sentence", () => {
  assert.match(refusal(run("kuma", "")), /^KB1302/);
  assert.match(refusal(run("kuma", "{}")), /^KB1302 monitorList/);
  assert.match(refusal(run("kuma", '{"monitorList": [')), /^KB1302 JSON/);
  assert.match(refusal(run("healthchecks", "[".repeat(1_000_000))), /^KB1302/);
  assert.match(refusal(run("healthchecks", '{"checks": 5}')), /^KB1302 checks/);
  assert.match(refusal(run("gatus", "endpoints: [")), /^KB1302 YAML/);
  assert.match(refusal(run("gatus", "[".repeat(100_000))), /^KB1302 YAML: too-deep/);
  assert.match(
    refusal(
      run(
        "gatus",
        `a: &a [x, x]\n${Array.from(
          { length: 30 },
          (_, n) =>
            `b${n}: &b${n} [${
              n === 0
                ? "*a,*a,*a,*a,*a,*a,*a,*a,*a"
                : Array(9)
                    .fill(`*b${n - 1}`)
                    .join()
            }]\n`,
        ).join("")}`,
      ),
    ),
    /^KB1302 YAML/,
  );
});

test("a database that is cut off, overwritten, of another kind or without monitors is refused with one sentence", () => {
  const file = path.join(folder, "whole.db");
  const kuma = createKumaFile(file);
  fillKumaFile(kuma);
  kuma.close();
  const whole = fs.readFileSync(file);
  assert.match(refusal(run("kuma", whole.subarray(0, 100))), /^KB1302/);
  const noise = Buffer.from(whole);
  noise.fill(0xa5, 4_096, 40_000);
  assert.match(refusal(run("kuma", noise)), /^KB1302/);
  assert.match(refusal(run("kuma", Buffer.concat([whole.subarray(0, 16), Buffer.alloc(5_000, 7)]))), /^KB1302/);
  const other = path.join(folder, "other.db");
  createKumaFile(other, ["monitor"]).close();
  assert.match(refusal(run("kuma", fs.readFileSync(other))), /^KB1302 no table «monitor»/);
});

test("a database of another version is read as far as it goes", () => {
  const file = path.join(folder, "old.db");
  const kuma = createKumaFile(file, [
    "tag",
    "monitor_tag",
    "status_page",
    "group",
    "monitor_group",
    "maintenance",
    "monitor_maintenance",
  ]);
  kuma.connection.exec(
    'ALTER TABLE monitor DROP COLUMN parent; ALTER TABLE monitor DROP COLUMN timeout; ALTER TABLE monitor ADD COLUMN from_the_future TEXT DEFAULT "x"',
  );
  kuma.insert("monitor", { id: 1, name: "a", type: "ping", hostname: "192.0.2.1" });
  kuma.insert("monitor", { id: 2, name: "b", type: "quantum", hostname: "192.0.2.1" });
  kuma.close();
  const imported = loads(run("kuma", fs.readFileSync(file)));
  assert.equal(imported.moved.services.length, 1);
  assert.deepEqual(
    imported.moved.left.map(({ code, detail }) => [code, detail]),
    [["kind", "quantum"]],
  );
});

test("fifty megabytes cost less than ten seconds, and more entries than a site can have are counted, not carried", () => {
  const monitors = Array.from({ length: 60_000 }, (_, id) => ({
    ...ping,
    id,
    name: `server ${id}`,
    description: "x".repeat(800),
  }));
  const bytes = Buffer.from(backup(monitors));
  assert.ok(bytes.length > 50_000_000);
  const before = process.cpuUsage();
  const imported = run("kuma", bytes);
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1_000;
  assert.ok(imported.ok);
  assert.equal(imported.value.moved.services.length, 5_000);
  assert.ok(imported.value.moved.left.length >= 20_000);
  assert.ok(tookMs < 10_000, `${tookMs} ms of CPU`);
});
