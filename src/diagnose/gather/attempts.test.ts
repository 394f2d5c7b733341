import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { calmRows, usualOf, withoutStall } from "./attempts.ts";

function connectingIn(times: readonly number[]): Parameters<typeof usualOf>[0] {
  return times.map((connectMs, index) => {
    const timings: ProbeResult["timings"] = { totalMs: connectMs, connectMs };
    const tried: ProbeResult = { outcome: "up", layer: null, timings, address: null, facts: {}, error: null };
    return { ...tried, checkId: "shop/1", vantage: "here", attempt: 1, atMs: index * 10_000 };
  });
}

test("of a few attempts a single hiccup does not say what is usual; of many, the 95 % point does", () => {
  assert.equal(usualOf(connectingIn([2, 3, 2, 900, 3])).connectP95Ms, 3);
  const many = [...Array.from({ length: 90 }, () => 3), ...Array.from({ length: 10 }, () => 80)];
  assert.equal(usualOf(connectingIn(many)).connectP95Ms, 80);
});

test("what never was well has nothing usual", () => {
  assert.equal(usualOf([]).connectP95Ms, null);
});

test("what is usual was so before the window; of what is watched for minutes only, a while before it failed", () => {
  const rows = connectingIn([2, 3, 40, 80, 900]);
  const idsOf = (fromMs: number, startedAtMs: number): readonly number[] =>
    calmRows(rows, { fromMs, startedAtMs }).map(({ atMs }) => atMs / 10_000);
  assert.deepEqual(idsOf(15_000, 45_000), [0, 1]);
  assert.deepEqual(
    idsOf(-600_000, 45_000),
    [0, 1, 2],
    "the last seconds before it failed may be slow of the same trouble",
  );
  assert.deepEqual(idsOf(-600_000, 12_000), [0, 1], "nothing older is known");
  const down = rows.map((row, index): (typeof rows)[number] => (index < 2 ? { ...row, outcome: "down" } : row));
  const calm = calmRows(down, { fromMs: 15_000, startedAtMs: 45_000 });
  assert.equal(usualOf(calm).connectP95Ms, 40, "what was never well before the window says nothing");
});

test("time the looking process stood still is none of the target's", () => {
  const [attempt] = connectingIn([620]);
  assert.ok(attempt);
  assert.deepEqual(withoutStall({ ...attempt, facts: { ownStallMs: 600 } }).timings, { totalMs: 20, connectMs: 20 });
  assert.deepEqual(withoutStall({ ...attempt, facts: { ownStallMs: 900 } }).timings, { totalMs: 0, connectMs: 0 });
  assert.equal(withoutStall(attempt), attempt);
});
