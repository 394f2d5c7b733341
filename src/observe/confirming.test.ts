import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { outcomes } from "../kernel/model/observation.ts";
import { atRest, nextAttempt, take, type Confirming } from "./confirming.ts";

const history = fc.array(
  fc.record({ outcome: fc.constantFrom(...outcomes), gapMs: fc.integer({ min: 1, max: 60_000 }) }),
);

function replay(
  steps: readonly { outcome: (typeof outcomes)[number]; gapMs: number }[],
  attempts: number,
): Confirming[] {
  const states: Confirming[] = [atRest];
  let endedMs = 0;
  for (const { outcome, gapMs } of steps) {
    endedMs += gapMs;
    states.push(take(states.at(-1) ?? atRest, { outcome, endedMs, attempts }));
  }
  return states;
}

test("what is believed changes only after so many contrary outcomes in a row, unknown ones left out", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 6 }), (steps, attempts) => {
      const states = replay(steps, attempts);
      let contrary = 0;
      steps.forEach(({ outcome }, index) => {
        const [before, after] = [states[index], states[index + 1]];
        if (outcome !== "unknown") contrary = outcome === before?.settled ? 0 : contrary + 1;
        assert.equal(after?.settled !== before?.settled, contrary >= attempts);
        if (contrary >= attempts) contrary = 0;
      });
    }),
  );
});

test("a burst makes at most the attempts the check allows, and each is a second after the one before", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 6 }), (steps, attempts) => {
      let endedMs = 0;
      const states = replay(steps, attempts);
      steps.forEach(({ gapMs }, index) => {
        endedMs += gapMs;
        const state = states[index + 1] ?? atRest;
        assert.ok(nextAttempt(state) <= attempts);
        if (state.burst !== null) assert.ok(state.burst.nextMs >= endedMs + 1_000);
      });
    }),
  );
});

test("an unknown outcome alone changes nothing", () => {
  assert.deepEqual(take(atRest, { outcome: "unknown", endedMs: 5, attempts: 3 }), atRest);
});
