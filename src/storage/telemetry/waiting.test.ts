import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "./rows.ts";
import { createWaiting } from "./waiting.ts";

function row(atMs: number, bytes = 1): Row {
  return { table: "logs", atMs, values: [], bytes };
}

const times = (rows: readonly Row[]): number[] => rows.map(({ atMs }) => atMs);

test("rows leave in the order they came, and stay until they are done", () => {
  const waiting = createWaiting({ rows: 10, bytes: 100 });
  for (let nth = 0; nth < 5; nth++) waiting.add(row(nth));
  const batch = waiting.batch(3);
  assert.deepEqual([times(batch), times(waiting.batch(3)), waiting.count()], [[0, 1, 2], [0, 1, 2], 5]);
  waiting.done(batch.slice(0, 2));
  assert.deepEqual(times(waiting.batch(3)), [2], "what is left of a batch is tried before anything new");
  waiting.done(waiting.batch(3));
  assert.deepEqual([times(waiting.batch(3)), waiting.count()], [[3, 4], 2]);
});

test("the oldest gives way, by number or by size, but never a row that is being written", () => {
  const waiting = createWaiting({ rows: 4, bytes: 100 });
  for (let nth = 0; nth < 4; nth++) waiting.add(row(nth));
  waiting.batch(2);
  assert.equal(waiting.add(row(4)), 1);
  assert.deepEqual(times(waiting.batch(2)), [0, 1]);
  waiting.done(waiting.batch(2));
  assert.deepEqual(times(waiting.batch(9)), [3, 4]);
  waiting.done(waiting.batch(9));
  waiting.add(row(5, 60));
  assert.equal(waiting.add(row(6, 60)), 1);
  assert.deepEqual(times(waiting.batch(9)), [6]);
});

test("a million rows through it keep their order and leave nothing behind", () => {
  const waiting = createWaiting({ rows: 5_000, bytes: 1e9 });
  let expected = 0;
  for (let nth = 0; nth < 1_000_000; nth++) {
    assert.equal(waiting.add(row(nth)), 0);
    if (nth % 4_999 !== 0) continue;
    while (waiting.count() > 0) {
      const batch = waiting.batch(2_048);
      assert.equal(batch[0]?.atMs, expected);
      expected += batch.length;
      waiting.done(batch);
    }
  }
});
