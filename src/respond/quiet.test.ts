import assert from "node:assert/strict";
import { test } from "node:test";
import type { QuietHours } from "../kernel/model/site.ts";
import { quietWaitMs } from "./quiet.ts";

const night: QuietHours = { fromMinute: 22 * 60, toMinute: 7 * 60, hold: ["info", "warning"] };
const hourMs = 3_600_000;

function wait(quiet: QuietHours, iso: string, timeZone = "Asia/Tokyo"): number {
  return quietWaitMs({ quiet, severity: "warning", timeZone, atMs: Date.parse(iso) }) / hourMs;
}

test("a warning waits for the end of the night, before and after midnight", () => {
  assert.equal(wait(night, "2026-11-22T22:00:00+09:00"), 9);
  assert.equal(wait(night, "2026-11-22T02:12:00+09:00"), 4.8);
  assert.equal(wait(night, "2026-11-22T06:59:30+09:00") * 3600, 30);
});

test("by day nothing waits", () => {
  assert.equal(wait(night, "2026-11-22T07:00:00+09:00"), 0);
  assert.equal(wait(night, "2026-11-22T21:59:59+09:00"), 0);
});

test("quiet hours within one day work as well", () => {
  const noon: QuietHours = { ...night, fromMinute: 12 * 60, toMinute: 13 * 60 };
  assert.equal(wait(noon, "2026-11-22T12:15:00+09:00"), 0.75);
  assert.equal(wait(noon, "2026-11-22T02:15:00+09:00"), 0);
});

test("the night the clocks change is an hour shorter or longer", () => {
  assert.equal(wait(night, "2026-03-28T22:00:00+01:00", "Europe/Paris"), 8); // 2:00 → 3:00 on the 29th
  assert.equal(wait(night, "2026-10-24T22:00:00+02:00", "Europe/Paris"), 10); // 3:00 → 2:00 on the 25th
});

test("an end that the clocks skip is the moment they went forward", () => {
  const early: QuietHours = { ...night, toMinute: 2 * 60 + 30 };
  assert.equal(wait(early, "2026-03-29T01:00:00+01:00", "Europe/Paris"), 1);
});

test("critical always wakes, and so does what is not held", () => {
  const atMs = Date.parse("2026-11-22T02:12:00+09:00");
  const quiet: QuietHours = { ...night, hold: ["info", "warning", "critical"] };
  const at = { timeZone: "Asia/Tokyo", atMs };
  assert.equal(quietWaitMs({ ...at, quiet, severity: "critical" }), 0);
  assert.equal(quietWaitMs({ ...at, quiet: { ...night, hold: ["info"] }, severity: "warning" }), 0);
  assert.equal(quietWaitMs({ ...at, quiet: null, severity: "warning" }), 0);
  assert.equal(quietWaitMs({ ...at, quiet: { ...night, fromMinute: 60, toMinute: 60 }, severity: "warning" }), 0);
});
