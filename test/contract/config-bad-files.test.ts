import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { loadConfig, thisMachine } from "../../src/config/index.ts";

type Expected = [
  severity: string,
  code: string,
  place: string,
  ja: string,
  jaHint: string | null,
  en: string,
  enHint: string | null,
];

const folder = "test/fixtures/config/bad";
const expected = JSON.parse(fs.readFileSync(path.join(folder, "expected.json"), "utf8")) as Record<string, Expected[]>;
const machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp" };

/** Notes are what the file is about only where its name says so. */
function findingsOf(file: string): Expected[] {
  const hasSendmail = file !== "no-means-to-tell.yml";
  const { findings } = loadConfig(path.join(folder, file), { machine: { ...machine, hasSendmail } });
  return findings
    .filter(({ severity }) => severity !== "note" || file.startsWith("note-"))
    .map(({ severity, code, line, column, length, message, hint }) => [
      severity,
      code,
      `${line}:${column}+${length}`,
      message.ja,
      hint?.ja ?? null,
      message.en,
      hint?.en ?? null,
    ]);
}

test("every bad file has its expected findings written down", () => {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".yml"));
  assert.deepEqual(files.sort(), Object.keys(expected).sort());
});

for (const [file, findings] of Object.entries(expected)) {
  test(`${file} is told exactly, in both languages`, () => {
    assert.ok(findings.length > 0);
    assert.deepEqual(findingsOf(file), findings);
  });
}
