import assert from "node:assert/strict";
import { test } from "node:test";
import { createCourse, type ClockPiece, type UpSpan } from "./course.ts";
import { simulateTimer } from "./timer-loop.ts";

const hour = 3_600_000;
const end = 24 * hour;

/** Every day at three, seen from a day that begins at 0. */
function runs(
  up: readonly UpSpan[],
  { clock = [], isPersistent = false }: { clock?: readonly ClockPiece[]; isPersistent?: boolean } = {},
): readonly number[] {
  const found = simulateTimer({
    nextAfter: (atMs) => Math.floor((atMs - 3 * hour) / end + 1) * end + 3 * hour,
    isPersistent,
    delayMs: 0,
    lastHostMs: 3 * hour - end,
    course: createCourse({ clock, up }),
    fromMs: hour,
    toMs: end,
  });
  return found.map(({ atMs }) => atMs / hour);
}

const always = [{ fromMs: 0, toMs: end }];
const off = [
  { fromMs: 0, toMs: 2 * hour },
  { fromMs: 4 * hour, toMs: end },
];

test("it elapses when the machine's own clock shows its time", () => {
  assert.deepEqual(runs(always), [3]);
  assert.deepEqual(runs(always, { clock: [{ fromMs: 0, offsetMs: -hour }] }), [4]);
});

test("over a time when the machine is off only a persistent one makes up, once, at its start", () => {
  assert.deepEqual([runs(off), runs(off, { isPersistent: true })], [[], [4]]);
});

test("a step past its time starts it once, a pause makes it late", () => {
  const stepped = [
    { fromMs: 0, offsetMs: -2 * hour },
    { fromMs: 4 * hour, offsetMs: 0 },
  ];
  assert.deepEqual(runs(always, { clock: stepped }), [4]);
  const still = [
    { fromMs: 0, toMs: 2 * hour, stoodStillAfter: true },
    { fromMs: 4 * hour, toMs: end },
  ];
  const behind = [
    { fromMs: 0, offsetMs: 0 },
    { fromMs: 4 * hour, offsetMs: -2 * hour },
  ];
  assert.deepEqual(runs(still, { clock: behind }), [5]);
});
