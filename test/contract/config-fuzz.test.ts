import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { checkConfigText, formatFindings, thisMachine } from "../../src/config/index.ts";

const example = fs.readFileSync("test/fixtures/config/koboshi.yml", "utf8");
const machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: true };
const secret = "S3cret-ひみつ-XYZZY";

/** Lines in which a known key holds a plain secret; the rest of the file may be anything. */
const secretLines = [
  `notify: { channels: { mail: { smtp: "smtp://127.0.0.1", password: "${secret}" } } }`,
  `notify: { channels: { hook: { webhook: '${secret}' } } }`,
  `hosts: { web1: { key: "${secret}", bmc: { password: ${secret} } } }`,
  `vantages: [here, { name: b, token: ${secret} }]`,
  `backups: { b: { password: "${secret}" } }`,
  `people: { a: { pasword: "${secret}" } }`,
  `hub: { api_token: ["${secret}", { x: "${secret}" }] }`,
  `notify:\n  channels:\n    mail:\n      password: |\n        ${secret}\n        ${secret}`,
  `notify: { channels: { mail: { smtp: "smtps://u:${secret}@relay.example" } } }`,
  `services: { a: { checks: [ { http: "https://u:${secret}@a.example", headers: { Authorization: "${secret}" } } ] } }`,
];

function everyPrint(text: string): string {
  const outcome = checkConfigText(text, "koboshi.yml", { machine });
  for (const { line, column, length } of outcome.findings) assert.ok(line >= 0 && column >= 0 && length >= 1);
  return (["ja", "en"] as const).map((lang) => formatFindings(outcome, { lang, verbose: true })).join("");
}

const mutation = fc.record({
  at: fc.nat(example.length),
  cut: fc.nat(40),
  put: fc.oneof(
    fc.constantFrom(
      "[",
      "]",
      "{",
      "}",
      "\t",
      "\n",
      ": ",
      "- ",
      "&a ",
      "*a",
      "!x",
      "'",
      '"',
      "|\n",
      "#",
      "<<: ",
      "? ",
      "0",
      "null",
      "🦉",
      "\u202E",
      "\u0000",
    ),
    fc.string({ unit: "grapheme", maxLength: 12 }),
  ),
});

test("a mutated file is always answered, never with a throw", () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
      let text = example;
      for (const { at, cut, put } of mutations) text = text.slice(0, at) + put + text.slice(at + cut);
      assert.ok(everyPrint(text).length > 0);
    }),
    { numRuns: 150 },
  );
});

test("any text, and any tree of values, is answered", () => {
  const yaml = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value));
  const keyed = fc
    .dictionary(
      fc.constantFrom(
        "version",
        "services",
        "hosts",
        "people",
        "notify",
        "status_page",
        "vantages",
        "backups",
        "__proto__",
        "constructor",
      ),
      fc.jsonValue({ maxDepth: 4 }),
    )
    .map((value) => JSON.stringify({ ...value, version: 1 }));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), yaml, keyed), (text) => {
      assert.ok(everyPrint(text).length > 0);
    }),
    { numRuns: 200 },
  );
});

test("a secret under a secret's key never shows, whatever else is wrong with the file", () => {
  const junk = fc.oneof(
    fc.constantFrom(
      "x: [",
      "\tx: 1",
      "a: b: c",
      "evry: 1",
      "people: 5",
      "  - {",
      "version: 2",
      'y: "',
      "z: *q",
      "services: { s: { needs: [t] } }",
    ),
    fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\n\r]/g, " ")),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...secretLines),
      fc.array(junk, { maxLength: 3 }),
      fc.array(junk, { maxLength: 3 }),
      (line, before, after) => {
        const said = everyPrint(["version: 1", ...before, line, ...after].join("\n"));
        for (const part of [secret, "XYZZY", "S3cret"]) assert.ok(!said.includes(part), said);
      },
    ),
    { numRuns: 300 },
  );
});

test("hostile files end quickly: deep, wide, full of aliases, of long lines, of long chains", () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => `  s${i}: { needs: s${i + 1} }`).join("\n");
  const files = [
    "[".repeat(1_000_000),
    "{a: ".repeat(200_000),
    "- ".repeat(500_000),
    `version: 1\nsite: { name: "${"長".repeat(200_000)}", x: 1 }\n`,
    `version: 1\na: &a [x]\nb: [${"*a, ".repeat(50_000)}*a]\n`,
    `version: 1\nservices:\n${chain}\n`,
    `version: 1\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n")}\n`,
  ];
  for (const text of files) {
    const startedAtMs = Date.now();
    const said = everyPrint(text);
    const tookMs = Date.now() - startedAtMs;
    assert.ok(tookMs < 60_000, `${text.slice(0, 20)} took ${tookMs} ms`);
    assert.ok(said.length < 60_000_000);
  }
});
