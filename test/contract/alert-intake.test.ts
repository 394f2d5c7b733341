import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { createLog } from "../../src/app/log.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import { createAlertIntake, type AlertIntake } from "../../src/observe/alerts/intake.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const site = watchedSite({ hosts: { web1: {} }, services: { shop: { on: "web1" } } });

interface Bench {
  readonly clock: FakeClock;
  readonly ledger: Ledger;
  /** what the incidents would hear, `opened alert:Disk warning 3` */
  readonly told: string[];
  intake(): Promise<AlertIntake>;
}

async function bench(t: TestContext): Promise<Bench> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-alerts-"));
  const clock = createFakeClock();
  const log = createLog("silent");
  const ledger = await openLedger({ folder, clock, log });
  const told: string[] = [];
  const take = async (changes: readonly SignalChange[]): Promise<void> => {
    told.push(...changes.map(lineOf));
    await ledger.transaction(async (tx) => {
      for (const { change, signal } of changes) {
        if (change === "opened") await tx.insertSignal(signal, null);
        else await tx.updateSignal(signal, null);
      }
    });
  };
  const made: AlertIntake[] = [];
  t.after(async () => {
    for (const intake of made) await intake.stop();
    await ledger.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return {
    clock,
    ledger,
    told,
    async intake() {
      const intake = await createAlertIntake({ ledger, clock, log, site, take });
      made.push(intake);
      intake.start();
      return intake;
    },
  };
}

function hook(status: string): unknown {
  return { version: "4", groupKey: "{}", status, alerts: [{ ...disk("a"), status }] };
}

function lineOf({ change, signal }: SignalChange): string {
  return `${change} ${signal.subject} ${signal.severity} ${String(signal.facts["alerts"])}`;
}

const disk = (instance: string, severity = "warning"): { labels: Record<string, string> } => ({
  labels: { alertname: "Disk", instance, severity },
});

async function send(intake: AlertIntake, ...alerts: readonly object[]): Promise<void> {
  assert.deepEqual(await intake.accept("api", alerts), { ok: true, value: { alerts: alerts.length } });
}

test("many alerts of one kind are one signal, however often they are repeated", async (t) => {
  const { intake: make, told, clock } = await bench(t);
  const intake = await make();
  await send(intake, disk("a"), disk("b"), disk("c"));
  for (let round = 0; round < 5; round++) await send(intake, disk("a"), disk("b"), disk("c"));
  await clock.advance(0);
  assert.deepEqual(told, ["opened alert:Disk warning 3"]);
  assert.equal(intake.open(), 3);
});

test("a worse one is told at once, a larger count after a while", async (t) => {
  const { intake: make, told, clock } = await bench(t);
  const intake = await make();
  await send(intake, disk("a"));
  await send(intake, disk("b"));
  await send(intake, disk("c", "critical"));
  await send(intake, disk("d"));
  await clock.advance(12_000);
  assert.deepEqual(told, [
    "opened alert:Disk warning 1",
    "changed alert:Disk critical 3",
    "changed alert:Disk critical 4",
  ]);
});

test("alerts about a service or host of the site are about that component", async (t) => {
  const { intake: make, told } = await bench(t);
  const intake = await make();
  await send(
    intake,
    { labels: { alertname: "Slow", service: "shop" } },
    { labels: { alertname: "Load", instance: "web1:9100" } },
  );
  assert.deepEqual(told, ["opened service:shop warning 1", "opened host:web1 warning 1"]);
});

test("an alert ends by its end, by being told resolved, or when nobody repeats it for five minutes", async (t) => {
  const { intake: make, told, clock } = await bench(t);
  const intake = await make();
  await send(intake, { ...disk("a"), endsAt: new Date(clock.nowMs() + 60_000).toISOString() });
  await clock.advance(62_000);
  assert.equal(told.at(-1), "closed alert:Disk warning 1");
  await send(intake, disk("b"));
  await send(intake, { ...disk("b"), endsAt: new Date(clock.nowMs() - 1_000).toISOString() });
  assert.equal(intake.open(), 0);
  await send(intake, disk("c"));
  await clock.advance(200_000);
  await send(intake, disk("c"));
  await clock.advance(200_000);
  assert.equal(intake.open(), 1);
  await clock.advance(102_000);
  assert.equal(intake.open(), 0);
  assert.equal(told.filter((line) => line.startsWith("closed")).length, 3);
});

test("an alert of the webhook stays until the webhook says that it is resolved", async (t) => {
  const { intake: make, told, clock } = await bench(t);
  const intake = await make();
  assert.ok((await intake.accept("webhook", hook("firing"))).ok);
  await clock.advance(3_600_000);
  assert.equal(intake.open(), 1);
  assert.ok((await intake.accept("webhook", hook("resolved"))).ok);
  assert.equal(intake.open(), 0);
  assert.deepEqual(told, ["opened alert:Disk warning 1", "closed alert:Disk warning 1"]);
});

test("a step of the wall clock neither ends nor keeps an alert", async (t) => {
  const { intake: make, clock } = await bench(t);
  const intake = await make();
  await send(intake, { ...disk("a"), endsAt: new Date(clock.nowMs() + 120_000).toISOString() });
  clock.stepWall(3 * 3_600_000);
  await clock.advance(60_000);
  assert.equal(intake.open(), 1);
  clock.stepWall(-6 * 3_600_000);
  await clock.advance(62_000);
  assert.equal(intake.open(), 0);
});

test("after a restart everything open is open still, under the same signal, and ends as it should", async (t) => {
  const { intake: make, told, clock, ledger } = await bench(t);
  const before = await make();
  await send(before, disk("a"), disk("b"));
  await before.stop();
  const after = await make();
  assert.equal(after.open(), 2);
  assert.deepEqual(told, ["opened alert:Disk warning 2"]);
  await clock.advance(302_000);
  assert.equal(after.open(), 0);
  assert.deepEqual(told.slice(1), ["closed alert:Disk warning 2"]);
  assert.deepEqual(await ledger.read.openSignals(), []);
});

test("what was written before a crash and not told is told at the next start", async (t) => {
  const { intake: make, told, ledger, clock } = await bench(t);
  await ledger.transaction((tx) =>
    tx.insertAlerts(1, [
      {
        fingerprint: "x",
        source: "api",
        labels: { alertname: "Disk" },
        annotations: {},
        generator: null,
        startsAtMs: clock.nowMs(),
        endsAtMs: null,
        receivedAtMs: clock.nowMs(),
      },
    ]),
  );
  const intake = await make();
  await clock.advance(0);
  assert.equal(intake.open(), 1);
  assert.deepEqual(told, ["opened alert:Disk warning 1"]);
});

test("a thousand kinds of foreign alerts open a bounded number of signals, and all close again", async (t) => {
  const { intake: make, told, clock } = await bench(t);
  const intake = await make();
  await send(intake, ...Array.from({ length: 1_000 }, (_, n) => ({ labels: { alertname: `A${n}` } })));
  assert.equal(intake.open(), 1_000);
  const opened = told.filter((line) => line.startsWith("opened"));
  assert.equal(opened.length, 201);
  assert.ok(opened.includes("opened alert:… warning 800"));
  await clock.advance(302_000);
  assert.equal(told.filter((line) => line.startsWith("closed")).length, 201);
});

test("requests that come together are each answered once, and share what they write", async (t) => {
  const { intake: make } = await bench(t);
  const intake = await make();
  const requests = Array.from({ length: 50 }, (_, n) => intake.accept("api", [disk(`host${n}`), disk("same")]));
  assert.ok((await Promise.all(requests)).every(({ ok }) => ok));
  assert.equal(intake.open(), 51);
  assert.equal(intake.taken(), 100);
});
