import assert from "node:assert/strict";
import { test } from "node:test";
import { readMoment } from "./moment.ts";
import { nextAfter, readSchedule, runsBetween } from "./schedule.ts";

/** Runs as `MM-DD HH:MM` in UTC, without the year. */
function runs(text: string, zone: string, [from, to]: readonly [string, string]): string[] {
  const schedule = readSchedule(text, zone);
  assert.ok(schedule.ok, text);
  const [fromMs, toMs] = [readMoment(from, "UTC") ?? Number.NaN, readMoment(to, "UTC") ?? Number.NaN];
  return runsBetween(schedule.value, fromMs, toMs).map((atMs) => written(atMs));
}

function written(atMs: number): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: "UTC", dateStyle: "short", timeStyle: "short" });
  return parts.format(atMs).slice(5);
}

const november = ["2026-11-01", "2026-12-01"] as const;
const berlinForward = ["2026-03-29T00:00Z", "2026-03-29T03:00Z"] as const;
const berlinBack = ["2026-10-25T00:00Z", "2026-10-25T03:00Z"] as const;

const dueRuns: readonly (readonly [
  text: string,
  zone: string,
  span: readonly [string, string],
  due: readonly string[],
])[] = [
  // either day matches when both are written; both must when one begins with a star
  ["0 0 13 * 5", "UTC", november, ["11-06 00:00", "11-13 00:00", "11-20 00:00", "11-27 00:00"]],
  ["0 0 13 * *", "UTC", november, ["11-13 00:00"]],
  ["0 0 */10 * 0", "UTC", november, ["11-01 00:00"]],
  ["30 4 1 jan-mar mon", "UTC", november, []],
  ["@weekly", "UTC", ["2026-11-01", "2026-11-16"], ["11-01 00:00", "11-08 00:00", "11-15 00:00"]],
  ["15 3 * * *", "Asia/Tokyo", ["2026-11-21", "2026-11-23"], ["11-21 18:15", "11-22 18:15"]],
  ["0 12 * * 7", "UTC", ["2026-11-01", "2026-11-09"], ["11-01 12:00", "11-08 12:00"]],
  ["*/30 2 * * *", "Europe/Berlin", berlinForward, []],
  ["0,30 2 * * *", "Europe/Berlin", berlinForward, ["03-29 01:00", "03-29 01:00"]],
  ["0,30 2 * * *", "Europe/Berlin", berlinBack, ["10-25 00:00", "10-25 00:30"]],
  ["*/30 2 * * *", "Europe/Berlin", berlinBack, ["10-25 00:00", "10-25 00:30", "10-25 01:00", "10-25 01:30"]],
  ["0 * * * *", "Europe/Berlin", berlinBack, ["10-25 00:00", "10-25 01:00", "10-25 02:00"]],
  // half an hour is a zone's step, too
  ["10 2 * * *", "Australia/Lord_Howe", ["2026-10-03T14:00Z", "2026-10-03T17:00Z"], ["10-03 15:30"]],
  ["*-*-* 02:30", "Europe/Berlin", berlinForward, []],
  ["*-*-* 02:30", "Europe/Berlin", berlinBack, ["10-25 00:30"]],
  ["Mon..Fri 03:15", "UTC", ["2026-11-20", "2026-11-24"], ["11-20 03:15", "11-23 03:15"]],
  ["*:0/20", "UTC", ["2026-11-20T01:00", "2026-11-20T02:00"], ["11-20 01:00", "11-20 01:20", "11-20 01:40"]],
  ["*-02~03", "UTC", ["2028-02-01", "2028-03-01"], ["02-27 00:00"]],
  ["Mon *-05~07/1", "UTC", ["2026-05-01", "2026-06-01"], ["05-25 00:00"]],
  ["quarterly Asia/Tokyo", "UTC", ["2026-12-01", "2027-01-02"], ["12-31 15:00"]],
  ["2026-11-20 12:34:56", "UTC", november, ["11-20 12:34"]],
];
for (const [text, zone, span, due] of dueRuns) {
  test(`${text} in ${zone} from ${span[0]} is due ${due.length} times`, () => {
    assert.deepEqual(runs(text, zone, span), due);
  });
}

test("a leap day is found however far it is", () => {
  const schedule = readSchedule("0 0 29 2 *", "UTC");
  assert.ok(schedule.ok);
  assert.equal(nextAfter(schedule.value, readMoment("2096-03-01", "UTC") ?? 0), readMoment("2104-02-29", "UTC"));
});

test("a time that never comes has no next run", () => {
  for (const text of ["0 0 31 2 *", "2020-01-01", "*-02-30"]) {
    const schedule = readSchedule(text, "UTC");
    assert.ok(schedule.ok);
    assert.equal(nextAfter(schedule.value, readMoment("2026-01-01", "UTC") ?? 0), null);
  }
});

const wrong: readonly (readonly [text: string, part: string])[] = [
  ["60 * * * *", "minute"],
  ["* 24 * * *", "hour"],
  ["* * 0 * *", "day"],
  ["* * * 13 *", "month"],
  ["* * * * 8", "weekday"],
  ["5/15 * * * *", "minute"],
  ["10-5 * * * *", "minute"],
  ["*/0 * * * *", "minute"],
  ["@reboot", "fields"],
  ["Fri..Mon 03:00", "weekday"],
  ["*/2:00", "hour"],
  ["*-13-01", "month"],
  ["03:15 Nowhere/Zone", "zone"],
  ["1:2:3:4", "calendar"],
  ["", "calendar"],
];
for (const [text, part] of wrong) {
  test(`«${text}» is refused for its ${part}`, () => {
    const schedule = readSchedule(text, "UTC");
    assert.ok(!schedule.ok);
    assert.equal(schedule.error.part, part);
  });
}

test("a moment without an offset is meant in the zone, and in a gap it is its end", () => {
  assert.equal(written(readMoment("2026-11-22 03:15", "Asia/Tokyo") ?? 0), "11-21 18:15");
  assert.equal(written(readMoment("2026-11-22T03:15-05:00", "Asia/Tokyo") ?? 0), "11-22 08:15");
  assert.equal(written(readMoment("2026-03-29T02:30", "Europe/Berlin") ?? 0), "03-29 01:00");
  for (const text of ["2026-02-30", "2026-11-22T25:00", "yesterday"]) assert.equal(readMoment(text, "UTC"), null);
});
