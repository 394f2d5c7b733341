import assert from "node:assert/strict";
import { test } from "node:test";
import { zoneTimes } from "./zone-times.ts";

test("a wall time is read in the zone as it is known now, also when the machine's own becomes known later", () => {
  let zone = "Asia/Tokyo";
  const times = zoneTimes(
    () => 0,
    () => zone,
  );
  const wallMs = Date.UTC(2026, 10, 22, 19, 12);
  assert.equal(times.utcOf(wallMs), Date.UTC(2026, 10, 22, 10, 12));
  zone = "UTC";
  assert.equal(times.utcOf(wallMs), wallMs);
});
