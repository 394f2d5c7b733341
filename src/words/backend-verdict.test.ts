import assert from "node:assert/strict";
import { test } from "node:test";
import { backendVerdict } from "./backend-verdict.ts";

test("what a web server's errors come to is told in words; what is no verdict is not", () => {
  assert.match(backendVerdict("limit", "ja"), /待ち時間の上限/);
  assert.match(backendVerdict("saturated", "en"), /workers are taken/);
  assert.deepEqual([backendVerdict(null, "en"), backendVerdict("toString", "en")], ["", ""]);
});
