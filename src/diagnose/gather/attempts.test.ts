import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { usualOf } from "./attempts.ts";

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
