import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LoadOutcome } from "./load.ts";
import { formatFindings } from "./print.ts";
import { cells } from "./text.ts";

const message = { ja: "だめです。", en: "wrong" };

function outcomeOf(line: string, column: number, length: number): LoadOutcome {
  const finding = {
    severity: "error" as const,
    code: "x",
    file: "k.yml",
    line: 1,
    column,
    length,
    path: "",
    message,
    hint: null,
  };
  return {
    name: "k.yml",
    sources: [{ name: "k.yml", text: line, hidden: [] }],
    findings: [finding],
    merged: null,
    plan: null,
    secrets: [],
    strict: false,
    hash: "",
  };
}

/** The echoed line and the marks below it, without their margins. */
function shown(line: string, column: number, length: number): [string, string] {
  const [, text = "", marks = ""] = formatFindings(outcomeOf(line, column, length), { lang: "ja" }).split("\n");
  return [text.slice(9), marks.slice(9)];
}

test("the caret stands below the kanji it is about, two marks wide", () => {
  assert.deepEqual(shown("名前: 山田", 5, 2), ["名前: 山田", "      ^^^^"]);
});

test("tabs stay tabs, so the caret moves with them", () => {
  assert.deepEqual(shown("\ta:\tx", 5, 1), ["\ta:\tx", "\t  \t^"]);
});

test("the caret stands below its characters in any line that fits", () => {
  const character = fc.constantFrom("a", " ", "障", "ｶ", "é", "🦉", "·", "/");
  fc.assert(
    fc.property(
      fc.array(character, { minLength: 1, maxLength: 60 }),
      fc.nat(),
      fc.integer({ min: 1, max: 9 }),
      (characters, seed, length) => {
        const column = (seed % characters.length) + 1;
        const [, marks] = shown(characters.join(""), column, length);
        assert.equal(marks.indexOf("^"), cells(characters.slice(0, column - 1).join("")));
        assert.equal(marks.length, cells(characters.slice(0, column - 1 + length).join("")));
      },
    ),
  );
});

test("a long line is cut around the caret", () => {
  const [text, marks] = shown(`${"長".repeat(5_000)}X${"い".repeat(5_000)}`, 5_001, 1);
  assert.ok(cells(text) < 170);
  assert.equal(cells(text.slice(0, text.indexOf("X"))), marks.indexOf("^"));
});

test("colour is off unless asked for", () => {
  const outcome = outcomeOf("a: 1", 1, 1);
  assert.ok(!formatFindings(outcome, { lang: "en" }).includes("\u001b"));
  assert.ok(formatFindings(outcome, { lang: "en", color: true }).includes("\u001b[31merror:"));
});
