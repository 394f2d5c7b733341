import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation, Outcome } from "../../src/kernel/model/observation.ts";
import { createScheduler } from "../../src/observe/scheduler.ts";
import { checkOf, recordingLog, scriptedProbe } from "../doubles/scripted-probe.ts";
import { createStepClock } from "../doubles/step-clock.ts";

/** Plays `outcomes` in order, the last one for ever. @returns [attempt, milliseconds since the first start] of each */
async function play(outcomes: readonly Outcome[], { attempts = 3, tookMs = 0, everyMs = 60_000, forMs = 50_000 } = {}) {
  const clock = createStepClock();
  const { probe, told } = scriptedProbe(clock, (_target, count) => ({
    outcome: outcomes[Math.min(count, outcomes.length) - 1] ?? "up",
    tookMs,
  }));
  const seen: Observation[] = [];
  const scheduler = createScheduler({
    clock,
    probes: [probe],
    vantage: "here",
    trustedHosts: () => new Set(),
    report: (observation) => void seen.push(observation),
    log: recordingLog(),
  });
  // an id whose tick lies far from the start, so that only quick attempts follow the first look
  const check = checkOf("quick-7", { everyMs, attempts });
  scheduler.setChecks([check]);
  scheduler.start();
  const firstMs = clock.monotonicMs();
  await clock.advance(forMs);
  await scheduler.stop();
  return told.slice(0, seen.length).map(({ startedMs }, index) => [seen[index]?.attempt, startedMs - firstMs]);
}

const within = (rows: (number | undefined)[][], ms: number): (number | undefined)[][] =>
  rows.filter(([, at]) => (at ?? 0) <= ms);

test("a first failure is looked at again one and two seconds after it ended", async () => {
  assert.deepEqual(within(await play(["down"], { everyMs: 3_600_000 }), 49_000), [
    [1, 0],
    [2, 1_000],
    [3, 2_000],
  ]);
});

test("a slow failure: each quick attempt starts at least a second after the one before ended", async () => {
  assert.deepEqual(within(await play(["down"], { tookMs: 4_000, everyMs: 3_600_000 }), 49_000), [
    [1, 0],
    [2, 5_000],
    [3, 10_000],
  ]);
});

test("five attempts go on in steps of two seconds", async () => {
  assert.deepEqual(within(await play(["down"], { attempts: 5, everyMs: 3_600_000 }), 49_000), [
    [1, 0],
    [2, 1_000],
    [3, 2_000],
    [4, 4_000],
    [5, 6_000],
  ]);
});

test("a single lost attempt ends with the next good one", async () => {
  assert.deepEqual(within(await play(["down", "up"], { everyMs: 3_600_000 }), 49_000), [
    [1, 0],
    [2, 1_000],
  ]);
});

test("an unknown outcome starts no quick attempts", async () => {
  assert.deepEqual(within(await play(["unknown"], { everyMs: 3_600_000 }), 49_000), [[1, 0]]);
});

test("one attempt decides where the check says so", async () => {
  assert.deepEqual(within(await play(["down"], { attempts: 1, everyMs: 3_600_000 }), 49_000), [[1, 0]]);
});

test("recovery is confirmed by quick attempts too, and what is settled stays quiet", async () => {
  const rows = await play(["down", "down", "down", "down", "up"], { everyMs: 20_000, forMs: 200_000 });
  const attempts = rows.map(([attempt]) => attempt);
  const text = attempts.join("");
  assert.match(text, /^1231+/, text);
  const bursts = text.split("23").length - 1;
  assert.equal(bursts, 2, `one burst down, one back: ${text}`);
});
