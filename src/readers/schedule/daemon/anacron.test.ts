import assert from "node:assert/strict";
import { test } from "node:test";
import { dayNumber } from "../zone.ts";
import { isAnacronDue, simulateAnacron, stampDay } from "./anacron.ts";
import { createCourse } from "./course.ts";

const day = (text: string): number => stampDay(text) ?? assert.fail(text);

test("a job is due by days: at 0:01 of the next one, and again when its stamp is of a day to come", () => {
  assert.equal(isAnacronDue({ period: 1, stamp: day("20261122") }, day("20261122")), false);
  assert.equal(isAnacronDue({ period: 1, stamp: day("20261122") }, day("20261123")), true);
  assert.equal(isAnacronDue({ period: 7, stamp: day("20261122") }, day("20261128")), false);
  assert.equal(isAnacronDue({ period: 1, stamp: day("20261125") }, day("20261123")), true);
  assert.equal(isAnacronDue({ period: 1, stamp: null }, day("20261123")), true);
});

test("a monthly one waits the days of a month, not for the first of it", () => {
  const since = (today: string): boolean => isAnacronDue({ period: "month", stamp: day("20261103") }, day(today));
  assert.deepEqual([since("20261201"), since("20261203")], [false, true]);
  assert.equal(isAnacronDue({ period: "month", stamp: day("20270203") }, day("20270303")), true);
});

test("a stamp is a day of the calendar or nothing", () => {
  assert.equal(stampDay("20261122\n"), dayNumber({ year: 2026, month: 11, day: 22 }));
  assert.deepEqual([stampDay("20261131"), stampDay(""), stampDay("yesterday")], [null, null, null]);
});

test("each of its starts runs what is due by the machine's own calendar, once", () => {
  const hour = 3_600_000;
  const midnight = dayNumber({ year: 2026, month: 11, day: 23 }) * 24 * hour;
  const runs = simulateAnacron({
    jobs: [{ id: "daily", period: 1, delayMs: 300_000, stamp: day("20261122") }],
    starts: [midnight - hour, midnight + hour, midnight + 2 * hour, midnight + 26 * hour],
    course: createCourse({
      clock: [{ fromMs: 0, offsetMs: -90 * 60_000 }],
      up: [{ fromMs: 0, toMs: midnight + 100 * hour }],
    }),
    wallMs: (atMs) => atMs,
    randomDelayMs: 0,
  });
  assert.deepEqual(
    runs.map(({ atMs }) => (atMs - midnight) / 60_000),
    [125, 26 * 60 + 5],
  );
});
