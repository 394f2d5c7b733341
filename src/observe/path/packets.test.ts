import assert from "node:assert/strict";
import { test } from "node:test";
import { lossPersists, recent, summarise, type Burst } from "./packets.ts";

function bursts(...received: readonly number[]): readonly Burst[] {
  return received.map((count, nth) => ({
    atMonotonicMs: nth * 60_000,
    sent: 5,
    received: count,
    roundTripMs: Array.from({ length: count }, (_, at) => 10 + at),
  }));
}

test("loss, delay and jitter are those of what was sent", () => {
  assert.deepEqual(summarise(bursts(5, 4)), {
    sent: 10,
    lossRatio: 0.1,
    minMs: 10,
    meanMs: 11.778,
    maxMs: 14,
    jitterMs: 1,
  });
  assert.equal(summarise([]), null);
  assert.deepEqual(recent(bursts(5, 5, 5, 5, 5, 5), 300_000).length, 5);
});

test("loss is told above 5 % of five minutes, and until all comes back", () => {
  assert.equal(lossPersists(summarise(bursts(5, 5, 5, 5, 4)), false), false);
  assert.equal(lossPersists(summarise(bursts(5, 5, 5, 4, 4)), false), true);
  assert.equal(lossPersists(summarise(bursts(5, 5, 5, 5, 4)), true), true);
  assert.equal(lossPersists(summarise(bursts(5, 5, 5, 5, 5)), true), false);
});

test("a few echoes decide nothing, and a target that never answers does not lose", () => {
  assert.equal(lossPersists(summarise(bursts(1)), false), false);
  assert.equal(lossPersists(summarise(bursts(0, 0, 0, 0, 0)), false), false);
  assert.equal(lossPersists(null, true), true);
});
