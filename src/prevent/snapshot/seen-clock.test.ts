import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";
import { seenClock } from "./seen-clock.ts";

const now = { atMs: 10_000_000, monotonicMs: 10_000_000, bootId: "here" };

function inside(offsetSeconds: number, ageMs = 0): HostClockView {
  const at = { ...now, monotonicMs: now.monotonicMs - ageMs };
  return { offsetSeconds, uncertaintySeconds: 0.02, source: "ssh", at };
}

function web(offsetSeconds: number, vantage = "here"): CheckStatus {
  const last = {
    checkId: "shop/http",
    vantage,
    attempt: 1,
    atMs: now.atMs,
    monotonicMs: now.monotonicMs,
    outcome: "up",
    layer: null,
    timings: { totalMs: 200 },
    address: null,
    facts: { dateOffsetSeconds: offsetSeconds },
    error: null,
  } as const;
  const common = { id: "shop/http", service: "shop", kind: "http", name: "", target: "", everyMs: 60_000 };
  return {
    ...common,
    state: "ok",
    since: null,
    confirming: false,
    cells: [{ vantage, state: "ok", last, stale: false }],
  };
}

test("the most certain reading counts, and those that agree with it change nothing", () => {
  assert.deepEqual(seenClock({ inside: inside(-10_800), checks: [web(-10_800.4)], now }), {
    offsetSeconds: -10_800,
    uncertaintySeconds: 0.02,
    at: now,
  });
});

test("a reading that contradicts it makes it as uncertain as the two differ", () => {
  const seen = seenClock({ inside: inside(0), checks: [web(-10_800)], now });
  assert.equal(seen?.offsetSeconds, 0);
  assert.equal(seen?.uncertaintySeconds, 10_798.8);
});

test("without a look the web server tells; what another vantage compared, or is old, does not count", () => {
  assert.deepEqual(seenClock({ inside: null, checks: [web(3)], now }), {
    offsetSeconds: 3,
    uncertaintySeconds: 1.2,
    at: now,
  });
  assert.equal(seenClock({ inside: null, checks: [web(3, "osaka")], now }), null);
  assert.equal(seenClock({ inside: inside(5, 1_000_000), checks: [], now }), null);
});

test("what was read before the machine came back, or its clock was set, says nothing of its clock now", () => {
  const sinceMs = now.atMs - 30_000;
  assert.equal(seenClock({ inside: inside(0.08, 50_000), checks: [], now, sinceMs }), null);
  assert.equal(
    seenClock({ inside: inside(0.08, 50_000), checks: [web(-10_500)], now, sinceMs })?.offsetSeconds,
    -10_500,
  );
  assert.equal(seenClock({ inside: inside(-10_500, 20_000), checks: [], now, sinceMs })?.offsetSeconds, -10_500);
});
