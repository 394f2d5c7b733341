import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { readRecurrence } from "./recurrence-rule.ts";
import { recurrences } from "./recurrence.ts";
import { momentAt } from "./wall.ts";
import { dayNumber } from "./zone.ts";

const dayMs = 86_400_000;

function wall(text: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  return dayNumber({ year, month, day }) * dayMs + (hour * 60 + minute) * 60_000;
}

function written(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}

function times(
  rule: string,
  over: { start: string; zone?: string; from?: string; to?: string; limit?: number },
): string[] {
  const read = readRecurrence(rule);
  assert.ok(read.ok, rule);
  const startWall = wall(over.start);
  const bounds = { fromMs: wall(over.from ?? over.start) - dayMs, toMs: wall(over.to ?? "2040-01-01T00:00") };
  const found = recurrences(read.value, { startWall, timeZone: over.zone ?? "UTC", ...bounds, limit: over.limit ?? 6 });
  return found.map(written);
}

test("rules give the times that another implementation gave", () => {
  const rows = fs.readFileSync("test/fixtures/schedule/recurrences.jsonl", "utf8").trim().split("\n");
  for (const row of rows) {
    const { rule, start, got } = JSON.parse(row) as { rule: string; start: number; got: number[] };
    const read = readRecurrence(rule);
    assert.ok(read.ok, rule);
    const toMs = start + 40 * 366 * dayMs;
    const found = recurrences(read.value, {
      startWall: start,
      timeZone: "UTC",
      fromMs: start,
      toMs,
      limit: got.length,
    });
    assert.deepEqual(found.map(written), got.map(written), rule);
  }
  assert.ok(rows.length >= 40);
});

test("the second Sunday of each month, without one that is excepted and with one besides", () => {
  const rule = "RRULE:FREQ=MONTHLY;BYDAY=2SU EXDATE:20270110T020000 RDATE:20270117T020000";
  assert.deepEqual(times(rule, { start: "2026-12-13T02:00", limit: 4 }), [
    "2026-12-13T02:00",
    "2027-01-17T02:00",
    "2027-02-14T02:00",
    "2027-03-14T02:00",
  ]);
});

test("an exception counts among a rule's times, and a day as the end still holds what begins on it", () => {
  const counted = times("FREQ=DAILY;COUNT=3\nEXDATE:20261127", { start: "2026-11-26T02:00" });
  assert.deepEqual(counted, ["2026-11-26T02:00", "2026-11-28T02:00"]);
  const until = times("FREQ=DAILY;UNTIL=20261127", { start: "2026-11-26T02:00" });
  assert.deepEqual(until, ["2026-11-26T02:00", "2026-11-27T02:00"]);
  const utc = times("FREQ=DAILY;UNTIL=20261126T170000Z", { start: "2026-11-26T02:00", zone: "Asia/Tokyo" });
  assert.deepEqual(utc, ["2026-11-26T02:00", "2026-11-27T02:00"]);
});

test("the past of an old rule is passed over, and a rule of days that never come ends", () => {
  const old = times("FREQ=WEEKLY;BYDAY=SU", { start: "1990-01-07T02:00", from: "2026-11-22T00:00", limit: 2 });
  assert.deepEqual(old, ["2026-11-22T02:00", "2026-11-29T02:00"]);
  const old2 = times("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", {
    start: "2026-01-04T02:00",
    from: "2026-11-22T00:00",
    limit: 1,
  });
  assert.deepEqual(old2, ["2026-11-22T02:00"]);
  assert.deepEqual(times("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", { start: "2026-01-01T02:00" }), []);
});

test("a wall time that is left out moves forward by the gap, and of two equal ones it is the first", () => {
  const berlin = "Europe/Berlin";
  assert.equal(written(momentAt(wall("2026-03-29T02:30"), berlin)), "2026-03-29T01:30"); // 03:30 CEST
  assert.equal(written(momentAt(wall("2026-10-25T02:30"), berlin)), "2026-10-25T00:30"); // the first, CEST
  const length = (day: string): number =>
    momentAt(wall(`${day}T05:00`), berlin) - momentAt(wall(`${day}T01:00`), berlin);
  assert.deepEqual(
    [length("2026-03-29"), length("2026-03-30"), length("2026-10-25")].map((ms) => ms / 3_600_000),
    [3, 4, 5],
  );
});

function refused(text: string): string {
  const read = readRecurrence(text);
  return read.ok ? "read" : read.error;
}

test("what is not understood is named", () => {
  assert.equal(refused("FREQ=HOURLY"), "FREQ=HOURLY");
  assert.equal(refused("FREQ=DAILY;COUNT=2;UNTIL=20270101"), "COUNT;UNTIL");
  assert.equal(refused("FREQ=WEEKLY;BYDAY=2SU"), "BYDAY");
  assert.equal(refused("FREQ=DAILY;BYHOUR=3"), "BYHOUR=3");
  assert.equal(refused("FREQ=DAILY;INTERVAL=0"), "INTERVAL=0");
  assert.equal(refused("FREQ=DAILY;BYSETPOS=1"), "BYSETPOS");
  assert.equal(refused("FREQ=DAILY EXDATE:tomorrow"), "tomorrow");
  assert.equal(refused("every sunday"), "sunday");
  assert.equal(refused(""), "");
});
