import assert from "node:assert/strict";
import { test } from "node:test";
import { editDistance } from "../kernel/edit-distance.ts";
import { suggest } from "./suggest.ts";

test("one slip of the finger is one step: a letter more, less, wrong, or two swapped", () => {
  for (const slip of ["evry", "everyy", "evary", "evrey"]) assert.equal(editDistance("every", slip), 1, slip);
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("監視", "監視地点"), 2);
});

const cases: readonly (readonly [word: string, known: readonly string[], meant: string | null])[] = [
  ["evry", ["every", "from"], "every"],
  ["dbb", ["shop", "db", "dns", "mail"], "db"],
  ["interval", ["every", "timeout"], "every"],
  ["Intervall", ["every", "timeout"], "every"],
  ["statusPage", ["status_page", "site"], "status_page"],
  ["NAME", ["name", "mail"], "name"],
  ["timeuot", ["every", "timeout"], "timeout"],
  ["on", ["at", "by"], null],
  ["x", ["at", "by"], null],
  ["constructor", ["at", "by"], null],
  ["qqqqqq", ["lang", "timezone", "url"], null],
];
for (const [word, known, meant] of cases) {
  test(`"${word}" among ${known.join(", ")} means ${meant ?? "nothing known"}`, () => {
    assert.equal(suggest(word, known), meant);
  });
}
