import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nextTickMs, phaseRatio } from "./phase.ts";

test("phases of like names are spread evenly over the period", () => {
  const buckets = Array.from({ length: 20 }, () => 0);
  for (let index = 0; index < 10_000; index++) {
    const bucket = Math.floor(phaseRatio(`shop/http:www${index}.example.jp`) * 20);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  assert.ok(Math.min(...buckets) > 400 && Math.max(...buckets) < 600, buckets.join());
});

test("the next tick is after the moment, within one period, and one period after the tick before", () => {
  const moment = fc.double({ min: 0, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1_000, max: 86_400_000 }), moment, (id, everyMs, afterMs) => {
      const next = nextTickMs({ id, everyMs }, afterMs);
      assert.ok(next > afterMs && next <= afterMs + everyMs);
      assert.equal(nextTickMs({ id, everyMs }, next), next + everyMs);
    }),
  );
});
