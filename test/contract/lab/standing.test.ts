import assert from "node:assert/strict";
import { test } from "node:test";
import { answerStoodFrom, scopeStoodFrom } from "../../../lab/standing.ts";
import type { DiagnosisStep } from "../../../lab/watch.ts";

function step(atSeconds: number, cause: string, given: Partial<DiagnosisStep> = {}): DiagnosisStep {
  const causes = [{ id: cause, component: "host:web1", probability: 0.8 }];
  return { atSeconds, incident: 1, isFinal: true, scope: "host", reach: "everyone", causes, ...given };
}

function answeredAt(...steps: readonly DiagnosisStep[]): readonly number[] {
  return answerStoodFrom(steps, 1).map(({ atSeconds }) => atSeconds);
}

test("a later look that says the same does not delay the answer, however sure it is", () => {
  const surer = step(70, "disk-full", { causes: [{ id: "disk-full", component: "host:web1", probability: 0.99 }] });
  assert.deepEqual(answeredAt(step(9, "disk-full"), surer), [9]);
});

test("another cause or scope in between counts, and so does a return to the first answer", () => {
  assert.deepEqual(answeredAt(step(9, "db-slow"), step(30, "disk-full")), [30]);
  assert.deepEqual(answeredAt(step(9, "disk-full"), step(20, "db-slow"), step(40, "disk-full")), [40]);
  assert.deepEqual(answeredAt(step(9, "disk-full", { scope: "service" }), step(25, "disk-full")), [25]);
});

test("what is still under way and what belongs to another incident is no answer", () => {
  assert.deepEqual(answeredAt(step(4, "disk-full", { isFinal: false }), step(9, "disk-full")), [9]);
  assert.deepEqual(answeredAt(step(4, "disk-full", { incident: 2 })), []);
});

test("the scope stands from the first step that said it for good", () => {
  const steps = [step(1, "a", { scope: "service" }), step(3, "a", { isFinal: false }), step(9, "b")];
  assert.equal(scopeStoodFrom(steps, step(9, "b")).atSeconds, 3);
});
