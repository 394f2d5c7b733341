import assert from "node:assert/strict";
import { test } from "node:test";
import { safeText } from "./safe-text.ts";

test("secrets and the login part of addresses are hidden", () => {
  assert.equal(safeText("535 pass word wrong", ["pass word"]), "535 *** wrong");
  assert.equal(safeText("at https://user:pw@host.example/x", []), "at https://***@host.example/x");
  assert.equal(safeText("nothing to hide", [""]), "nothing to hide");
});

test("what a far side says stays on one line of at most 300 characters", () => {
  assert.equal(safeText("a\r\nb\u0000c\u202ed\te", []), "a b c d e");
  assert.equal(safeText("x".repeat(9_000), []).length, 300);
});
