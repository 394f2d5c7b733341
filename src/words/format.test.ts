import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime, dateTime, duration, fullDateTime, list, minuteOfDay, rfc3339 } from "./format.ts";

const atMs = Date.UTC(2026, 10, 21, 17, 12, 34);

test("times are written the way each language writes them", () => {
  assert.equal(clockTime(atMs, "Asia/Tokyo", "ja"), "2:12");
  assert.equal(clockTime(atMs, "Asia/Tokyo", "en"), "02:12");
  assert.equal(dateTime(atMs, "Asia/Tokyo", "ja"), "11月22日(日) 2:12");
  assert.equal(dateTime(atMs, "Asia/Tokyo", "en"), "Sun 22 Nov 02:12");
  assert.equal(fullDateTime(atMs, "Asia/Tokyo", "ja"), "2026年11月22日(日) 2:12 JST");
  assert.equal(fullDateTime(atMs, "Europe/Paris", "en"), "Sat 21 Nov 2026 18:12 GMT+1");
  assert.equal(minuteOfDay(atMs, "Asia/Tokyo"), 132);
});

test("machine times carry the zone's offset", () => {
  assert.equal(rfc3339(atMs, "Asia/Tokyo"), "2026-11-22T02:12:34+09:00");
  assert.equal(rfc3339(atMs, "UTC"), "2026-11-21T17:12:34Z");
  assert.equal(rfc3339(atMs, "America/St_Johns"), "2026-11-21T13:42:34-03:30");
});

test("durations keep the two units that matter", () => {
  const minute = 60_000;
  assert.equal(duration(42_000, "ja"), "42秒");
  assert.equal(duration(19 * minute, "ja"), "19分");
  assert.equal(duration(91 * minute, "ja"), "1時間31分");
  assert.equal(duration(91 * minute, "en"), "1 h 31 min");
  assert.equal(duration(76 * 60 * minute, "en"), "3 d 4 h");
  assert.equal(duration(-5, "en"), "0 s");
});

test("lists read as sentences", () => {
  assert.equal(list(["東京", "大阪", "事務所"], "ja"), "東京・大阪・事務所");
  assert.equal(list(["Tokyo", "Osaka", "the office"], "en"), "Tokyo, Osaka and the office");
  assert.equal(list(["here"], "en"), "here");
});
