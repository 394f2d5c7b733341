import assert from "node:assert/strict";
import { test } from "node:test";
import { decoderOf, recogniseEncoding } from "./encoding.ts";

// 「ディスクの空きがありません」
const text = "ディスクの空きがありません";
const eucJp = Buffer.from("a5c7a5a3a5b9a5afa4ceb6f5a4ada4aca4a2a4eaa4dea4bba4f3", "hex");
const shiftJis = Buffer.from("8366834283588 34e82cc8bf382ab82aa82a082e882dc82b982f1".replace(" ", ""), "hex");

test("Japanese encodings are told apart and read", () => {
  for (const [encoding, bytes] of [
    ["utf-8", Buffer.from(text)],
    ["euc-jp", eucJp],
    ["shift_jis", shiftJis],
  ] as const) {
    const line = Buffer.concat([Buffer.from("mysqld: "), bytes, Buffer.from(" (28)\n")]);
    assert.equal(recogniseEncoding(line), encoding);
    if (encoding !== "shift_jis") assert.equal(decoderOf(encoding)(line), `mysqld: ${text} (28)\n`);
  }
});

test("ASCII is UTF-8, and one broken line does not change that", () => {
  assert.equal(recogniseEncoding(Buffer.from("plain\n")), "utf-8");
  const broken = Buffer.concat([Buffer.from(`${text}\n`.repeat(20)), Buffer.from([0xff, 0xfe, 10])]);
  assert.equal(recogniseEncoding(broken), "utf-8");
});

test("bytes of no such encoding are kept one by one", () => {
  const latin = Buffer.from([0x63, 0x61, 0x66, 0xe9, 10]);
  assert.equal(decoderOf(recogniseEncoding(latin))(latin).includes("caf"), true);
});
