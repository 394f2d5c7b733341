import assert from "node:assert/strict";
import { test } from "node:test";
import { zonedStamp } from "./zoned-stamp.ts";

test("a moment is written with the offset of its zone on that day", () => {
  const summer = Date.UTC(2026, 6, 1, 23, 5, 9);
  assert.equal(zonedStamp(summer, "Asia/Tokyo"), "2026-07-02T08:05:09+09:00");
  assert.equal(zonedStamp(summer, "UTC"), "2026-07-01T23:05:09Z");
  assert.equal(zonedStamp(summer, "America/New_York"), "2026-07-01T19:05:09-04:00");
  assert.equal(zonedStamp(Date.UTC(2026, 0, 1), "Asia/Kolkata"), "2026-01-01T05:30:00+05:30");
});
