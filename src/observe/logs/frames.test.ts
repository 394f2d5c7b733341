import assert from "node:assert/strict";
import { test } from "node:test";
import { eachFrame, longestFrameBytes, wholeFrames } from "./frames.ts";

function messages(bytes: Buffer): string[] {
  const found: string[] = [];
  eachFrame(bytes, (start, end) => found.push(bytes.toString("utf8", start, end)));
  return found;
}

test("counted messages and lines are told apart, mixed in one stream", () => {
  const stream = Buffer.from("<34>one\n11 <34>two\nxyz<34>three\r\n<34>4 \n");
  assert.equal(wholeFrames(stream), stream.length);
  assert.deepEqual(messages(stream), ["<34>one", "<34>two\nxyz", "<34>three", "<34>4 "]);
});

test("a stream cut anywhere gives the same messages once the rest is there", () => {
  const stream = Buffer.from("11 <34>two\nxyz<34>three\n<13>four\n");
  for (let cut = 0; cut <= stream.length; cut++) {
    const whole = wholeFrames(stream.subarray(0, cut));
    assert.deepEqual(
      [...messages(stream.subarray(0, whole)), ...messages(stream.subarray(whole))],
      ["<34>two\nxyz", "<34>three", "<13>four"],
    );
  }
});

test("text that begins with digits, a count beyond reason and bytes of garbage are lines", () => {
  const stream = Buffer.from("2026-11-22 hello\n99999999 <34>x\n\u0000\u0001\n");
  assert.deepEqual(messages(stream), ["2026-11-22 hello", "99999999 <34>x", "\u0000\u0001"]);
});

test("a message without an end is cut where the bound is", () => {
  const stream = Buffer.alloc(longestFrameBytes + 10, 97);
  assert.equal(wholeFrames(stream), longestFrameBytes);
});
