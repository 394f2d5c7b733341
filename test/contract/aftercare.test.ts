import assert from "node:assert/strict";
import { test } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { JobsVerdict, OutsideView, Repair } from "../../src/kernel/model/aftercare.ts";
import type { HostSnapshot } from "../../src/kernel/model/snapshot.ts";
import type { Window } from "../../src/kernel/model/window.ts";
import type { AftercareRunner, JobsAfter, RepairRun } from "../../src/kernel/ports-prevent.ts";
import { err, ok } from "../../src/kernel/result.ts";
import { createAftercare, type AftercareDeps } from "../../src/prevent/aftercare/runner.ts";
import {
  afterOf,
  at,
  backMs,
  backupDue,
  inputOf,
  jobsOf,
  minuteMs,
  nightly,
  nightMs,
  nowMs,
  readingOf,
  snapshotOf,
  storyInput,
  viewOf,
  windowOf,
} from "../doubles/aftercare-world.ts";
import { clockRepair } from "../doubles/window-story.ts";
import { engines } from "./ledger/engines.ts";
import { withLedger, type Bench } from "./ledger/suite.ts";

interface World {
  after: HostSnapshot | null;
  view: OutsideView;
  jobs: JobsVerdict;
  newestSetMs: number;
  runs: RepairRun[];
}

interface Seen {
  readonly asked: Parameters<JobsAfter["judge"]>[0][];
  readonly before: number[];
  readonly lookedNow: string[];
  readonly offered: { readonly host: string; readonly repair: Repair }[];
  atOnce: number;
}

const story: World = {
  after: storyInput.after,
  view: storyInput.outsideAfter,
  jobs: jobsOf([nightly]),
  newestSetMs: nightMs - 86_400_000,
  runs: [],
};

function runnerOf(bench: Bench, world: World): { readonly aftercare: AftercareRunner; readonly seen: Seen } {
  const seen: Seen = { asked: [], before: [], lookedNow: [], offered: [], atOnce: 0 };
  let busy = 0;
  const deps: AftercareDeps = {
    clock: bench.clock,
    log: {
      debug() {},
      info() {},
      warn: (text) => bench.complaints.push(text),
      error: (text) => bench.complaints.push(text),
    },
    ledger: bench.ledger,
    snapshots: {
      async take(host) {
        busy += 1;
        seen.atOnce = Math.max(seen.atOnce, busy);
        await new Promise((resolve) => setImmediate(resolve));
        busy -= 1;
        if (host === "broken") throw new Error("a fault of ours");
        return world.after === null ? err(new KoboshiError("KB4204", { what: host })) : ok({ ...world.after, host });
      },
      async newestBefore(host, atMs) {
        seen.before.push(atMs);
        return world.after === null ? null : { ...snapshotOf(), host };
      },
    },
    outside: {
      now: async () => world.view,
      before: async () => viewOf({ at: at(nightMs - 10 * minuteMs) }),
    },
    jobs: {
      async judge(input) {
        seen.asked.push(input);
        return { ...world.jobs, host: input.host };
      },
    },
    repairs: {
      async offer({ windowId, host, repair }) {
        seen.offered.push({ host, repair });
        const run = runOf({ windowId, host, repair, state: "offered" });
        world.runs = [run, ...world.runs.filter((each) => each.repair.id !== repair.id)];
        return ok(run);
      },
      repairs: async () => world.runs,
      async withdraw({ id }) {
        const run = world.runs.find((each) => each.id === id && each.state === "offered");
        if (run === undefined) return err(new KoboshiError("KB1002", { what: String(id) }));
        const withdrawn: RepairRun = { ...run, state: "withdrawn" };
        world.runs = world.runs.map((each) => (each === run ? withdrawn : each));
        return ok(withdrawn);
      },
    },
    backups: async () => [{ ...backupDue, newestAtMs: world.newestSetMs }],
    lookNow: async (host) => void seen.lookedNow.push(host),
    restored: async (id) => (id === 241 ? [stillDown] : []),
    blindSpots: async () => [],
  };
  return { aftercare: createAftercare(deps), seen };
}

const stillDown = { code: "check-failing", of: "shop/http", ja: "まだ止まっています", en: "still down" } as const;

function runOf(run: Pick<RepairRun, "windowId" | "host" | "repair" | "state">): RepairRun {
  return { ...run, id: 1, sha256: "", offeredAt: at(nowMs), approvedBy: null, approvedAt: null, steps: [] };
}

function open(findings: Awaited<ReturnType<AftercareRunner["findings"]>>): readonly string[] {
  return findings.filter(({ result }) => result !== "pass").map(({ check, result }) => `${check} ${result}`);
}

for (const engine of engines) {
  test(`${engine.name}: the story is found, kept worst first, mended and then passes`, () =>
    withLedger(engine, async (bench) => {
      const world = { ...story };
      const { aftercare, seen } = runnerOf(bench, world);
      const found = await aftercare.run(windowOf());
      assert.deepEqual(open(found).slice(0, 4), [
        "clock-offset fail",
        "time-service fail",
        "backups fail",
        "jobs-missed fail",
      ]);
      assert.deepEqual(await aftercare.findings(7), found);
      assert.deepEqual(
        seen.offered.map(({ repair }) => repair.id),
        ["clock"],
      );
      // what the step of the planned repair would start by itself is asked for
      assert.equal(seen.asked[0]?.stepAtMs, nowMs);
      assert.deepEqual(seen.asked[0]?.clock.at(-1), { fromMs: nowMs, offsetMs: 0 });
      assert.equal(
        seen.asked[0]?.clock.some(({ offsetMs }) => offsetMs === -10_800_000),
        true,
      );

      Object.assign(world, { after: afterOf(), view: viewOf() });
      assert.deepEqual(open(await aftercare.run(windowOf())), ["backups fail", "jobs-missed fail"]);
      assert.equal(seen.asked[1]?.stepAtMs, null);
      assert.equal(
        world.runs.find(({ repair }) => repair.id === "clock")?.state,
        "withdrawn",
        "not called for any more",
      );
      assert.equal(seen.offered.at(-1)?.repair.id, "run-now//etc/cron.d/backup:2");

      // a person had it run, and the backup was taken
      const job = seen.offered.at(-1)?.repair;
      assert.ok(job !== undefined);
      world.runs = [{ ...runOf({ windowId: 7, host: "web1", repair: job, state: "done" }), approvedAt: at(nowMs) }];
      world.newestSetMs = nowMs;
      const closed = await aftercare.run(windowOf());
      assert.deepEqual(open(closed), []);
      // when the clock was wrong stays noted
      const noted = closed.find(({ check }) => check === "time-stamped-damage");
      assert.deepEqual([noted?.result, noted?.facts["offsetSeconds"]], ["pass", -10_800]);
      assert.deepEqual(bench.complaints, []);
    }));

  test(`${engine.name}: what was restored stands in the checklist of its recovery, with its first host`, () =>
    withLedger(engine, async (bench) => {
      const { aftercare } = runnerOf(bench, { ...story, after: afterOf(), view: viewOf() });
      const restored = async (change: Partial<Window>): Promise<readonly unknown[]> => {
        const found = await aftercare.run(windowOf({ hosts: ["web1", "db1"], ...change }));
        const mine = found.filter(({ check }) => check === "what-was-restored");
        return mine.map(({ host, result, items }) => [host, result, ...items]);
      };
      assert.deepEqual(await restored({ origin: "recovery", reference: "241" }), [["web1", "fail", "shop/http"]]);
      assert.deepEqual(await restored({ origin: "recovery", reference: "240" }), [["web1", "pass"]]);
      assert.deepEqual(await restored({ origin: "hand" }), []);
    }));

  test(`${engine.name}: a clock that was set passes after its second reading, and one shown twice is one`, () =>
    withLedger(engine, async (bench) => {
      const steps = [{ id: "step", state: "done", code: 0, output: "", at: at(nowMs) }] as const;
      const world: World = { ...story, after: afterOf(), view: viewOf() };
      const { aftercare, seen } = runnerOf(bench, world);
      const clock = async (): Promise<unknown> => {
        const found = await aftercare.run(windowOf());
        const { result, facts } = found.find(({ check }) => check === "clock-offset") ?? {};
        return facts?.["why"] ?? result;
      };
      assert.equal(await clock(), "pass", "nobody set it");
      const offered = runOf({ windowId: 7, host: "web1", repair: clockRepair, state: "done" });
      world.runs = [{ ...offered, approvedAt: at(nowMs), steps }];
      assert.deepEqual(seen.lookedNow, []);
      const passed: unknown[] = [];
      for (const seconds of [0, 0, 30, 60]) {
        world.view = viewOf({ clock: readingOf(0.02, 0.01, nowMs + seconds * 1_000) });
        passed.push(await clock());
      }
      assert.deepEqual(passed, ["clock-settling", "clock-settling", "clock-settling", "pass"]);
      assert.equal(seen.lookedNow.length, 4, "each reading is of that moment");
    }));

  test(`${engine.name}: the jobs are judged by when the host was up`, () =>
    withLedger(engine, async (bench) => {
      const { aftercare, seen } = runnerOf(bench, { ...story });
      await aftercare.run(windowOf());
      assert.deepEqual(seen.asked[0]?.up, [
        { fromMs: nightMs, toMs: nightMs + 3 * minuteMs },
        { fromMs: backMs, toMs: nowMs },
      ]);
      // a machine that stood still was not started anew
      const { course } = windowOf();
      const still = { ...course, rebooted: [], pausedMs: { web1: 60 * minuteMs } };
      const paused = runnerOf(bench, { ...story, after: { ...snapshotOf(), takenAt: at(nowMs) } });
      await paused.aftercare.run(windowOf({ course: still }));
      assert.deepEqual(paused.seen.asked[0]?.up, [
        { fromMs: nightMs, toMs: nightMs + 3 * minuteMs, stoodStillAfter: true },
        { fromMs: nightMs + 63 * minuteMs, toMs: nowMs },
      ]);
    }));

  test(`${engine.name}: a restart that nobody planned is compared with what was before it`, () =>
    withLedger(engine, async (bench) => {
      const { aftercare, seen } = runnerOf(bench, { ...story });
      const window: Window = {
        ...windowOf({ origin: "reboot", startMs: backMs + minuteMs }),
        course: { ...windowOf().course, startedAt: null },
      };
      await aftercare.run(window);
      assert.deepEqual(seen.before, [backMs - 1]);
    }));

  test(`${engine.name}: sixteen hosts at a time, each with its answers, and one that cannot be looked at stays open`, () =>
    withLedger(engine, async (bench) => {
      const healthy = inputOf();
      const world = { after: healthy.after, view: viewOf(), jobs: jobsOf(), newestSetMs: nowMs, runs: [] };
      const { aftercare, seen } = runnerOf(bench, world);
      const hosts = [...Array.from({ length: 40 }, (_, nth) => `web${nth}`), "broken"];
      const [found, same] = await Promise.all([aftercare.run(windowOf({ hosts })), aftercare.run(windowOf({ hosts }))]);
      assert.equal(seen.atOnce, 16);
      assert.equal(found, same);
      assert.deepEqual(open(found), ["monitoring-itself unobserved"]);
      assert.equal(new Set(found.map(({ host }) => host)).size, 41);
      assert.deepEqual(bench.complaints, ["aftercare of a host not ended"]);
    }));

  test(`${engine.name}: a repair that was refused is not offered again, nor one that may have run and must not run twice`, () =>
    withLedger(engine, async (bench) => {
      const world = { ...story };
      const { aftercare, seen } = runnerOf(bench, world);
      await aftercare.run(windowOf());
      const repair = seen.offered[0]?.repair;
      assert.ok(repair !== undefined);
      world.runs = [runOf({ windowId: 7, host: "web1", repair, state: "refused" })];
      await aftercare.run(windowOf());
      assert.equal(seen.offered.length, 1);
      // of the clock's repair it is known that it may run twice
      world.runs = [runOf({ windowId: 7, host: "web1", repair, state: "unknown" })];
      await aftercare.run(windowOf());
      assert.equal(seen.offered.length, 2);

      const mended = { ...story, after: afterOf(), view: viewOf() };
      const other = runnerOf(bench, mended);
      await other.aftercare.run(windowOf());
      const job = other.seen.offered[0]?.repair;
      assert.equal(job?.isSafeTwice, null);
      mended.runs = [runOf({ windowId: 7, host: "web1", repair: job, state: "unknown" })];
      await other.aftercare.run(windowOf());
      assert.equal(other.seen.offered.length, 1);
    }));

  test(`${engine.name}: a host that nothing of ours reads is judged from outside alone`, () =>
    withLedger(engine, async (bench) => {
      const world = { after: null, view: viewOf(), jobs: jobsOf(), newestSetMs: nowMs, runs: [] };
      const { aftercare, seen } = runnerOf(bench, world);
      const found = await aftercare.run(windowOf());
      assert.deepEqual(open(found), []);
      assert.equal(seen.asked.length, 0);
      assert.equal(
        found.some(({ check }) => check === "services-answer"),
        true,
      );
      assert.equal(
        found.some(({ check }) => check === "units-running"),
        false,
      );
    }));
}
