import assert from "node:assert/strict";
import { test } from "node:test";
import { isPattern, matchesWithin } from "./bounded-match.ts";

test("patterns match line by line and by whole characters", () => {
  assert.equal(matchesWithin("^注文.完了$", "見出し\n注文✓完了\n"), true);
  assert.equal(matchesWithin("^注文$", "注文完了"), false);
  assert.equal(matchesWithin("^.$", "😀"), true);
});

test("a pattern that backtracks without end is given up, and the next is judged as ever", () => {
  assert.equal(matchesWithin("^(a+)+$", `${"a".repeat(50)}b`), "too-slow");
  assert.equal(matchesWithin("a", "a"), true);
});

test("what is no pattern is known beforehand", () => {
  assert.ok(isPattern("(完了|受付)"));
  assert.ok(!isPattern("("));
  assert.ok(!isPattern("\\p{Nope}"));
});
