import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "./printable.ts";

test("what can be read stays, what steers a terminal or a reader is spelled out", () => {
  assert.equal(printable("450 ディスクが一杯です\r\nline 2\t✓"), "450 ディスクが一杯です\nline 2\t✓");
  assert.equal(printable("\u001B[31mred\u202Etxt\u0000"), "\\u{1b}[31mred\\u{202e}txt\\u{0}");
});

test("no text is longer than 2 KB or holds a control character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 4_000 }), (text) => {
      const shown = printable(text);
      assert.ok(Buffer.byteLength(shown) <= 2_048);
      assert.doesNotMatch(shown, /[^\P{C}\n\t]/u);
    }),
  );
  assert.equal(Buffer.byteLength(printable("あ".repeat(3_000))), 2_046);
});
