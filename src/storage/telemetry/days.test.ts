import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs, dayName, dayNumbered, dayOf, lastDay } from "./days.ts";

test("a day's name and number agree with the calendar from 1970 to 9999, leap days included", () => {
  for (let day = 0; day <= lastDay; day += day < 40_000 ? 1 : 997) {
    assert.equal(dayName(day), new Date(day * dayMs).toISOString().slice(0, 10));
    assert.equal(dayNumbered(dayName(day)), day);
  }
  assert.equal(dayName(lastDay), "9999-12-31");
});

test("a day begins at midnight UTC", () => {
  const midnight = Date.UTC(2026, 10, 22);
  assert.deepEqual([midnight - 1, midnight, midnight + dayMs - 1].map(dayOf).map(dayName), [
    "2026-11-21",
    "2026-11-22",
    "2026-11-22",
  ]);
});

test("what is not a day has no number", () => {
  assert.deepEqual(["2026-02-30", "2026-13-01", "2026-11-22.2", "", "lock"].map(dayNumbered), [
    null,
    null,
    null,
    null,
    null,
  ]);
});
