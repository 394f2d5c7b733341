import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createDraft } from "./draft.ts";
import { compile } from "./graph.ts";
import { bitsIn, eachBit, verdictSteps, verdictsOf } from "./verdicts.ts";

test("what is lost and unknown is counted by words as it would be one by one, however many losses there are", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 500, max: 530 })),
      fc.integer({ min: 0, max: 1 << 20 }),
      (losses, salt) => {
        const draft = createDraft();
        for (let loss = 0; loss < losses; loss += 1) {
          const kind = (loss * 7 + salt) % 4;
          draft.node(`L:${loss}`);
          if (kind < 2) draft.edge(`L:${loss}`, kind === 0 ? "LOST:a" : "LOST:b", { maybe: salt % 3 === 0 });
        }
        // one that is always lost has every bit of its words set
        draft.edge("TRUE", "LOST:c");
        const ends = ["a", "b", "c"].map((name) => draft.node(`LOST:${name}`));
        const seeds = Array.from({ length: losses }, (_, loss) => [draft.node(`L:${loss}`)]);
        const verdicts = verdictsOf({ graph: compile(draft), seeds, ends });
        const [lost, unknown] = [new Set<string>(), new Set<string>()];
        const counted = { lost: 0, unknown: 0, survives: 0 };
        for (const end of ends.keys()) {
          for (let loss = 0; loss < losses; loss += 1) counted[verdicts.fate(end, loss)] += 1;
          eachBit(verdicts.words(end).lost, (loss) => void lost.add(`${end} ${loss}`));
          eachBit(verdicts.words(end).unknown, (loss) => void unknown.add(`${end} ${loss}`));
        }
        assert.deepEqual(
          [verdicts.lost, verdicts.unknown, lost.size, unknown.size],
          [counted.lost, counted.unknown, counted.lost, counted.unknown],
        );
        assert.equal(bitsIn(verdicts.words(2).lost), losses);
      },
    ),
    { numRuns: 60 },
  );
});

test("a large graph is gone through in many steps, so that a hub answers others in between", () => {
  const draft = createDraft();
  const losses = 4_000;
  for (let loss = 0; loss < losses; loss += 1) {
    draft.edge(`L:${loss}`, `X:${loss}`);
    draft.edge(`X:${loss}`, `LOST:${loss % 50}`);
    draft.edge("L:0", `X:${loss}`);
  }
  const seeds = Array.from({ length: losses }, (_, loss) => [draft.node(`L:${loss}`)]);
  const steps = verdictSteps({ graph: compile(draft), seeds, ends: [draft.node("LOST:0")] });
  let count = 1;
  while (steps.next().done !== true) count += 1;
  assert.ok(count >= 2, `${count} steps`);
});
