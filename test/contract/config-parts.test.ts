import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { formatFindings, loadConfig, thisMachine, type Machine } from "../../src/config/index.ts";
import type { LoadOutcome } from "../../src/config/load.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-parts-"));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const machine: Machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: true };
let folders = 0;

function load(files: Readonly<Record<string, string>>): LoadOutcome {
  const folder = path.join(root, String(++folders));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return loadConfig(path.join(folder, "koboshi.yml"), { machine });
}

/** `koboshi.d/a.yml:2:3 code` */
function told({ findings, name }: LoadOutcome): string[] {
  return findings
    .filter(({ severity }) => severity !== "note")
    .map(({ file, line, column, code }) => `${path.relative(path.dirname(name), file)}:${line}:${column} ${code}`);
}

const main = "version: 1\npeople: { me: me@example.jp }\nservices:\n  www: https://www.example.jp\n";

test("maps merge and lists append, in the order of the names", () => {
  const outcome = load({
    "koboshi.yml": `${main}vantages: [here]\n`,
    "koboshi.d/20-b.yml": "services:\n  b: tcp://b.example.jp:1\nvantages: [{ name: late }]\n",
    "koboshi.d/10-a.yml": "version: 1\nservices:\n  a: tcp://a.example.jp:1\nvantages: [{ name: early }]\n",
    "koboshi.d/notes.txt": "not read: [",
    "koboshi.d/.hidden.yml": "not read: [",
    "koboshi.d/empty.yml": "# nothing yet\n",
  });
  assert.deepEqual(told(outcome), []);
  assert.deepEqual([...(outcome.plan?.site.services.keys() ?? [])], ["www", "a", "b"]);
  assert.deepEqual([...(outcome.plan?.site.vantages.keys() ?? [])], ["here", "early", "late"]);
});

test("the same value in two files is an error that names both places", () => {
  const outcome = load({
    "koboshi.yml": `${main}site: { lang: ja }\n`,
    "koboshi.d/a.yml": "site:\n  lang: en\nservices:\n  www: https://other.example.jp\n",
  });
  assert.deepEqual(told(outcome), ["koboshi.d/a.yml:2:9 written-twice", "koboshi.d/a.yml:4:8 written-twice"]);
  assert.equal(outcome.plan, null);
  const said = formatFindings(outcome, { lang: "ja" });
  assert.match(said, /koboshi\.d\/a\.yml:2:9: エラー: site\.lang: \S*koboshi\.yml:5 にも書かれています。/);
  assert.match(said, / {5}2 | {3}lang: en/);
});

test("what is wrong in a part is told there, with its own line", () => {
  const outcome = load({
    "koboshi.yml": main,
    "koboshi.d/a.yml": "services:\n  a:\n    checks: [{ http: https://a.example, evry: 1m }]\n    needs: [nobody]\n",
  });
  assert.deepEqual(told(outcome), ["koboshi.d/a.yml:3:41 unknown-key", "koboshi.d/a.yml:4:13 unknown-service"]);
});

test("a reference may lead from one file to another, and lists that were joined keep their places", () => {
  const outcome = load({
    "koboshi.yml": `${main}maintenance:\n  - { title: one, from: 2026-11-26T02:00, to: 2026-11-26T05:00, affects: [www] }\n`,
    "koboshi.d/a.yml":
      "maintenance:\n  - { title: two, from: soon, to: 2026-11-26T05:00, affects: [www] }\nservices: { a: { needs: [www] } }\n",
  });
  assert.deepEqual(told(outcome), ["koboshi.d/a.yml:2:25 bad-moment"]);
});

test("a part that is no YAML, or cannot be read, stops the whole", () => {
  assert.deepEqual(told(load({ "koboshi.yml": main, "koboshi.d/a.yml": "a: [\n" })), [
    "koboshi.d/a.yml:2:1 yaml-indent",
  ]);
  const folder = load({ "koboshi.yml": main, "koboshi.d/a.yml/inside": "" });
  assert.deepEqual(told(folder), ["koboshi.d/a.yml:0:0 file-folder"]);
  const large = load({ "koboshi.yml": main, "koboshi.d/a.yml": `#${"x".repeat(4_999_990)}` });
  assert.deepEqual(told(large), ["koboshi.d/a.yml:0:0 file-too-large"]);
});

test("a secret in a part is masked there, also when it is written twice", () => {
  const outcome = load({
    "koboshi.yml": `${main}hosts: { web1: { key: S3cret-one } }\n`,
    "koboshi.d/a.yml": "hosts:\n  web1: { key: S3cret-two }\n",
  });
  for (const lang of ["ja", "en"] as const)
    assert.doesNotMatch(formatFindings(outcome, { lang, verbose: true }), /S3cret/);
});

test("the hash is over all files; of one alone it is that of its bytes", () => {
  const alone = load({ "koboshi.yml": main });
  const first = load({ "koboshi.yml": main, "koboshi.d/a.yml": "site: { name: a }\n" });
  const second = load({ "koboshi.yml": main, "koboshi.d/a.yml": "site: { name: b }\n" });
  const renamed = load({ "koboshi.yml": main, "koboshi.d/b.yml": "site: { name: b }\n" });
  assert.equal(new Set([alone, first, second, renamed].map(({ hash }) => hash)).size, 4);
  assert.equal(first.plan?.site.hash, first.hash);
});

test("a file of another name has its own folder beside it", () => {
  const folder = path.join(root, "named");
  fs.mkdirSync(path.join(folder, "koboshi.d"), { recursive: true });
  fs.writeFileSync(path.join(folder, "test.yml"), main);
  fs.writeFileSync(path.join(folder, "koboshi.d/a.yml"), "site: { name: a }\n");
  assert.equal(loadConfig(path.join(folder, "test.yml"), { machine }).sources.length, 1);
});
