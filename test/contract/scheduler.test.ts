import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Check } from "../../src/kernel/model/check.ts";
import type { Observation } from "../../src/kernel/model/observation.ts";
import { nextTickMs } from "../../src/observe/phase.ts";
import { createScheduler } from "../../src/observe/scheduler.ts";
import { checkOf, recordingLog, scriptedProbe, type Turn } from "../doubles/scripted-probe.ts";
import { createStepClock } from "../doubles/step-clock.ts";

function setUp(play: (target: string, attempt: number) => Turn | Promise<Turn>, maxRunning?: number) {
  const clock = createStepClock();
  const { probe, told } = scriptedProbe(clock, play);
  const seen: Observation[] = [];
  const log = recordingLog();
  const scheduler = createScheduler({
    clock,
    probes: [probe],
    vantage: "here",
    trustedHosts: () => new Set(),
    report: (observation) => void seen.push(observation),
    log,
    ...(maxRunning === undefined ? {} : { maxRunning }),
  });
  const startsOf = (id: string): number[] =>
    told.filter(({ target }) => target === id).map(({ startedMs }) => startedMs);
  return { clock, told, seen, log, scheduler, startsOf };
}

const up = (): Turn => ({ outcome: "up" });

test("the first probe starts at once, and every check is probed within its first interval", async () => {
  const { clock, scheduler, told, startsOf } = setUp(up);
  const checks = Array.from({ length: 10_000 }, (_, index) => checkOf(`c${index}`, { everyMs: 20_000 }));
  const startMs = clock.monotonicMs();
  scheduler.setChecks(checks);
  scheduler.start();
  await clock.advance(1);
  assert.ok(told.length > 0);
  assert.ok(clock.timersSet() < 20, `${clock.timersSet()} timers`);
  await clock.advance(20_000);
  assert.equal(new Set(told.map(({ target }) => target)).size, 10_000);
  const perSecond = new Map<number, number>();
  for (const { startedMs } of told) {
    const second = Math.floor((startedMs - startMs) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  assert.ok(Math.max(...perSecond.values()) < 1_700, "starts are spread");
  assert.ok((startsOf("c9999")[0] ?? Infinity) - startMs <= 20_000);
  await scheduler.stop();
});

test("a few checks with long intervals are all looked at within a second and a half", async () => {
  const { clock, scheduler, told } = setUp(up);
  scheduler.setChecks(["a", "b", "c"].map((id) => checkOf(id, { everyMs: 3_600_000 })));
  scheduler.start();
  await clock.advance(1_500);
  assert.equal(told.length, 3);
  await scheduler.stop();
});

test("over 24 hours a thousand checks keep their exact period while the wall clock is stepped by three hours", async () => {
  const { clock, scheduler, told } = setUp(up);
  const periodsMs = [60_000, ...Array.from({ length: 9 }, (_, index) => 600_000 + index * 450_000)];
  const checks = Array.from({ length: 1_000 }, (_, index) =>
    checkOf(`c${index}`, { everyMs: periodsMs[index % 10] ?? 60_000 }),
  );
  scheduler.setChecks(checks);
  scheduler.start();
  const startMs = clock.monotonicMs();
  for (const stepMs of [3, -3, -3, 3]) {
    await clock.advance(6 * 3_600_000);
    clock.stepWall(stepMs * 3_600_000);
  }
  const starts = new Map<string, number[]>();
  for (const { target } of told) starts.set(target, []);
  for (const { target, startedMs } of told) starts.get(target)?.push(startedMs);
  for (const check of checks) {
    const all = starts.get(check.id) ?? [];
    const firstTickMs = nextTickMs(check, startMs);
    const ticks = all.filter((ms) => ms >= firstTickMs);
    assert.equal(ticks.length, Math.floor((clock.monotonicMs() - firstTickMs) / check.everyMs) + 1, check.id);
    ticks.forEach((ms, index) => assert.equal(ms, firstTickMs + index * check.everyMs));
    assert.ok(all.length - ticks.length <= 1, "at most the first look comes outside the period");
  }
  await scheduler.stop();
});

test("a check still running when due again is not started twice", async () => {
  const { clock, scheduler, startsOf } = setUp((target) => ({ outcome: "up", tookMs: target === "slow" ? 4_900 : 0 }));
  scheduler.setChecks([checkOf("slow", { everyMs: 2_000 }), checkOf("fast", { everyMs: 2_000 })]);
  scheduler.start();
  await clock.advance(60_000);
  const slow = startsOf("slow");
  slow.slice(1).forEach((ms, index) => assert.ok(ms - (slow[index] ?? 0) >= 4_900));
  assert.ok(slow.length >= 9, `${slow.length} starts`);
  assert.ok(startsOf("fast").length >= 30);
  await scheduler.stop();
});

test("no more than the limit run at once; the others follow in the order they fell due", async () => {
  let running = 0;
  let most = 0;
  const { clock, scheduler, told } = setUp(async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => void clock.after(3_000, resolve));
    running--;
    return { outcome: "up" };
  }, 5);
  scheduler.setChecks(Array.from({ length: 40 }, (_, index) => checkOf(`c${index}`, { everyMs: 300_000 })));
  scheduler.start();
  await clock.advance(30_000);
  assert.equal(most, 5);
  const first = [...new Set(told.map(({ target }) => target))];
  assert.equal(first.length, 40, "no check starves");
  await scheduler.stop();
});

test("asked to look now, it looks ahead of the queue and only once, and the period stays", async () => {
  const { clock, scheduler, startsOf } = setUp(up);
  const check = checkOf("a", { everyMs: 600_000 });
  scheduler.setChecks([check]);
  scheduler.start();
  await clock.advance(2_000);
  const before = startsOf("a").length;
  scheduler.probeNow(["a", "nobody"]);
  scheduler.probeNow(["a"]);
  await clock.advance(10);
  assert.ok(startsOf("a").length - before >= 1 && startsOf("a").length - before <= 2);
  const tickMs = nextTickMs(check, clock.monotonicMs());
  await clock.advance(tickMs - clock.monotonicMs());
  assert.equal(startsOf("a").at(-1), tickMs);
  await scheduler.stop();
});

test("many wishes to look at a waiting check become one attempt", async () => {
  const { clock, scheduler, startsOf } = setUp(
    (target) => ({ outcome: "up", tookMs: target === "long" ? 4_000 : 0 }),
    1,
  );
  scheduler.setChecks([checkOf("long", { everyMs: 600_000 }), checkOf("b", { everyMs: 600_000 })]);
  scheduler.start();
  await clock.advance(1);
  for (let wish = 0; wish < 20; wish++) scheduler.probeNow(["b"]);
  await clock.advance(10_000);
  assert.ok(startsOf("b").length <= 2, `${startsOf("b").length} attempts`);
  await scheduler.stop();
});

test("after a stall what was missed is skipped or spread, never bunched, and the grid holds", async () => {
  const { clock, scheduler, told } = setUp(up);
  const checks = Array.from({ length: 400 }, (_, index) => checkOf(`c${index}`, { everyMs: 20_000 }));
  scheduler.setChecks(checks);
  scheduler.start();
  await clock.advance(60_000);
  const before = told.length;
  await clock.stall(600_000);
  const resumedMs = clock.monotonicMs();
  assert.ok(told.length - before <= 4, `${told.length - before} started in one moment`);
  await clock.advance(20_000);
  const after = told.slice(before);
  assert.equal(new Set(after.map(({ target }) => target)).size, 400, "each is looked at within one interval");
  assert.ok(after.length <= 440, `${after.length} attempts`);
  await clock.advance(40_000);
  for (const check of checks) {
    const ticks = told.filter(({ target, startedMs }) => target === check.id && startedMs > resumedMs + 20_000);
    assert.deepEqual(
      ticks.map(({ startedMs }) => (startedMs - nextTickMs(check, 0)) % 20_000),
      ticks.map(() => 0),
    );
  }
  await scheduler.stop();
});

test("a loop that is always late still looks at every check", async () => {
  const { clock, scheduler, startsOf } = setUp(up);
  scheduler.setChecks(["a", "b", "c"].map((id) => checkOf(id)));
  scheduler.start();
  for (let round = 0; round < 400; round++) await clock.stall(1_700);
  for (const id of ["a", "b", "c"]) assert.ok(startsOf(id).length >= 30, `${id}: ${startsOf(id).length}`);
  await scheduler.stop();
});

test("a probe that throws is unknown with our own fault, logged, and the scheduler lives on", async () => {
  const { clock, scheduler, seen, log } = setUp((_target, attempt) => {
    if (attempt % 2 === 1) throw new Error("our bug");
    return { outcome: "up" };
  });
  scheduler.setChecks([checkOf("a", { everyMs: 5_000 })]);
  scheduler.start();
  await clock.advance(30_000);
  assert.equal(seen[0]?.outcome, "unknown");
  assert.deepEqual(seen[0]?.error, { code: "koboshi-fault", text: "our bug" });
  assert.equal(seen[1]?.outcome, "up");
  assert.ok(seen.every(({ attempt }) => attempt === 1));
  assert.ok(log.lines.some(({ level, message }) => level === "error" && message.includes("our own code")));
  await scheduler.stop();
});

test("a probe that never ends gives its place back, and an unknown kind is said", async () => {
  const { clock, scheduler, seen } = setUp(() => new Promise<Turn>(() => {}), 1);
  scheduler.setChecks([checkOf("hangs", { everyMs: 60_000 }), checkOf("other", { kind: "no-such", everyMs: 60_000 })]);
  scheduler.start();
  await clock.advance(12_000);
  assert.deepEqual(seen.map(({ checkId, error }) => [checkId, error?.code]).slice(0, 2), [
    ["hangs", "koboshi-fault"],
    ["other", "probe-not-known"],
  ]);
  await scheduler.stop();
});

test("new checks are taken over while it runs: what stays keeps its phase, what is gone is not reported", async () => {
  const { clock, scheduler, seen, startsOf } = setUp((target) => ({
    outcome: "up",
    tookMs: target === "old" ? 4_000 : 0,
  }));
  const kept: Check = checkOf("kept");
  scheduler.setChecks([kept, checkOf("old", { everyMs: 600_000 })]);
  scheduler.start();
  await clock.advance(1_000);
  scheduler.setChecks([{ ...kept }, checkOf("new", { everyMs: 600_000 })]);
  await clock.advance(60_000);
  assert.ok(startsOf("new").length >= 1);
  assert.ok(seen.every(({ checkId }) => checkId !== "old"));
  const gaps = startsOf("kept")
    .slice(2)
    .map((ms, index) => ms - (startsOf("kept")[index + 1] ?? 0));
  assert.ok(
    gaps.every((ms) => ms === 20_000),
    gaps.join(),
  );
  await scheduler.stop();
});

test("stopping ends attempts at once; the pulse shows that it lives", async () => {
  const { clock, scheduler, seen } = setUp(() => ({ outcome: "up", tookMs: 4_000 }));
  assert.equal(scheduler.pulse(), null);
  scheduler.setChecks([checkOf("a", { everyMs: 3_600_000 })]);
  scheduler.start();
  await clock.advance(1_000);
  await scheduler.stop();
  assert.deepEqual(seen, []);
  scheduler.start();
  await clock.advance(120_000);
  assert.ok(clock.monotonicMs() - (scheduler.pulse() ?? 0) <= 5_000);
  await scheduler.stop();
});

test("whatever the periods and outcomes, ticks stay on the grid and no attempt overlaps another", async () => {
  const history = fc.array(fc.constantFrom<Turn["outcome"]>("up", "down", "degraded", "unknown"), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        everyMs: fc.integer({ min: 1_000, max: 120_000 }),
        tookMs: fc.integer({ min: 0, max: 4_999 }),
        attempts: fc.integer({ min: 1, max: 6 }),
        outcomes: history,
      }),
      async ({ everyMs, tookMs, attempts, outcomes }) => {
        const { clock, scheduler, told, seen } = setUp((_target, attempt) => ({
          outcome: outcomes[attempt % outcomes.length] ?? "up",
          tookMs,
        }));
        const check = checkOf("a", { everyMs, attempts });
        scheduler.setChecks([check]);
        scheduler.start();
        const startMs = clock.monotonicMs();
        await clock.advance(everyMs * 30);
        const starts = told.map(({ startedMs }) => startedMs);
        starts.slice(1).forEach((ms, index) => assert.ok(ms - (starts[index] ?? 0) >= tookMs, "overlap"));
        for (let tickMs = nextTickMs(check, startMs); tickMs <= clock.monotonicMs(); tickMs += everyMs) {
          const covered = starts.some((ms) => ms <= tickMs && tickMs <= ms + tookMs);
          assert.ok(covered, `nothing ran at the tick ${tickMs}`);
        }
        assert.ok(seen.every(({ attempt }) => attempt >= 1 && attempt <= attempts));
        await scheduler.stop();
      },
    ),
    { numRuns: 60 },
  );
});
