import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readReply, writeQuery } from "./dns-message.ts";
import { aliasesIn, recordTexts, serialIn, shortestTtlSeconds } from "./dns-records.ts";

const question = { name: "www.shop.test", type: "A", recursive: true } as const;

test("whatever comes as an answer, reading it gives a value", () => {
  const query = writeQuery(question, true);
  const head = fc.constantFrom(
    Buffer.concat([query.message.subarray(0, 2), Buffer.from([0x81, 0x80])]),
    Buffer.concat([
      query.message.subarray(0, 2),
      Buffer.from([0x81, 0x80, 0, 1, 0, 4, 0, 0, 0, 0]),
      query.message.subarray(12, -11),
    ]),
    Buffer.alloc(0),
  );
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 300 }), (begin, bytes) => {
      const reply = readReply(Buffer.concat([begin, bytes]), query);
      if (reply === null || !reply.ok) return;
      const { answers } = reply.value;
      for (const text of recordTexts(answers, "A")) assert.ok(text.length <= 500);
      assert.ok(aliasesIn(answers).every((name) => name.length <= 255));
      assert.ok((shortestTtlSeconds(answers) ?? 0) >= 0 && (serialIn(answers) ?? 0) >= 0);
    }),
    { numRuns: 2_000 },
  );
});

test("ids cannot be guessed, and an answer to another question is not ours", () => {
  const ids = new Set(Array.from({ length: 50 }, () => writeQuery(question, true).id));
  assert.ok(ids.size > 40);
  const query = writeQuery(question, false);
  const other = writeQuery({ ...question, name: "evil.shop.test" }, false);
  const forged = Buffer.from(other.message);
  forged.writeUInt16BE(query.id, 0);
  forged.writeUInt8(0x81, 2);
  assert.equal(readReply(forged, query), null);
  assert.equal(readReply(query.message, query), null, "a question is no answer");
});
