import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanClasses, seeded, texts } from "../../../test/doubles/mojibake-corpus.ts";
import { countClasses } from "./classes.ts";
import { createColumnReader, type ColumnVerdict } from "./column.ts";

const names = texts(cleanClasses["name"]!, 2_000, 9);
const garble = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function judged(
  values: readonly string[],
  source: readonly string[] | null,
  liveRatio: number | null = null,
): ColumnVerdict {
  const reader = createColumnReader(seeded(1));
  for (const value of values) reader.add(value);
  return reader.verdict(source === null ? null : countClasses(source), liveRatio);
}

test("each character is counted in exactly one class", () => {
  assert.deepEqual(countClasses(["aあア亜ｱé😊?\ufffd\u0085"]), {
    ascii: 1,
    hiragana: 1,
    katakana: 1,
    kanji: 1,
    halfKana: 1,
    other: 1,
    supplementary: 1,
    suspect: 3,
  });
});

test("a column as it was is clean", () => assert.equal(judged(names, names).state, "clean"));

test("a garbled column is told with what was written", () => {
  const verdict = judged(names.map(garble), null);
  assert.equal(verdict.state, "garbled");
  assert.equal(verdict.flagged, 2_000);
  assert.equal(verdict.kind, "utf8-as-latin1");
  assert.equal(verdict.examples[0]?.fixed, names[0]);
});

test("two odd values are a warning, not a failure", () => {
  const verdict = judged([...names, garble("佐藤花子"), garble("東京都")], null);
  assert.deepEqual([verdict.state, verdict.flagged], ["suspicious", 2]);
});

test("emoji that became one question mark each differ from the source, though nothing looks garbled", () => {
  const smiling = names.map((name) => `${name}😊`);
  const verdict = judged(
    smiling.map((text) => text.replace("😊", "?")),
    smiling,
  );
  assert.equal(verdict.state, "differs");
  assert.equal(verdict.flagged, 0);
  assert.deepEqual(verdict.differences.map(({ name }) => name).toSorted(), ["supplementary", "suspect"]);
});

test("what is garbled on the live side already is told as live", () => {
  const live = names.map((name, at) => (at % 10 === 0 ? garble(name) : name));
  assert.equal(judged(live, live, 0.1).state, "live");
  assert.equal(judged(live, live, null).state, "garbled", "not known of the live side: fails");
  assert.equal(judged(live, live, 0.01).state, "garbled");
});

test("of many values a sample is judged and every one is counted", () => {
  const reader = createColumnReader(seeded(2));
  for (let at = 0; at < 20_000; at++) reader.add(names[at % names.length]!);
  const verdict = reader.verdict(null, null);
  assert.deepEqual([verdict.values, verdict.sampled], [20_000, 5_000]);
});
