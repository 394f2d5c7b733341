import assert from "node:assert/strict";
import { test } from "node:test";
import { findingSentence, levelWords, verifyFindingCodes } from "./recovery-verify.ts";

const facts = {
  database: "shop",
  table: "orders",
  column: "note",
  sampled: 2_000,
  flagged: 2_000,
  kind: "utf8-as-latin1",
  examples: [{ value: "ä½è—¤", fixed: "佐藤" }],
};

test("every finding is a sentence of its own in both languages", () => {
  for (const lang of ["ja", "en"] as const) {
    const said = verifyFindingCodes.map((code) => findingSentence(lang, { code, facts }));
    assert.equal(new Set(said).size, said.length);
    for (const sentence of said) assert.doesNotMatch(sentence, /undefined|NaN|\[object/);
  }
  assert.equal(findingSentence("ja", { code: "of-a-later-version", facts: {} }), "of-a-later-version");
});

test("garbled text shows what is there and what was written", () => {
  assert.equal(
    findingSentence("ja", { code: "mojibake", facts }),
    "この復元データは使えません。shop.orders.note の 2000 件中 2000 件が文字化け(UTF-8 を latin-1 と誤読)。例: 「ä½è—¤」→「佐藤」",
  );
});

test("each level says what it proves and what it does not", () => {
  for (const level of [0, 1, 2, 3, 4, 5, 6] as const) {
    for (const lang of ["ja", "en"] as const)
      assert.notEqual(levelWords(lang, level).proves, levelWords(lang, level).not);
  }
});
