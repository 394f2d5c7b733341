import assert from "node:assert/strict";
import { test } from "node:test";
import { createEngine } from "../../src/diagnose/engine/engine.ts";
import { specifiedCatalogue } from "../doubles/diagnosis-catalogue.ts";
import { causeAt } from "../doubles/diagnosis-faults.ts";
import { runDiagnosis } from "../doubles/diagnosis-run.ts";
import { admits, brier, isConfidentlyWrong, share, tryFaults, type Outcome } from "../doubles/diagnosis-score.ts";
import { allLooks, partGraph, town } from "../doubles/diagnosis-town.ts";
import { dice, stageOf, witness, type Nature } from "../doubles/diagnosis-world.ts";

const catalogue = specifiedCatalogue();
const typical: Nature = { sigma: 0, wrong: 0, missing: 0, together: 0.7, typical: true };
const noisy: Nature = { ...typical, wrong: 0.03, missing: 0.15 };

function median(outcomes: readonly Outcome[]): number {
  const seconds = outcomes.map(({ run }) => run.seconds).toSorted((a, b) => a - b);
  return seconds[Math.floor(seconds.length / 2)] ?? Number.NaN;
}

test("the sixty faults as they mostly look: named, placed, and soon", () => {
  const outcomes = tryFaults(catalogue, { nature: typical, rounds: 1, roll: dice(1) });
  assert.ok(share(outcomes, ({ isTop }) => isTop) >= 0.95);
  assert.ok(share(outcomes, ({ areInThree }) => areInThree) >= 0.97);
  assert.ok(share(outcomes, ({ isScope }) => isScope) >= 0.95);
  assert.ok(brier(outcomes) <= 0.03, String(brier(outcomes)));
  assert.ok(median(outcomes) <= 12);
});

test("with wrong and missing readings, and a catalogue that is off, most are still named", () => {
  const outcomes = tryFaults(catalogue, { nature: noisy, rounds: 1, roll: dice(2), engineSigma: 1 });
  assert.ok(share(outcomes, ({ isTop }) => isTop) >= 0.85);
  assert.ok(share(outcomes, ({ isScope }) => isScope) >= 0.88);
  assert.ok(brier(outcomes) <= 0.09, String(brier(outcomes)));
});

test("without its cause in the catalogue few faults are taken for another with confidence", () => {
  const trial = { nature: typical, rounds: 1, leavesOut: true } as const;
  const outcomes = tryFaults(catalogue, { ...trial, roll: dice(3) });
  const credulous = tryFaults(catalogue, { ...trial, roll: dice(3), tuning: { doubt: false } });
  assert.ok(share(outcomes, isConfidentlyWrong) <= 0.2, String(share(outcomes, isConfidentlyWrong)));
  assert.ok(share(outcomes, isConfidentlyWrong) < share(credulous, isConfidentlyWrong));
  assert.ok(share(outcomes, admits) >= 0.35);
});

test("quiet times with everyday noise accuse nobody", () => {
  const engine = createEngine(catalogue, town);
  const looks = allLooks(catalogue);
  const nature = { ...noisy, typical: false, wrong: 0, missing: 0.1 };
  const accused = Array.from({ length: 40 }, (_, index) => {
    const seen = witness(stageOf(catalogue, town), [], { looks, nature, roll: dice(100 + index) });
    return runDiagnosis(engine, seen, { catalogue, looks }).judgement.causes[0]?.probability ?? 0;
  }).filter((probability) => probability >= 0.7);
  assert.ok(accused.length <= 1, accused.join(" "));
});

test("a diagnosis made again from the same evidence by another engine is the same to the last digit", () => {
  const looks = allLooks(catalogue);
  const seen = witness(stageOf(catalogue, town), [causeAt("db-slow@service:db")], {
    looks,
    nature: noisy,
    roll: dice(5),
  });
  const [one, other] = [createEngine(catalogue, town), createEngine(catalogue, town)].map((engine) =>
    JSON.stringify([engine.judge(seen), engine.weigh(engine.judge(seen), seen), engine.repair(engine.judge(seen))]),
  );
  assert.equal(one, other);
});

test("four hundred parts are judged in a moment, and the fault is still found", () => {
  const more = partGraph(
    Array.from({ length: 130 }, (_, index) => index).flatMap((index) => [
      [`host:m${index}`, "host", "segment:seg2"] as const,
      [`service:w${index}`, "web", `host:m${index} service:d${index}`] as const,
      [`service:d${index}`, "db", `host:m${index}`] as const,
    ]),
  );
  const graph = { parts: new Map([...town.parts, ...more.parts]) };
  assert.ok(graph.parts.size > 400);
  const looks = allLooks(catalogue);
  const seen = witness(stageOf(catalogue, graph), [causeAt("disk-full@host:web1")], {
    looks,
    nature: typical,
    roll: dice(6),
  });
  const started = process.cpuUsage();
  const judgement = createEngine(catalogue, graph).judge(seen);
  assert.ok(process.cpuUsage(started).user / 1_000 < 4_000);
  assert.deepEqual(judgement.explanations[0]?.causes, [{ id: "disk-full", component: "host:web1" }]);
});
