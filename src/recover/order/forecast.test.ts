import assert from "node:assert/strict";
import { test } from "node:test";
import { createShownEnd, forecast } from "./forecast.ts";
import { createRateMeter } from "./rate.ts";
import { fitOf, peakBytes } from "./space.ts";

const megabyte = 1_000_000;

test("the rate is the median of the last minute, so a hiccup does not move it", () => {
  const meter = createRateMeter();
  let bytes = 0;
  for (let second = 0; second <= 60; second++) {
    meter.take(second * 1_000, bytes);
    bytes += second % 10 === 0 ? 0 : 14 * megabyte;
  }
  assert.equal(meter.median(60_000), 14 * megabyte);
  assert.equal(meter.median(600_000), null);
  assert.deepEqual(createRateMeter().median(0), null);
});

test("the end is played through link and load, with an interval around it", () => {
  const left = [
    { key: "db", fetchBytes: 600 * megabyte, loadSeconds: 120 },
    { key: "files", fetchBytes: 600 * megabyte, loadSeconds: 0 },
  ];
  const pace = {
    median: 10 * megabyte,
    spread: { p10: 6 * megabyte, p90: 12 * megabyte },
    loadRatio: { p10: 0.9, p50: 1, p90: 1.5 },
  };
  const found = forecast(left, pace);
  assert.equal(found?.p50, 180);
  assert.ok((found?.p10 ?? 0) < 180 && (found?.p90 ?? 0) > 270);
  assert.equal(forecast(left, { median: null, spread: null, loadRatio: null }), null);
  assert.deepEqual(forecast([], { median: null, spread: null, loadRatio: null }), { p10: 0, p50: 0, p90: 0 });
});

test("the shown end never goes back by more than a tenth without saying why", () => {
  const show = createShownEnd();
  const at = (second: number, leftSeconds: number, rate: number): ReturnType<typeof show> =>
    show({ atMonotonicMs: second * 1_000, leftSeconds, rate, loadRatio: null, unitAgain: false });
  assert.deepEqual(at(0, 1_000, 14), { leftSeconds: 1_000, setback: null });
  assert.deepEqual(at(10, 1_040, 14), { leftSeconds: 1_040, setback: null });
  assert.deepEqual(at(20, 2_400, 6), { leftSeconds: 2_400, setback: { why: "rate-fell", from: 14, to: 6 } });
  const calm = at(30, 9_000, 6);
  assert.equal(calm.setback, null);
  assert.ok(calm.leftSeconds <= 2_390 + 240);
});

test("a unit that begins again and slow loads are reasons, too", () => {
  const show = createShownEnd();
  const base = { rate: 14, loadRatio: 1, unitAgain: false };
  show({ ...base, atMonotonicMs: 0, leftSeconds: 100 });
  assert.deepEqual(show({ ...base, atMonotonicMs: 1_000, leftSeconds: 200, unitAgain: true }).setback, {
    why: "unit-again",
  });
  assert.equal(show({ ...base, atMonotonicMs: 2_000, leftSeconds: 400, loadRatio: 2 }).setback?.why, "load-slower");
});

test("space: an order that fits is proposed, else how much is missing", () => {
  const jobs = [
    { key: "files", restoredBytes: 50, stagingBytes: 0, needs: [] },
    { key: "db", restoredBytes: 20, stagingBytes: 40, needs: [] },
  ];
  assert.equal(peakBytes(jobs), 110);
  assert.deepEqual(fitOf(jobs, 110).kind, "fits");
  assert.deepEqual(fitOf(jobs, 70), { kind: "other-order", order: ["db", "files"], peakBytes: 70 });
  assert.deepEqual(fitOf(jobs, 60), { kind: "too-small", peakBytes: 70, missingBytes: 10 });
});
