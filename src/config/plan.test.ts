import assert from "node:assert/strict";
import { test } from "node:test";
import type { Site } from "../kernel/model/site.ts";
import { planLines, planSummary } from "../words/config-plan.ts";
import { checkConfigText } from "./load.ts";
import { thisMachine } from "./machine.ts";
import { planOf } from "./plan.ts";

const machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: true };

function siteOf(text: string): Site {
  const { plan } = checkConfigText(`version: 1\npeople: { me: me@example.jp }\n${text}`, "k.yml", { machine });
  assert.ok(plan !== null);
  return plan.site;
}

function told(before: string, after: string): string[] {
  return planLines(planOf(siteOf(before), siteOf(after)).entries, "en");
}

const services = (checks: string): string => `services: { www: { checks: [${checks}] } }\n`;

test("nothing changes between a configuration and itself", () => {
  const site = siteOf(services('"https://www.example.jp"'));
  assert.deepEqual(planOf(site, site).entries, []);
  assert.equal(planSummary([], "ja"), "変わるものはありません");
});

test("the sum reads as it is told: one check more, one threshold changed, none less", () => {
  const before = siteOf(services('{ http: "https://a.example", expect: { within: 2s } }'));
  const after = siteOf(services('{ http: "https://a.example", expect: { within: 3s } }, { tcp: "a.example:22" }'));
  const { entries } = planOf(before, after);
  assert.equal(planSummary(entries, "en"), "+1 check, ~1 threshold, −0");
  assert.equal(planSummary(entries, "ja"), "+1 監視項目、~1 しきい値、−0");
  assert.deepEqual(planLines(entries, "en"), [
    "~ changed threshold www/http:a.example: expect.within 2s → 3s",
    "+ added check www/tcp:a.example",
  ]);
});

test("another vantage does not change every check", () => {
  const lines = told(
    services('"https://a.example"'),
    `${services('"https://a.example"')}vantages: [here, { name: office }]\n`,
  );
  assert.deepEqual(lines, ["+ added vantage office"]);
});

const host = (key: string): string => `hosts: { web1: { address: 192.0.2.1, key: "${key}" } }\n`;

test("a secret that changes says only that it does", () => {
  assert.deepEqual(told(host("${env:A}"), host("${env:B}")), [
    "~ changed host web1: privateKey (a secret changes), look.readKey (a secret changes)",
  ]);
});

test("what koboshi itself listens on counts from the next start", () => {
  const lines = told("", "hub: { listen: 127.0.0.1:7400 }\n");
  assert.deepEqual(lines, ["~ changed setting of koboshi: listen.port 7373 → 7400 (from the next start)"]);
});

test("more than a fifth of the checks, or any backup, must be confirmed; a check that is replaced is not lost", () => {
  const four = services('"tcp://a.example:1", "tcp://b.example:1", "tcp://c.example:1", "tcp://d.example:1"');
  const lost = planOf(siteOf(four), siteOf(services('"tcp://a.example:1", "tcp://b.example:1", "tcp://c.example:1"')));
  assert.deepEqual(lost.needsConfirm, [{ noun: "check", names: ["www/tcp:d.example"] }]);
  const moved = planOf(siteOf(four), siteOf(four.replace("d.example", "e.example")));
  assert.deepEqual(moved.needsConfirm, []);
  const backup =
    'places: { p: {} }\nhosts: { h: {} }\nbackups: { data: { of: { host: h }, to: [{ at: p, repo: "s3:x" }] } }\n';
  assert.deepEqual(planOf(siteOf(backup), siteOf("")).needsConfirm, [{ noun: "backup", names: ["data"] }]);
});
