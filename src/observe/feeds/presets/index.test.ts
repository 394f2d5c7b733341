import assert from "node:assert/strict";
import { test } from "node:test";
import { presetFor, providerPresets } from "./index.ts";

test("every preset has a source, https addresses, the day it was looked at, and a key of its own", () => {
  const keys = providerPresets.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  for (const { key, sources, notices, support, console: page, checkedOn } of providerPresets) {
    const addresses = [...sources.map(({ url }) => url), ...notices, support, page];
    assert.ok(sources.length > 0 && addresses.every((url) => new URL(url).protocol === "https:"), key);
    assert.match(checkedOn, /^\d{4}-\d\d-\d\d$/);
  }
});

test("a provider is known by its key or a word of its name", () => {
  assert.equal(presetFor("sakura-vps")?.key, "sakura");
  assert.equal(presetFor("さくら")?.key, "sakura");
  assert.equal(presetFor("my own rack"), null);
});
