import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Job, JobStatus, NewPing } from "../../src/kernel/model/job.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createHeartbeats } from "../../src/observe/heartbeats/heartbeats.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
type Heartbeats = Awaited<ReturnType<typeof createHeartbeats>>;

interface Bench {
  readonly clock: FakeClock;
  readonly ledger: Ledger;
  readonly changes: SignalChange[];
  heartbeats(): Heartbeats;
  /** `success`, `start`, `fail` … of the job `batch` */
  report(kind: NewPing["kind"], over?: Partial<NewPing>): Promise<void>;
  told(): string[];
  job(): JobStatus;
  /** ends this run of the hub and begins another after `awayMs` */
  restart(awayMs: number): Promise<void>;
  use(site: Partial<Site>): Promise<void>;
}

function job(over: Partial<Job>): Job {
  return { key: "batch", name: "夜間バッチ", on: null, schedule: null, graceMs: 30 * minuteMs, ...over };
}

function daily(expression: string): Job {
  return job({ schedule: { kind: "cron", expression, timeZone: "Asia/Tokyo" } });
}

/** The clock begins at 2:12 in Tokyo on 2026-11-22. */
async function withJob(one: Job, body: (bench: Bench) => Promise<void>): Promise<void> {
  const clock = createFakeClock();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-jobs-"));
  const ledger = await openLedger({ folder, clock, log: recordingLog() });
  let site: Site = { ...watchedSite({ services: {} }), jobs: new Map([[one.key, one]]) };
  const changes: SignalChange[] = [];
  const open = async (): Promise<Heartbeats> =>
    createHeartbeats({
      clock,
      ledger,
      log: recordingLog(),
      site: () => site,
      take: async (news) => {
        changes.push(...news);
        await ledger.transaction(async (tx) => {
          for (const { change, signal } of news) {
            if (change === "opened") await tx.insertSignal(signal, null);
            else await tx.updateSignal(signal, null);
          }
        });
      },
    });
  let heartbeats = await open();
  heartbeats.start();
  try {
    await body({
      clock,
      ledger,
      changes,
      heartbeats: () => heartbeats,
      async report(kind, over = {}) {
        const to = { uuid: heartbeats.address("batch")?.uuid ?? "" };
        const plain = {
          exitCode: null,
          runId: null,
          from: "127.0.0.1",
          method: "GET",
          agent: "",
          body: null,
          bodyBytes: 0,
        };
        assert.equal(await heartbeats.ping({ ...plain, kind, to, ...over }), "ok");
      },
      told: () => changes.map(({ change, signal }) => `${change} ${String(signal.facts["trouble"])}`),
      job: () => {
        const [first] = heartbeats.jobs();
        assert.ok(first !== undefined);
        return first;
      },
      async restart(awayMs) {
        heartbeats.stop();
        await clock.advance(awayMs);
        heartbeats = await open();
        heartbeats.start();
      },
      async use(over) {
        site = { ...site, ...over };
        await heartbeats.siteChanged();
      },
    });
  } finally {
    heartbeats.stop();
    await ledger.close();
    fs.rmSync(folder, { recursive: true });
  }
}

test("a job nobody heard of yet is unknown, and never called late", () =>
  withJob(daily("15 3 * * *"), async ({ clock, job: now, told }) => {
    await clock.advance(26 * hourMs);
    assert.equal(now().state, "unknown");
    assert.deepEqual(told(), []);
  }));

test("a missing run is waited for, then told once, and closed by the next success", () =>
  withJob(daily("15 3 * * *"), async ({ clock, report, job: now, told, changes }) => {
    await report("success");
    assert.equal(now().state, "ok");
    await clock.advance(hourMs + 4 * minuteMs); // 3:16
    assert.equal(now().state, "warning");
    await clock.advance(30 * minuteMs); // 3:46
    assert.equal(now().state, "down");
    assert.deepEqual(told(), ["opened late"]);
    const { signal } = changes[0] ?? assert.fail();
    assert.deepEqual([signal.kind, signal.subject, signal.severity], ["late", "job:batch", "warning"]);
    assert.equal(signal.facts["expectedAtMs"], Date.UTC(2026, 10, 21, 18, 15));
    assert.equal(signal.facts["lateAtMs"], Date.UTC(2026, 10, 21, 18, 45));
    await report("start");
    assert.equal(now().state, "down", "begun is not done");
    await report("success");
    assert.deepEqual(told(), ["opened late", "closed late"]);
    assert.equal(now().state, "ok");
  }));

test("a run a moment early is today's, not one more of yesterday's", () =>
  withJob(daily("15 3 * * *"), async ({ clock, report, told, job: now }) => {
    await clock.advance(hourMs + 2 * minuteMs + 30_000); // 3:14:30
    await report("success");
    assert.equal(now().expectedAtMs, Date.UTC(2026, 10, 22, 18, 15));
    await clock.advance(hourMs);
    assert.deepEqual(told(), []);
  }));

test("a failure is told with its code and the end of its output, and only a success ends it", () =>
  withJob(job({}), async ({ report, told, changes, job: now }) => {
    await report("fail", { exitCode: 3, body: "x".repeat(9_000) + "no space left", bodyBytes: 9_013 });
    await report("fail", { exitCode: 3 });
    await report("start");
    await report("log", { body: "still trying" });
    assert.deepEqual(told(), ["opened failed"]);
    const facts = changes[0]?.signal.facts ?? {};
    assert.equal(facts["exitCode"], 3);
    assert.match(String(facts["output"]), /no space left$/);
    assert.ok(String(facts["output"]).length <= 500);
    assert.equal(now().trouble, "failed");
    await report("success");
    assert.deepEqual(told(), ["opened failed", "closed failed"]);
  }));

test("a run that does not end is told after its grace; overlapping runs keep their own durations", () =>
  withJob(job({ graceMs: 10 * minuteMs }), async ({ clock, report, told, heartbeats, job: now }) => {
    const [a, b] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
    await report("start", { runId: a });
    await clock.advance(2 * minuteMs);
    await report("start", { runId: b });
    await clock.advance(3 * minuteMs);
    await report("success", { runId: a });
    await report("success", { runId: b });
    await report("success", { runId: b }); // told twice: kept, without a duration
    const pings = await heartbeats().pings("batch", 10);
    assert.deepEqual(
      pings.map(({ durationMs }) => durationMs),
      [null, 3 * minuteMs, 5 * minuteMs, null, null],
    );
    await report("start");
    await clock.advance(11 * minuteMs);
    assert.deepEqual(told(), ["opened unfinished"]);
    assert.equal(now().state, "down");
    await report("success");
    assert.deepEqual(told(), ["opened unfinished", "closed unfinished"]);
  }));

test("a step of the wall clock by three hours neither fires nor hides, whatever the schedule", async () => {
  const schedules: readonly Job[] = [
    daily("0 * * * *"),
    job({ schedule: { kind: "every", everyMs: hourMs } }),
    job({ schedule: { kind: "calendar", expression: "hourly", timeZone: "Asia/Tokyo" } }),
  ];
  for (const one of schedules)
    for (const stepMs of [3 * hourMs, -3 * hourMs]) {
      await withJob(one, async ({ clock, report, told }) => {
        await clock.advance(48 * minuteMs); // on the hour
        await report("success");
        await clock.advance(20 * minuteMs);
        clock.stepWall(stepMs);
        for (const waitMs of [40 * minuteMs, hourMs, hourMs]) {
          await clock.advance(waitMs);
          await report("success");
        }
        assert.deepEqual(told(), [], `${one.schedule?.kind} ${stepMs}`);
        await clock.advance(hourMs + 31 * minuteMs);
        assert.deepEqual(told(), ["opened late"], `${one.schedule?.kind} ${stepMs}`);
      });
    }
});

test("a daily run is not asked for twice after a step back, nor forgotten after a step that jumps over it", async () => {
  await withJob(daily("15 3 * * *"), async ({ clock, report, told }) => {
    await clock.advance(66 * minuteMs); // 3:18
    await report("success");
    await clock.advance(30 * minuteMs);
    clock.stepWall(-3 * hourMs);
    await clock.advance(20 * hourMs);
    assert.deepEqual(told(), []);
  });
  await withJob(daily("15 3 * * *"), async ({ clock, report, told }) => {
    await clock.advance(66 * minuteMs); // 3:18
    await report("success");
    await clock.advance(23 * hourMs - 6 * minuteMs); // 2:12, due in an hour
    clock.stepWall(3 * hourMs);
    await clock.advance(hourMs);
    assert.deepEqual(told(), []);
    await clock.advance(34 * minuteMs);
    assert.deepEqual(told(), ["opened late"]);
  });
});

test("what was missing when the clock was set back stays missing until the job reports", () =>
  withJob(daily("15 3 * * *"), async ({ clock, report, told }) => {
    await report("success");
    await clock.advance(2 * hourMs);
    assert.deepEqual(told(), ["opened late"]);
    clock.stepWall(-3 * hourMs);
    await clock.advance(10 * minuteMs);
    assert.deepEqual(told(), ["opened late"]);
  }));

test("a run that was due while koboshi was off gets its grace from the start; what was told before is not told again", () =>
  withJob(daily("15 3 * * *"), async ({ clock, report, told, restart, job: now }) => {
    await report("success");
    await restart(5 * hourMs);
    await clock.advance(29 * minuteMs);
    assert.equal(now().state, "warning");
    assert.deepEqual(told(), []);
    await clock.advance(2 * minuteMs);
    assert.deepEqual(told(), ["opened late"]);
    await restart(hourMs);
    await clock.advance(minuteMs);
    assert.equal(now().state, "down");
    assert.deepEqual(told(), ["opened late"]);
    await report("success");
    assert.deepEqual(told(), ["opened late", "closed late"]);
  }));

test("a paused job is not waited for; resumed, it is waited for from then on", () =>
  withJob(daily("15 3 * * *"), async ({ clock, report, told, heartbeats, job: now, ledger }) => {
    await report("success");
    await heartbeats().pause({ key: "batch", paused: true, actor: "person:yamada" });
    await clock.advance(5 * hourMs);
    assert.equal(now().state, "paused");
    await heartbeats().pause({ key: "batch", paused: false, actor: "person:yamada" });
    await clock.advance(hourMs);
    assert.deepEqual(told(), []);
    assert.equal(now().state, "ok");
    const kinds = (await ledger.read.eventsAfter(0, 100)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["job.key-made", "job.paused", "job.resumed"]);
    const nobody = await heartbeats().pause({ key: "other", paused: true, actor: "koboshi" });
    assert.equal(nobody.ok ? null : nobody.error.code, "KB1002");
  }));

test("a job that leaves the configuration takes its signal with it, and comes back under its old address", () =>
  withJob(job({}), async ({ report, told, use, heartbeats }) => {
    await report("fail");
    const before = heartbeats().address("batch");
    await use({ jobs: new Map() });
    assert.deepEqual(told(), ["opened failed", "closed failed"]);
    assert.deepEqual([heartbeats().jobs(), heartbeats().address("batch")], [[], null]);
    await use({ jobs: new Map([["batch", job({})]]) });
    assert.deepEqual(heartbeats().address("batch"), before);
  }));

test("only the newest hundred reports are kept, and bodies of fewer", () =>
  withJob(job({}), async ({ clock, report, ledger }) => {
    for (let nth = 0; nth < 130; nth++) {
      await report("success", { body: `run ${nth}`, bodyBytes: 7 });
      await clock.advance(1_000);
    }
    const pings = await ledger.read.pingsOf("batch", 1_000);
    assert.equal(pings.length, 100);
    assert.equal(pings[0]?.number, 130);
    assert.equal(pings.filter(({ body }) => body !== null).length, 30);
  }));
