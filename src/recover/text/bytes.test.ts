import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../../test/doubles/mojibake-corpus.ts";
import { judgeBytes } from "./bytes.ts";
import { encodeExactly } from "./encodings.ts";

const text = "ご注文ありがとうございます。商品は三日以内に発送いたします。\n";
const of = (encoding: "cp932" | "eucjp"): Uint8Array => encodeExactly(text, encoding) ?? new Uint8Array();

test("a text file is named by its encoding", () => {
  const encodings = [Buffer.from(text), of("cp932"), of("eucjp"), Buffer.from("\u001b$B$4CmJ8\u001b(B\n")].map(
    (bytes) => {
      const verdict = judgeBytes(bytes);
      return verdict.kind === "text" ? verdict.encoding : verdict.kind;
    },
  );
  assert.deepEqual(encodings, ["utf8", "cp932", "eucjp", "iso2022jp"]);
});

test("one file in two encodings is called mixed, with the first line of each", () => {
  const verdict = judgeBytes(Buffer.concat([Buffer.from(text), of("cp932"), Buffer.from(text)]));
  assert.deepEqual(verdict, { kind: "mixed", lines: { utf8: 1, cp932: 2 } });
});

test("a file that ends within a character is truncated", () => {
  const bytes = Buffer.from("ありがとう");
  assert.deepEqual(judgeBytes(bytes.subarray(0, -1)), { kind: "truncated", lostBytes: 2 });
  assert.deepEqual(judgeBytes(bytes.subarray(0, -2)), { kind: "truncated", lostBytes: 1 });
});

test("random bytes are binary or unreadable, never garbled text", () => {
  const random = seeded(3);
  for (let round = 0; round < 100; round++) {
    const bytes = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256));
    assert.notEqual(judgeBytes(bytes).kind, "text");
  }
});

test("UTF-8 that was garbled before it was stored is text with a finding", () => {
  const verdict = judgeBytes(Buffer.from(Buffer.from(text, "utf8").toString("latin1"), "utf8"));
  assert.equal(verdict.kind === "text" ? verdict.garbled?.fixed : null, text);
});
