import assert from "node:assert/strict";
import { test } from "node:test";
import { presetFor, presetsNamed, providerPresets } from "./index.ts";

test("every preset has a source, https addresses, a real day of its check or none, and a key of its own", () => {
  const keys = providerPresets.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  for (const { key, sources, notices, support, console: page, checkedOn } of providerPresets) {
    const addresses = [...sources.map(({ url }) => url), ...notices, support, page];
    assert.ok(sources.length > 0 && addresses.every((url) => new URL(url).protocol === "https:"), key);
    assert.match(checkedOn ?? "2026-11-22", /^20\d\d-\d\d-\d\d$/);
  }
});

test("a provider is known by its key or a word that begins in its name, however it is written", () => {
  for (const [written, key] of [
    ["sakura-vps", "sakura"],
    ["さくら", "sakura"],
    ["ＡＷＳ", "aws"],
    ["shop-aws", "aws"],
    ["ｴｯｸｽｻｰﾊﾞｰ", "xserver"],
    ["my own rack", undefined],
    ["laws-office", undefined],
    ["", undefined],
  ] as const) {
    assert.equal(presetFor(written)?.key, key, written);
  }
});

const found = (word: string): readonly string[] => presetsNamed(word).map(({ key }) => key);

test("a word finds every preset it may mean, and no word all of them", () => {
  assert.deepEqual(found("cloudflare"), ["cloudflare"]);
  assert.deepEqual(found("sakura-vps"), ["sakura"]);
  assert.ok(found("cloud").length >= 3);
  assert.equal(found("").length, providerPresets.length);
  assert.deepEqual(found("nowhere"), []);
});
