import assert from "node:assert/strict";
import { test } from "node:test";
import { clockPieces, upSpans, type ClockFacts } from "./clock-pieces.ts";

const hour = 3_600_000;
const reading = (atMs: number, offsetMs: number): ClockFacts["measured"][number] => ({
  atMs,
  offsetMs,
  uncertaintyMs: 500,
});
const none: ClockFacts = { measured: [], off: [], still: [], stepAtMs: null };

test("without a measurement, and with two that agree, the clock is one piece", () => {
  assert.deepEqual(clockPieces(none), [{ fromMs: 0, offsetMs: 0 }]);
  const measured = [reading(hour, 200), reading(9 * hour, -400)];
  assert.deepEqual(clockPieces({ ...none, measured }), [{ fromMs: 0, offsetMs: 200 }]);
});

test("a machine that stood still is behind by as long from when it went on", () => {
  const still = [{ fromMs: 2 * hour, toMs: 4.5 * hour }];
  const measured = [reading(hour, 0), reading(5 * hour, -2.5 * hour)];
  assert.deepEqual(clockPieces({ ...none, measured, still, stepAtMs: 6 * hour }), [
    { fromMs: 0, offsetMs: 0 },
    { fromMs: 4.5 * hour, offsetMs: -2.5 * hour },
    { fromMs: 6 * hour, offsetMs: 0 },
  ]);
});

test("a clock that is wrong after a restart was wrong from its start on", () => {
  const measured = [reading(hour, 0), reading(5 * hour, -3 * hour)];
  assert.deepEqual(clockPieces({ ...none, measured, off: [{ fromMs: 2 * hour, toMs: 4.5 * hour }] }), [
    { fromMs: 0, offsetMs: 0 },
    { fromMs: 4.5 * hour, offsetMs: -3 * hour },
  ]);
});

test("a clock that was set, as the host's own log tells, was behind until then", () => {
  const still = [{ fromMs: 2 * hour, toMs: 4 * hour }];
  const measured = [reading(hour, 0), reading(6 * hour, 0)];
  assert.deepEqual(clockPieces({ ...none, measured, still, jumps: [5 * hour] }), [
    { fromMs: 0, offsetMs: 0 },
    { fromMs: 4 * hour, offsetMs: -2 * hour },
    { fromMs: 5 * hour, offsetMs: 0 },
  ]);
});

test("of a change that nothing explains only the later measurement is sure", () => {
  const measured = [reading(hour, 0), reading(5 * hour, 90_000)];
  assert.deepEqual(clockPieces({ ...none, measured }).at(-1), { fromMs: 5 * hour, offsetMs: 90_000 });
  assert.equal(clockPieces({ ...none, measured, stepAtMs: 6 * hour }).at(-1)?.offsetMs, 0);
});

test("a machine was up where it was neither off nor halted", () => {
  const facts = { off: [{ fromMs: 2, toMs: 3 }], still: [{ fromMs: 5, toMs: 7 }] };
  assert.deepEqual(upSpans(facts, { fromMs: 1, toMs: 9 }), [
    { fromMs: 1, toMs: 2 },
    { fromMs: 3, toMs: 5, stoodStillAfter: true },
    { fromMs: 7, toMs: 9 },
  ]);
  assert.deepEqual(upSpans({ off: [{ fromMs: 4, toMs: 12 }], still: [] }, { fromMs: 1, toMs: 9 }), [
    { fromMs: 1, toMs: 4 },
  ]);
});
