import assert from "node:assert/strict";
import { test } from "node:test";
import { keepWithin, readWritten, reachOf, rulesOf } from "./rules.ts";

const nowMs = Date.parse("2026-11-22T03:00:00Z");
const entry = (time: string) => ({ time: readWritten(time) ?? { atMs: 0, wallMs: 0 }, text: time });
const kept = (
  times: readonly string[],
  keep: Partial<Record<"hourly" | "daily" | "weekly" | "monthly" | "yearly", number>>,
) =>
  keepWithin(times.map(entry), rulesOf({ hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, ...keep }), nowMs)
    .filter(({ units }) => units.length > 0)
    .map((one) => one.entry.text);

test("of one day the newest stays, by the writer's own day", () => {
  const tokyo = ["2026-11-20T08:30:00+09:00", "2026-11-20T09:30:00+09:00"];
  assert.deepEqual(kept(tokyo, { daily: 10 }), ["2026-11-20T09:30:00+09:00"]);
  assert.equal(kept(["2026-11-19T23:30:00Z", "2026-11-20T00:30:00Z"], { daily: 10 }).length, 2);
});

test("a set in the future is no newest one to count from", () => {
  const times = ["2036-01-01T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-20T00:00:00Z"];
  assert.deepEqual(kept(times, { daily: 7 }), times);
});

test("without a rule everything stays", () => {
  assert.equal(kept(["2020-01-01T00:00:00Z", "2026-11-21T00:00:00Z"], {}).length, 2);
});

test("a month before the 31st of March runs over into March, as restic counts", () => {
  const [rule] = rulesOf({ hourly: 0, daily: 0, weekly: 0, monthly: 1, yearly: 0 });
  assert.ok(rule !== undefined);
  const newest = readWritten("2026-03-31T03:00:00+09:00");
  assert.ok(newest !== null);
  assert.equal(new Date(reachOf(rule, newest)).toISOString(), "2026-03-02T18:00:00.000Z");
});

test("what is no time is refused", () => {
  for (const text of ["", "2026-11-20", "2026-13-01T00:00:00Z", "2026-11-20T00:00:00", "x"])
    assert.equal(readWritten(text), null);
  assert.equal(readWritten("2026-11-20T00:00:00.5+09:00")?.atMs, Date.parse("2026-11-19T15:00:00.500Z"));
});
