import assert from "node:assert/strict";
import { test } from "node:test";
import { cells, harmless, lineIndex } from "./text.ts";

test("lines and columns count characters from 1", () => {
  const index = lineIndex("ab\n障害🦉x\n");
  assert.deepEqual(index.at(0), [1, 1]);
  assert.deepEqual(index.at(2), [1, 3]);
  assert.deepEqual(index.at(3), [2, 1]);
  assert.deepEqual(index.at(7), [2, 4]);
  assert.deepEqual(index.at(9), [3, 1]);
});

test("a span is measured on its first line", () => {
  const index = lineIndex("a: 長い\n  text\n");
  assert.equal(index.lengthOf({ offset: 3, length: 9 }), 2);
  assert.equal(index.lengthOf({ offset: 3, length: 0 }), 1);
});

test("a kanji takes two cells, a combining mark none", () => {
  assert.deepEqual(["abc", "障害", "ｶﾅ", "e\u0301", "🦉"].map(cells), [3, 4, 2, 1, 2]);
});

test("nothing in a line can act on the terminal", () => {
  assert.equal(harmless("a\u001b[31mb\u202Ec\td\u0007"), "a·[31mb·c\td·");
});
