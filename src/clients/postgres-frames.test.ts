import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFrameGuard, PlainRefusal } from "./postgres-frames.ts";

function message(type: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const column = Buffer.concat([Buffer.from("id\0"), Buffer.alloc(18)]);
const good = [
  message("R", Buffer.from([0, 0, 0, 0])),
  message("R", Buffer.from("\0\0\0\u000aSCRAM-SHA-256\0\0")),
  message("S", "server_version\u000015\0"),
  message("E", "SFATAL\0C53300\0Mtoo many\0\0"),
  message("T", Buffer.concat([Buffer.from([0, 2]), column, column])),
  message("C", "SELECT 1\0"),
  message("Z", "I"),
];

test("whole messages pass as they are, however they are cut on the way", () => {
  const bytes = Buffer.concat(good);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (cuts) => {
      const guard = createFrameGuard(1_000);
      let place = 0;
      const passed = [...cuts, bytes.length].map((length) => guard(bytes.subarray(place, (place += length))));
      assert.deepEqual(Buffer.concat(passed), bytes);
    }),
  );
});

test("a text without its end, an unknown message and one that is too long are refused", () => {
  for (const bad of [
    message("E", "SFATAL\0C53300\0Mtoo many\0"),
    message("E", "SFATAL"),
    message("R", Buffer.from("\0\0\0\u000aSCRAM-SHA-256\0")),
    message("S", "server_version\u000015"),
    message("C", "SELECT"),
    message("T", Buffer.concat([Buffer.from([0, 2]), column])),
    message("T", Buffer.from([0])),
    message("D", Buffer.alloc(2_000)),
    Buffer.from("HTTP/1.1 400 Bad Request\r\n"),
  ]) {
    assert.throws(() => createFrameGuard(1_000)(bad), /a message of/);
  }
});

test("a server that may start no process says so in plain text, and that is told", () => {
  const text = "could not fork new process for connection: Resource temporarily unavailable";
  assert.throws(
    () => createFrameGuard(4_000_000)(Buffer.from(`E${text}\n\0`)),
    (thrown: unknown) => thrown instanceof PlainRefusal && thrown.message === text,
  );
});
