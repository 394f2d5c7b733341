import assert from "node:assert/strict";
import { test } from "node:test";
import { explainKey, nearestKey } from "./explain.ts";
import { configJsonSchema } from "./json-schema.ts";
import { allKeys, configReference, untoldKeys } from "./reference.ts";

test("any key is explained in both languages, its entries written with a star or by name", () => {
  assert.match(explainKey("services.*.checks.*.expect.within", "ja") ?? "", /これより遅ければ注意[^]*30s/);
  assert.match(explainKey("services.shop.checks.0.every", "en") ?? "", /when left out: 60s/);
  assert.match(explainKey("notify.channels.mail.password", "en") ?? "", /\$\{env:X\}/);
  assert.match(explainKey("freeze", "ja") ?? "", /まだ働きません/);
});

test("every key of the language can be explained", () => {
  for (const { path } of allKeys()) assert.ok(explainKey(path, "ja") !== null, path);
});

test("a key that does not exist has its nearest neighbour", () => {
  assert.equal(explainKey("services.*.chekcs", "ja"), null);
  assert.equal(nearestKey("services.*.chekcs"), "services.*.checks");
  assert.equal(nearestKey("qqqqqq"), null);
});

test("every key has its text in both languages", () => {
  assert.deepEqual(untoldKeys(), []);
});

test("the JSON Schema takes what may be written, and carries nothing of our own", () => {
  const text = JSON.stringify(configJsonSchema());
  assert.match(text, /draft-07/);
  for (const own of ['"ja":', '"later":', '"secret":true', '"unit":']) assert.ok(!text.includes(own), own);
});

test("the reference names every kind of check", () => {
  for (const kind of ["http", "tls", "roundtrip"]) assert.ok(configReference("ja").includes(`### ${kind}\n`), kind);
});
