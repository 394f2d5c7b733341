import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs, dayOf } from "./days.ts";
import { firstKeptDay, firstKeptMs } from "./expiry.ts";

const nowMs = Date.UTC(2026, 10, 22, 3);
const today = dayOf(nowMs);
const steady = Array.from({ length: 50 }, (_, ago) => today - ago);
const keep = { observationsMs: 35 * dayMs, metricsMs: 90 * dayMs, logsMs: 14 * dayMs };

test("a day goes when it is wholly older than what is kept, and half a day more", () => {
  assert.equal(firstKeptDay(35 * dayMs, { nowMs, days: steady }), today - 36);
  assert.equal(firstKeptDay(35 * dayMs, { nowMs: nowMs + 12 * 3_600_000, days: steady }), today - 35);
});

test("one reading of a jumped clock removes nothing, whether it is hours or years off", () => {
  for (const jumpMs of [3 * 3_600_000, -3 * 3_600_000])
    assert.ok(firstKeptDay(35 * dayMs, { nowMs: nowMs + jumpMs, days: steady }) <= today - 35);
  for (const jumpedDays of [40, 400, 4_000])
    assert.equal(firstKeptDay(35 * dayMs, { nowMs: nowMs + jumpedDays * dayMs, days: steady }), -Infinity);
});

test("rows of the jumped clock's own first days do not make its date believed", () => {
  const far = today + 4_000;
  const jumped = { nowMs: nowMs + 4_000 * dayMs, days: [...steady, far, far - 1] };
  assert.equal(firstKeptDay(35 * dayMs, jumped), -Infinity);
});

test("days the clock calls future do not count", () => {
  const back = { nowMs: nowMs - 100 * dayMs, days: steady };
  assert.equal(firstKeptDay(35 * dayMs, back), -Infinity);
});

test("after a long stop, three days of rows are enough for the date to count again", () => {
  const before = [today - 100, today - 99];
  assert.equal(firstKeptDay(35 * dayMs, { nowMs, days: [...before, today - 1, today] }), -Infinity);
  assert.equal(firstKeptDay(35 * dayMs, { nowMs, days: [...before, today - 2, today - 1, today] }), today - 36);
});

test("late rows are refused by kind", () => {
  const at = { retention: keep, nowMs, days: steady };
  assert.equal(firstKeptMs("logs", at), (today - 15) * dayMs);
  assert.equal(firstKeptMs("observations", at), (today - 36) * dayMs);
  assert.equal(firstKeptMs("metrics", at), (today - 91) * dayMs);
  assert.equal(firstKeptMs("metrics", { ...at, days: [today] }), -Infinity);
});
