import assert from "node:assert/strict";
import { test } from "node:test";
import type { PastObservation } from "../../kernel/ports-diagnosis-sources.ts";
import { usualOf } from "./attempts.ts";

function rows(connectMs: readonly number[]): readonly PastObservation[] {
  return connectMs.map((ms) => ({ outcome: "up", timings: { connectMs: ms }, facts: {} }) as unknown as PastObservation);
}

test("of a few attempts a single hiccup does not say what is usual; of many, the 95 % point does", () => {
  assert.equal(usualOf(rows([2, 3, 2, 900, 3])).connectP95Ms, 3);
  const many = [...Array.from({ length: 90 }, () => 3), ...Array.from({ length: 10 }, () => 80)];
  assert.equal(usualOf(rows(many)).connectP95Ms, 80);
});

test("what never was well has nothing usual", () => {
  assert.equal(usualOf([]).connectP95Ms, null);
});
