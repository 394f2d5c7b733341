import assert from "node:assert/strict";
import { test } from "node:test";
import { scanAccess } from "./access-scan.ts";
import { createAccessTally, type AccessShape, type AccessTally } from "./access-tally.ts";
import { minutesOf } from "./minute-table.ts";

const whole: AccessShape = { hasVhost: false, timing: "none", hasMore: false, isBrief: false };

const plain = Array.from(
  { length: 40 },
  (_, nth) =>
    `192.0.2.${nth} - - [22/Nov/2026:02:0${nth >> 3}:${10 + nth} +0900] "GET /${nth} HTTP/1.1" ${[200, 304, 404, 408, 499, 500, 504][nth % 7]} ${nth % 7 === 1 ? "-" : nth * 1_000} "-" "curl/8.0"`,
);
const odd = [
  "",
  "no request",
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET /a\\"b HTTP/1.1" 200 7 "-" "-"',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "-" 408 0 "-" "-"',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET / HTTP/1.1" abc 1',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET / HTTP/1.1" 200 1x "-" "-"',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET / HTTP/1.1" 200 12\r',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET / HTTP/1.1" 200 12',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET / HTTP/1.1" 200',
  '192.0.2.1 - - [22/Nov/2026:02:01:00 +0900] "GET /never closed 200 5 -',
  "192.0.2.1 - - [22/Nov/2026:02:01",
  "192.0.2.1 - - [2",
];

function counted(lines: readonly string[], shape: AccessShape): AccessTally {
  const tally = createAccessTally();
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  scanAccess(tally, shape, { bytes, from: 0, to: bytes.length });
  return tally;
}

test("one moment counts times, statuses and sizes as the whole report does, whatever stands between plain lines", () => {
  for (const strange of odd) {
    const lines = plain.flatMap((line, nth) => (nth % 3 === 0 ? [line, strange] : [line]));
    const brief = counted(lines, { ...whole, isBrief: true });
    const full = counted(lines, whole);
    assert.equal(brief.lines, full.lines, strange);
    assert.equal(brief.unread, full.unread, strange);
    assert.deepEqual(brief.statuses, full.statuses, strange);
    assert.deepEqual(minutesOf(brief.minutes), minutesOf(full.minutes), strange);
    assert.equal(brief.sentBytes, full.sentBytes, strange);
  }
});
