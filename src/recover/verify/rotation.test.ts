import assert from "node:assert/strict";
import { test } from "node:test";
import { afterReading, newRotation, nextBucket, reachOf, withBuckets, type RotationState } from "./rotation.ts";

const day = 86_400_000;

function run(state: RotationState, nowMs: number): RotationState {
  return afterReading(state, nextBucket(state), nowMs);
}

test("with every run successful all is read within as many runs as there are buckets, and goes on in turn", () => {
  let state = newRotation(30, 0);
  const order: number[] = [];
  for (let at = 1; at <= 60; at++) {
    order.push(nextBucket(state));
    state = run(state, at * day);
    assert.equal(reachOf(state, at * day).isComplete, at >= 30);
  }
  assert.deepEqual(
    order,
    [...Array(60).keys()].map((at) => (at % 30) + 1),
  );
  assert.equal(reachOf(state, 60 * day).maxAgeMs, 29 * day);
});

test("three days without a run make the achieved age three days longer", () => {
  let state = newRotation(30, 0);
  for (let at = 1; at <= 30; at++) state = run(state, at * day);
  assert.equal(reachOf(state, 33 * day).maxAgeMs, reachOf(state, 30 * day).maxAgeMs + 3 * day);
});

test("with another number of buckets what was not read yet comes first, and nothing counts as read that was not", () => {
  let state = newRotation(4, 0);
  for (let at = 1; at <= 3; at++) state = run(state, at * day); // bucket 4 of 4 waits: first bytes 3, 7, 11 …
  state = withBuckets(state, 8);
  assert.equal(reachOf(state, 4 * day).readRatio, 0.75);
  assert.deepEqual([nextBucket(state), nextBucket(run(state, 4 * day))], [4, 8]);
  state = run(run(state, 4 * day), 5 * day);
  assert.equal(reachOf(state, 5 * day).isComplete, true);
  assert.equal(nextBucket(state), 1);
});

test("a repository never read is as old as the time it has been watched", () => {
  assert.deepEqual(reachOf(newRotation(30, 5 * day), 9 * day), { isComplete: false, readRatio: 0, maxAgeMs: 4 * day });
});
