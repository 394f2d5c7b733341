import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanClasses, confusions, japaneseClasses, texts } from "../../../test/doubles/mojibake-corpus.ts";
import { detectMojibake } from "./detect.ts";

/** What was measured, less a little: a change that makes the detector worse is seen. */
const floors: Readonly<Record<string, number>> = {
  "UTF-8 as cp1252": 0.97,
  "cp932 as latin-1": 0.95,
  "EUC as latin-1": 0.95,
  "EUC as cp932": 0.9,
};
const perClass = 60;

for (const { name, kinds, garble } of confusions) {
  test(`${name} is seen and named`, () => {
    const found = Object.values(japaneseClasses).flatMap((make) =>
      texts(make, perClass, 11).map((text) => detectMojibake(garble(text))),
    );
    const seen = found.filter((one) => one !== null);
    assert.ok(seen.length >= (floors[name] ?? 0.98) * found.length, `${seen.length} of ${found.length}`);
    const right = seen.filter(({ kind }) => kinds.includes(kind)).length;
    assert.ok(right >= 0.85 * seen.length, `${right} of ${seen.length} named rightly`);
  });
}

for (const [name, make] of Object.entries(cleanClasses)) {
  test(`${name} as it should be is never called garbled`, () => {
    for (const text of texts(make, 200, 5)) assert.equal(detectMojibake(text), null, text);
  });
}

test("what was written is shown beside what is there", () => {
  const found = detectMojibake(Buffer.from("佐藤", "utf8").toString("latin1"));
  assert.deepEqual(found, { kind: "utf8-as-latin1", confidence: 1, fixed: "佐藤" });
});

test("a template of a date and an operator of a program are no lost text", () => {
  for (const text of ["??:????", "????-??-??", "value ?? fallback", "Why??", "id=? and x=?"]) {
    assert.equal(detectMojibake(text), null, text);
  }
  assert.equal(detectMojibake("?? ??")?.kind, "question-marks");
  assert.equal(detectMojibake("????-1 ????202")?.kind, "question-marks");
});

test("a megabyte of bytes without sense is judged in bounded time", () => {
  const odd = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, at) => (at * 7_919 + (at >> 3)) & 0xff)).toString(
    "latin1",
  );
  const before = performance.now();
  detectMojibake(odd);
  assert.ok(performance.now() - before < 2_000);
});
