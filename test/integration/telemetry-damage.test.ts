import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Telemetry } from "../../src/storage/telemetry/telemetry.ts";
import { openDuckdb, type DuckdbBench } from "../contract/telemetry/engines.ts";
import { dayMs, hourMs, metric, observation } from "../contract/telemetry/samples.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { until } from "../doubles/hub-process.ts";
import { withFolder } from "./telemetry-programs/bench.ts";

const clock = createFakeClock();
const now = clock.nowMs();
const all = { fromMs: 0, toMs: now + dayMs, limit: 50_000 };
const check = "shop/http:www.example.jp";
const today = new Date(now).toISOString().slice(0, 10);
const yesterday = new Date(now - dayMs).toISOString().slice(0, 10);

/** Some thousand rows yesterday and today; yesterday is closed. */
async function fillDays({ telemetry, closeDays }: DuckdbBench): Promise<void> {
  for (let nth = 0; nth < 2_000; nth++) {
    const facts = { nth, text: `${nth * 7919}`.repeat(20) };
    for (const atMs of [now - dayMs - nth, now - nth]) telemetry.append.observation(observation(atMs, { facts }));
  }
  telemetry.append.metric(metric(now - dayMs));
  await telemetry.flush();
  await closeDays();
}

const harms: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ["overwritten at its head", (bytes) => bytes.fill(7, 0, 200)],
  ["overwritten in its second header", (bytes) => bytes.fill(7, 4_096, 12_288)],
  ["overwritten in its middle", (bytes) => bytes.fill(7, bytes.length >> 2, bytes.length - (bytes.length >> 2))],
  ["cut in half", (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ["of another kind", () => Buffer.alloc(5_000, "not a database ")],
];

async function countAt(telemetry: Telemetry, fromMs: number): Promise<number> {
  return (await telemetry.read.observations({ ...all, fromMs, toMs: fromMs + dayMs })).length;
}

for (const [name, harm] of harms) {
  test(`today's file ${name} is set aside, rows go on into a new one, other days are read`, () =>
    withFolder(async (root) => {
      const before = await openDuckdb({ root, clock });
      await fillDays(before);
      await before.telemetry.close();
      const file = path.join(before.folder, `${today}.duckdb`);
      fs.writeFileSync(file, harm(fs.readFileSync(file)));
      const bench = await openDuckdb({ root, clock });
      try {
        const { telemetry } = bench;
        assert.equal(await countAt(telemetry, now - dayMs - 2_000), 2_000);
        await telemetry.read.observations({ ...all, fromMs: now - 5_000 });
        await until("the day is told", async () => telemetry.state().damagedDays.includes(today));
        telemetry.append.observation(observation(now));
        await telemetry.flush();
        assert.equal(telemetry.state().waitingRows, 0);
        assert.equal((await telemetry.read.observations({ ...all, fromMs: now })).length, 1);
        await until("it is kept", async () => bench.files().some((one) => one.startsWith(`${today}.duckdb.aside-`)));
        assert.ok(bench.complaints.some((text) => /damaged/.test(text)));
      } finally {
        await bench.telemetry.close();
      }
    }));
}

test("a closed day's file that is damaged is set aside; its hourly figures and other tables still answer", () =>
  withFolder(async (root) => {
    const bench = await openDuckdb({ root, clock });
    const { telemetry } = bench;
    try {
      await fillDays(bench);
      const file = path.join(bench.folder, yesterday, "observations.parquet");
      fs.writeFileSync(file, fs.readFileSync(file).subarray(0, 3_000));
      assert.equal((await telemetry.read.observations(all)).length, 2_000);
      await until("the day is told", async () => telemetry.state().damagedDays.includes(yesterday));
      await until("it is kept", async () => bench.files().some((one) => /observations\.parquet\.aside-/.test(one)));
      assert.equal((await telemetry.read.metrics({ ...all, name: "diskFreeBytes" })).length, 1);
      const [fromMs, toMs] = [Date.parse(`${yesterday}T00:00Z`), Date.parse(`${today}T00:00Z`)];
      const coverage = await telemetry.read.coverage({ fromMs, toMs, checkIds: [check], stepMs: hourMs });
      assert.equal(
        coverage.reduce((sum, { sighted }) => sum + sighted, 0),
        2_000,
      );
    } finally {
      await telemetry.close();
    }
    const again = await openDuckdb({ root, clock });
    try {
      await again.telemetry.read.logs({ ...all });
      assert.deepEqual(again.telemetry.state().damagedDays, [yesterday], "it is still told after a restart");
    } finally {
      await again.telemetry.close();
    }
  }));

test("a file removed from under it is no longer asked for", () =>
  withFolder(async (root) => {
    const bench = await openDuckdb({ root, clock });
    try {
      await fillDays(bench);
      fs.rmSync(path.join(bench.folder, yesterday), { recursive: true });
      for (let round = 0; round < 2; round++)
        assert.equal((await bench.telemetry.read.observations(all)).length, 2_000);
      assert.deepEqual(bench.telemetry.state().damagedDays, []);
    } finally {
      await bench.telemetry.close();
    }
  }));

test("an empty file of today, as a kill may leave it, and a damaged lock are no damage to anyone", () =>
  withFolder(async (root) => {
    const folder = path.join(root, "telemetry");
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, `${today}.duckdb`), "");
    fs.writeFileSync(path.join(folder, "lock.duckdb"), "not a database");
    fs.writeFileSync(path.join(folder, "notes.txt"), "someone's own");
    const bench = await openDuckdb({ root, clock });
    try {
      bench.telemetry.append.observation(observation(now));
      await bench.telemetry.flush();
      assert.equal((await bench.telemetry.read.observations(all)).length, 1);
      assert.deepEqual([bench.telemetry.state().damagedDays, bench.complaints], [[], []]);
      assert.ok(bench.files().includes("notes.txt"));
    } finally {
      await bench.telemetry.close();
    }
  }));
