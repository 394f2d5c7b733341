import assert from "node:assert/strict";
import { test } from "node:test";
import { readStampText } from "./stamp-text.ts";

test("dates of feeds are read as feeds write them, and anything else is none", () => {
  const dates = {
    "Wed, 18 Nov 2026 10:00:00 +0900": "2026-11-18T01:00:00Z",
    "18 Nov 26 10:00 JST": "2026-11-18T01:00:00Z",
    "Wed, 18 Nov 2026 10:00:00 GMT": "2026-11-18T10:00:00Z",
    "2026-11-18T10:00:00.123+09:00": "2026-11-18T01:00:00Z",
    "2026-11-18": "2026-11-18T00:00:00Z",
  };
  for (const [text, meant] of Object.entries(dates)) assert.equal(readStampText(text), Date.parse(meant), text);
  for (const text of ["", "yesterday", "32 Foo 2026", "2026-13-40", "18 Nov 2026 99:99"]) {
    assert.equal(readStampText(text), null, text);
  }
});
