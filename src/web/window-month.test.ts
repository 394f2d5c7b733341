import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../../test/doubles/no-windows.ts";
import { monthOf, monthText, weeksOf } from "./window-month.ts";

const timeZone = "Asia/Tokyo";
const nowMs = Date.UTC(2026, 10, 21, 17, 12);

test("the month in the address, else the present one of the zone", () => {
  assert.deepEqual(monthOf("2027-02", nowMs, timeZone), { year: 2027, month: 2 });
  const present = { year: 2026, month: 11 };
  for (const written of ["", "2026-13", "26-11", "x"]) assert.deepEqual(monthOf(written, nowMs, timeZone), present);
  assert.deepEqual(monthOf("", Date.UTC(2026, 10, 30, 16), timeZone), { year: 2026, month: 12 });
});

test("months go on over the year's end", () => {
  assert.equal(monthText({ year: 2026, month: 12 }, 1), "2027-01");
  assert.equal(monthText({ year: 2026, month: 1 }, -1), "2025-12");
  assert.equal(monthText({ year: 2026, month: 11 }), "2026-11");
});

test("whole weeks from Sunday, each window on every day it touches, none on the days of other months", () => {
  const overNight = windowOf({ id: 2, startMs: Date.UTC(2026, 10, 28, 14), endMs: Date.UTC(2026, 10, 30, 15) });
  const gone = windowOf({ id: 3, state: "cancelled" });
  const weeks = weeksOf({ year: 2026, month: 11 }, [windowOf(), overNight, gone], { nowMs, timeZone });
  assert.ok(weeks.every((week) => week.length === 7));
  const days = weeks.flat();
  assert.deepEqual(
    days.filter(({ windows }) => windows.length > 0).map(({ day, windows }) => [day, windows.map(({ id }) => id)]),
    [
      [26, [1]],
      [28, [2]],
      [29, [2]],
      [30, [2]],
    ],
  );
  assert.deepEqual(
    days.filter(({ isToday }) => isToday).map(({ day }) => day),
    [22],
  );
  assert.equal(days.filter(({ isInside }) => isInside).length, 30);
});

test("work that ends at midnight does not touch the next day", () => {
  const until = windowOf({ startMs: Date.UTC(2026, 10, 25, 13), endMs: Date.UTC(2026, 10, 25, 15) });
  const days = weeksOf({ year: 2026, month: 11 }, [until], { nowMs, timeZone }).flat();
  assert.deepEqual(
    days.filter(({ windows }) => windows.length > 0).map(({ day }) => day),
    [25],
  );
});
