import assert from "node:assert/strict";
import { test } from "node:test";
import { stampNow } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import { Secret } from "../../kernel/secret.ts";
import { createFakeClock as createClock, type FakeClock } from "../../../test/doubles/fake-clock.ts";
import { createMemory } from "../../../test/doubles/recover-memory.ts";
import { planOf, siteWith, targetOf } from "../../../test/doubles/recover-plan.ts";
import type { WorkStamps } from "./due.ts";
import { createRecoverySchedule, type RecoverySchedule } from "./schedule.ts";
import { jitterMs } from "./spread.ts";
import type { RecoveryWork } from "./work.ts";

let starts = 0;
/** A machine that was started anew. */
function createFakeClock(startMs?: number): FakeClock {
  return { ...createClock(startMs), bootId: `start-${++starts}` };
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

interface Bench {
  readonly clock: FakeClock;
  readonly schedule: RecoverySchedule;
  /** `backup shop-data`, with the wall time it began at */
  readonly begun: { readonly what: string; readonly atMs: number }[];
  last: Record<string, WorkStamps>;
  of(work: RecoveryWork): readonly number[];
}

interface BenchOptions {
  readonly plans?: readonly BackupPlan[];
  readonly clock?: FakeClock;
  readonly timeZone?: string;
  readonly takesMs?: number;
  readonly before?: Pick<Bench, "last"> & { readonly memory: ReturnType<typeof createMemory> };
  readonly memory?: ReturnType<typeof createMemory>;
}

function bench(options: BenchOptions = {}): Bench {
  const clock = options.clock ?? createFakeClock();
  const begun: Bench["begun"] = [];
  const site = siteWith(options.plans ?? [planOf()], { timeZone: options.timeZone ?? "Asia/Tokyo" });
  const made: { last: Record<string, WorkStamps> } = { last: { ...options.before?.last } };
  const schedule = createRecoverySchedule({
    clock,
    log: silent,
    site: () => site,
    memory: options.before?.memory ?? options.memory ?? createMemory(),
    lastOf: async (plan) => made.last[plan] ?? {},
    async start(work, { key }) {
      begun.push({ what: `${work} ${key}`, atMs: clock.nowMs() });
      if (options.takesMs !== undefined && work === "backup")
        await new Promise<void>((resolve) => clock.after(options.takesMs ?? 0, resolve));
      made.last[key] = { ...made.last[key], [work]: stampNow(clock) };
    },
  });
  const of: Bench["of"] = (work) => begun.flatMap(({ what, atMs }) => (what.startsWith(`${work} `) ? [atMs] : []));
  return Object.assign(made, { clock, schedule, begun, of });
}

const written = (iso: string): number => Date.parse(iso) + jitterMs("shop-data", dayMs);

test("a plan runs at its written time in the site's zone, later by the same few minutes every day", async () => {
  const { schedule, clock, of } = bench();
  await schedule.start();
  assert.equal(schedule.nextAtMs("shop-data"), written("2026-11-22T03:21:00+09:00"));
  await clock.advance(2 * dayMs);
  assert.deepEqual(of("backup"), [written("2026-11-22T03:21:00+09:00"), written("2026-11-23T03:21:00+09:00")]);
  assert.ok(jitterMs("shop-data", dayMs) < 6 * minuteMs);
  schedule.stop();
});

test("fifty plans of the same minute are spread, each always to its own place", () => {
  const plans = Array.from({ length: 50 }, (_, index) => jitterMs(`plan-${index}`, dayMs));
  assert.ok(new Set(plans.map((ms) => Math.floor(ms / 10_000))).size > 20);
  assert.deepEqual(
    plans,
    Array.from({ length: 50 }, (_, index) => jitterMs(`plan-${index}`, dayMs)),
  );
  assert.ok(Math.max(...plans.map((_, index) => jitterMs(`plan-${index}`, hourMs))) <= hourMs / 20);
});

test("runs missed while the hub stood still are made up for once", async () => {
  const memory = createMemory();
  const first = bench({ memory, plans: [planOf({ at: "0 * * * *" })] });
  await first.schedule.start();
  await first.clock.advance(90 * minuteMs);
  first.schedule.stop();
  assert.equal(first.of("backup").length, 1);
  const clock = createFakeClock(first.clock.nowMs() + 5 * hourMs);
  const next = bench({ clock, before: { last: first.last, memory }, plans: [planOf({ at: "0 * * * *" })] });
  await next.schedule.start();
  await clock.advance(3 * minuteMs);
  assert.equal(next.of("backup").length, 1);
  await clock.advance(10 * minuteMs);
  assert.equal(next.of("backup").length, 1);
  next.schedule.stop();
});

test("a plan that never ran waits for its first written time, also over a restart", async () => {
  const memory = createMemory();
  const first = bench({ memory });
  await first.schedule.start();
  assert.equal(first.of("backup").length, 0);
  first.schedule.stop();
  const clock = createFakeClock(first.clock.nowMs() + 6 * hourMs);
  const next = bench({ clock, memory });
  await next.schedule.start();
  await clock.advance(3 * minuteMs);
  assert.equal(next.of("backup").length, 1);
  next.schedule.stop();
});

test("one run of a plan at a time: what comes due meanwhile is left out, and a second hand is refused", async () => {
  const { schedule, clock, of } = bench({ plans: [planOf({ at: "0 * * * *" })], takesMs: 150 * minuteMs });
  await schedule.start();
  await clock.advance(60 * minuteMs);
  assert.deepEqual(schedule.running("shop-data"), ["backup"]);
  assert.equal(schedule.run("backup", "shop-data"), null);
  assert.equal(schedule.run("verify", "shop-data"), null);
  await clock.advance(175 * minuteMs);
  assert.equal(of("backup").length, 2);
  const [first = 0, second = 0] = of("backup");
  assert.equal(second - first, 3 * hourMs);
  schedule.stop();
});

test("where clocks are put forward the run takes place at the end of the gap, where they are put back once", async () => {
  const plan = planOf({ at: "30 2 * * *" });
  const late = jitterMs("shop-data", dayMs);
  const spring = bench({
    plans: [plan],
    timeZone: "Europe/Berlin",
    clock: createFakeClock(Date.parse("2027-03-27T23:00:00Z")),
  });
  await spring.schedule.start();
  await spring.clock.advance(dayMs);
  const [only = 0, ...more] = spring.of("backup");
  assert.ok(only >= Date.parse("2027-03-28T01:00:00Z") && only <= Date.parse("2027-03-28T01:00:00Z") + 2 * late + 1);
  assert.deepEqual(more, []);
  spring.schedule.stop();
  const autumn = bench({
    plans: [plan],
    timeZone: "Europe/Berlin",
    clock: createFakeClock(Date.parse("2026-10-24T22:00:00Z")),
  });
  await autumn.schedule.start();
  await autumn.clock.advance(23 * hourMs);
  assert.equal(autumn.of("backup").length, 1);
  autumn.schedule.stop();
});

test("a clock that jumps by three hours leaves no run out and starts at most one too many", async () => {
  for (const jumpMs of [3 * hourMs, -3 * hourMs]) {
    const { schedule, clock, of } = bench();
    await schedule.start();
    await clock.advance(4 * hourMs);
    assert.equal(of("backup").length, 1);
    clock.stepWall(jumpMs);
    await clock.advance(20 * hourMs - jumpMs);
    const beforeSecondDay = of("backup").length;
    assert.ok(beforeSecondDay >= 1 && beforeSecondDay <= 2, `jump ${jumpMs}: ${beforeSecondDay}`);
    await clock.advance(dayMs);
    assert.ok(of("backup").length - beforeSecondDay >= 1);
    assert.ok(of("backup").length <= 3);
    schedule.stop();
  }
});

test("a jump over the written time starts the run within a minute, once", async () => {
  const { schedule, clock, of } = bench();
  await schedule.start();
  clock.stepWall(3 * hourMs);
  await clock.advance(3 * minuteMs);
  assert.equal(of("backup").length, 1);
  clock.stepWall(-3 * hourMs);
  await clock.advance(10 * minuteMs);
  assert.equal(of("backup").length, 1);
  schedule.stop();
});

test("repositories are read hourly, verified daily, proven every 31 days, tidied only with a maintainer's credential", async () => {
  const maintainer = new Secret("x", "test");
  const kept = planOf({
    key: "kept",
    keep: { hourly: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 },
    to: [targetOf({ maintainer })],
    drill: { everyMs: 2 * dayMs, host: "drill1", bootCheck: null },
  });
  const { schedule, clock, begun } = bench({ plans: [planOf(), kept] });
  await schedule.start();
  await clock.advance(3 * dayMs);
  const count = (what: string): number => begun.filter((one) => one.what === what).length;
  assert.ok(count("read shop-data") >= 2 * 24 && count("read shop-data") <= 4 * 24);
  assert.ok(count("verify shop-data") >= 3 && count("verify shop-data") <= 4);
  assert.equal(count("prove shop-data"), 1);
  assert.equal(
    schedule.nextAtMs("shop-data", "prove"),
    (begun.find(({ what }) => what === "prove shop-data")?.atMs ?? 0) + 31 * dayMs,
  );
  assert.equal(count("retention shop-data") + count("prune shop-data"), 0);
  assert.ok(count("retention kept") >= 3);
  assert.equal(count("prune kept"), 0);
  assert.ok((schedule.nextAtMs("kept", "prune") ?? 0) > clock.nowMs() + 3 * dayMs);
  assert.equal(count("drill kept"), 1);
  assert.equal(count("drill shop-data"), 0);
  schedule.stop();
});

test("a drill that took the hub with it does not begin again at once, but hours later", async () => {
  const drill = { everyMs: 90 * dayMs, host: "drill1", bootCheck: null };
  const memory = createMemory();
  const before = bench({ plans: [planOf({ drill })], memory });
  await before.schedule.start();
  before.schedule.stop();
  const clock = createFakeClock(before.clock.nowMs() + 100 * dayMs);
  const next = bench({ plans: [planOf({ drill })], clock, memory });
  next.schedule.tried("drill", "shop-data");
  await next.schedule.start();
  await clock.advance(5 * hourMs);
  assert.deepEqual(next.of("drill"), []);
  await clock.advance(2 * hourMs);
  assert.equal(next.of("drill").length, 1);
  next.schedule.stop();
});

test("nothing is written to what is adopted or kept by a provider", async () => {
  const plans = [
    planOf({ key: "taken-over", to: [targetOf({ adopt: true })] }),
    planOf({ key: "theirs", with: "external", to: [targetOf({ repo: null })] }),
    planOf({ key: "by-borg", with: "borg" }),
  ];
  const { schedule, clock, begun } = bench({ plans });
  await schedule.start();
  await clock.advance(2 * dayMs);
  const kinds = new Set(begun.map(({ what }) => what));
  assert.deepEqual([...kinds].toSorted(), ["read by-borg", "read taken-over", "verify by-borg", "verify taken-over"]);
  schedule.stop();
});

test("a proof is made anew when the plan goes elsewhere", async () => {
  const memory = createMemory();
  const first = bench({ memory });
  await first.schedule.start();
  await first.clock.advance(hourMs);
  first.schedule.stop();
  assert.equal(first.of("prove").length, 1);
  const clock = createFakeClock(first.clock.nowMs() + hourMs);
  const moved = planOf({ to: [targetOf({ repo: "sftp:b@office:/elsewhere" })] });
  const next = bench({ plans: [moved], clock, before: { last: first.last, memory } });
  await next.schedule.start();
  await clock.advance(dayMs);
  assert.equal(next.of("prove").length, 1);
  next.schedule.stop();
});

test("the limit of a running backup follows the hours of the file", async () => {
  const windows = [{ fromMinute: 22 * 60, toMinute: 6 * 60, upBitsPerSecond: null }];
  const plan = planOf({ limits: { upBitsPerSecond: 20_000_000, downBitsPerSecond: null, windows } });
  const clock = createFakeClock();
  const told: (number | null)[] = [];
  const site = siteWith([plan], { timeZone: "Asia/Tokyo" });
  const schedule = createRecoverySchedule({
    clock,
    log: silent,
    site: () => site,
    memory: createMemory(),
    lastOf: async () => ({}),
    start: async () => {},
    limitChanged: (_plan, limit) => void told.push(limit),
  });
  await schedule.start();
  const run = schedule.run("backup", "shop-data", () => new Promise((resolve) => clock.after(5 * hourMs, resolve)));
  await clock.advance(4 * hourMs);
  assert.deepEqual(told, [20_000_000]);
  await clock.advance(2 * hourMs);
  await run;
  schedule.stop();
});
