import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhaseTime, RestoreRun } from "../../kernel/model/recovery.ts";
import { seeded } from "../../../test/doubles/recover-drill-random.ts";
import { drillRecord } from "../../../test/doubles/recover-drill-site.ts";
import { chooseCopy, sampleFolders } from "./choose.ts";
import { againstFirst, againstTarget, coverage, isOverdue, phaseChanges, shortenNext } from "./compare.ts";

const dayMs = 86_400_000;
const phase = (name: PhaseTime["phase"], seconds: number, change: Partial<PhaseTime> = {}): PhaseTime => ({
  phase: name,
  seconds,
  bytes: 0,
  files: 0,
  manualSteps: 0,
  ...change,
});
function run(endedAtMs: number, phases: readonly PhaseTime[], change: Partial<RestoreRun> = {}): RestoreRun {
  const stamp = { atMs: endedAtMs, monotonicMs: endedAtMs, bootId: "b" };
  return {
    id: "r",
    kind: "drill",
    plan: "shop-data",
    place: "office",
    set: "s",
    target: "localhost",
    folder: "/x",
    scope: "full",
    state: "done",
    startedAt: stamp,
    endedAt: stamp,
    lostSeconds: null,
    trouble: null,
    phases,
    ...change,
  };
}

test("against the target: met, likely, missed, and unproven without a whole drill in time", () => {
  const target = { backWithinMs: 3_600_000, isFull: true, isOverdue: false };
  assert.equal(againstTarget({ p50: 3000, p90: 3600 }, target), "met");
  assert.equal(againstTarget({ p50: 3600, p90: 4000 }, target), "likely");
  assert.equal(againstTarget({ p50: 3601, p90: 4000 }, target), "missed");
  for (const change of [{ isFull: false }, { isOverdue: true }, { backWithinMs: null }])
    assert.equal(againstTarget({ p50: 1, p90: 1 }, { ...target, ...change }), "unproven");
  assert.equal(againstTarget(null, target), "unproven");
});

test("overdue is counted from the last whole drill that came to its end", () => {
  const now = 100 * dayMs;
  assert.equal(isOverdue([run(now - 20 * dayMs, [])], 30 * dayMs, now), false);
  assert.equal(isOverdue([run(now - 31 * dayMs, [])], 30 * dayMs, now), true);
  assert.equal(isOverdue([run(now - dayMs, [], { state: "failed" })], 30 * dayMs, now), true);
  assert.equal(isOverdue([run(now - dayMs, [], { scope: "sampled" })], 30 * dayMs, now), true);
  assert.equal(isOverdue([], 30 * dayMs, now), true);
  assert.equal(isOverdue([], null, now), false);
});

test("each phase is told against the drill before", () => {
  const before = run(1, [phase("fetch", 100), phase("load", 40)]);
  const now = run(2, [phase("fetch", 80), phase("load", 50), phase("smoke", 5)]);
  assert.deepEqual(phaseChanges(now, before), [
    { phase: "fetch", seconds: 80, changeSeconds: -20 },
    { phase: "load", seconds: 50, changeSeconds: 10 },
    { phase: "smoke", seconds: 5, changeSeconds: null },
  ]);
});

test("the phase to shorten is where the most can be won, not the longest", () => {
  const phases = [
    phase("fetch", 1000, { bytes: 9.9e9 }),
    phase("load", 900, { bytes: 1e9 }),
    phase("decide", 300, { manualSteps: 2 }),
  ];
  assert.deepEqual(shortenNext(run(1, phases), { fetch: 1e7, load: 1e7 }), {
    phase: "load",
    saveSeconds: 800,
    why: "link-idle",
  });
  assert.equal(shortenNext(run(1, phases), { fetch: 1e7, load: 1.2e6 })?.why, "by-hand");
  assert.equal(shortenNext(run(1, []), {}), null);
});

test("the goal is two thirds of the first recovery", () => {
  const runs = [run(3, [phase("fetch", 66)]), run(2, [phase("fetch", 90)]), run(1, [phase("fetch", 100)])];
  assert.deepEqual(againstFirst(runs), { ratio: 0.66, kept: true });
  assert.equal(againstFirst(runs.slice(1))?.kept, false);
  assert.equal(againstFirst(runs.slice(2)), null);
});

test("forecasts are scored by what was measured", () => {
  const forecast = { p10: 10, p50: 20, p90: 30, isExtrapolated: false };
  assert.equal(
    coverage([
      { forecast, seconds: 25 },
      { forecast, seconds: 31 },
    ]),
    0.5,
  );
  assert.equal(coverage([]), null);
});

const copies = ["office", "cloud"].map((place) => ({
  place,
  records: [3, 2, 1].map((at) => drillRecord(`${place}-${at}`, "f", "d")),
  quarantined: 0,
}));

test("three drills take the newest copy and the fourth any; places take turns, the survivor first", () => {
  const chosen = [0, 1, 2, 3].map((before) =>
    chooseCopy(copies, { before, place: null, survivors: ["cloud"], random: () => 0.99 }),
  );
  assert.deepEqual(
    chosen.map((one) => [one?.place, one?.record.set, one?.why]),
    [
      ["cloud", "cloud-3", "newest"],
      ["office", "office-3", "newest"],
      ["cloud", "cloud-3", "newest"],
      ["office", "office-1", "random"],
    ],
  );
  assert.equal(chooseCopy(copies, { before: 0, place: "office", survivors: [], random: () => 0 })?.why, "wished");
  assert.equal(chooseCopy(copies, { before: 0, place: "nowhere", survivors: [], random: () => 0 }), null);
  assert.equal(chooseCopy([], { before: 0, place: null, survivors: [], random: () => 0 }), null);
});

test("a sample holds a tenth and 5 GB, or all there is", () => {
  const folders = Array.from({ length: 100 }, (_, at) => ({ path: `/srv/${at}`, bytes: 1e9 }));
  assert.equal(sampleFolders(folders, seeded(1)).length, 10);
  assert.equal(sampleFolders(folders.slice(0, 20), seeded(1)).length, 5);
  assert.equal(sampleFolders(folders.slice(0, 3), seeded(1)).length, 3);
});
