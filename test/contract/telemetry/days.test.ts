import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { createFakeClock } from "../../doubles/fake-clock.ts";
import { until } from "../../doubles/hub-process.ts";
import { createMemoryTelemetry } from "../../doubles/memory-telemetry.ts";
import { defaultKeep, openDuckdb, withDuckdb } from "./engines.ts";
import { dayMs, hourMs, logLine, metric, minutely, noon, observation } from "./samples.ts";

const check = "shop/http:www.example.jp";
const whole = { fromMs: noon - 500 * dayMs, toMs: noon + 500 * dayMs };
const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

test("a day gone by becomes one folder with a Parquet file a table, and its DuckDB file goes", () =>
  withDuckdb({}, async ({ telemetry, files, closeDays, clock }) => {
    telemetry.append.observation(observation(noon));
    telemetry.append.metric(metric(noon));
    telemetry.append.log(logLine(noon));
    telemetry.append.log(logLine(clock.nowMs()));
    await telemetry.flush();
    assert.deepEqual(
      files().filter((name) => name.endsWith(".duckdb") && name !== "lock.duckdb"),
      ["2026-11-20.duckdb", "2026-11-21.duckdb"],
    );
    await closeDays();
    assert.deepEqual(
      files().filter((name) => name.startsWith("2026-11-20")),
      [
        "2026-11-20",
        "2026-11-20/hours.parquet",
        "2026-11-20/logs.parquet",
        "2026-11-20/metrics.parquet",
        "2026-11-20/observations.parquet",
      ],
    );
    assert.ok(files().includes("2026-11-21.duckdb"));
    assert.equal((await telemetry.read.logs({ ...whole, limit: 9 })).length, 2);
  }));

test("late rows of a closed day are kept beside it, and closed in their turn", () =>
  withDuckdb({}, async ({ telemetry, files, closeDays }) => {
    for (let round = 0; round < 3; round++) {
      telemetry.append.observation(observation(noon + round));
      await telemetry.flush();
      assert.equal((await telemetry.read.observations({ ...whole, limit: 9 })).length, round + 1);
      await closeDays();
    }
    assert.deepEqual(
      files().filter((name) => /^2026-11-20[.\d]*$/.test(name)),
      ["2026-11-20", "2026-11-20.2", "2026-11-20.3"],
    );
    const query = { fromMs: noon, toMs: noon + hourMs, checkIds: [check], stepMs: hourMs };
    assert.deepEqual(await telemetry.read.coverage(query), [{ checkId: check, atMs: noon, sighted: 3 }]);
  }));

test("rows stay readable through a restart at every stage, and an unfinished closing is begun anew", () =>
  withDuckdb({}, async ({ telemetry, closeDays }, root) => {
    telemetry.append.observation(observation(noon));
    await telemetry.flush();
    await closeDays();
    telemetry.append.observation(observation(noon + dayMs));
    await telemetry.close();
    const folder = path.join(root, "telemetry");
    fs.mkdirSync(path.join(folder, "2026-11-19.closing"));
    fs.writeFileSync(path.join(folder, "2026-11-19.closing", "observations.parquet"), "half");
    // the end came after the folder had its name, before the DuckDB file was removed
    fs.copyFileSync(path.join(folder, "2026-11-21.duckdb"), path.join(folder, "2026-11-20.duckdb"));
    const again = await openDuckdb({ root });
    try {
      const rows = await again.telemetry.read.observations({ ...whole, limit: 9 });
      assert.deepEqual(
        rows.map(({ atMs }) => atMs),
        [noon + dayMs, noon],
      );
      await until("leftovers are gone", async () => !again.files().some((name) => /closing|20\.duckdb/.test(name)));
      assert.deepEqual(again.telemetry.state().damagedDays, []);
    } finally {
      await again.telemetry.close();
    }
  }));

test("each kind is removed after its own time; the hourly figures answer for 90 days and more", () =>
  withDuckdb({}, async ({ telemetry, files, closeDays, clock }) => {
    const today = Date.UTC(2026, 10, 21);
    const reference = createMemoryTelemetry();
    for (const store of [telemetry, reference]) {
      for (const ago of [0, 1, 2, 10, 20, 40, 95, 300]) {
        const at = today - ago * dayMs + 10 * hourMs;
        const seen = minutely(at, ["up", "down", "unknown", "degraded", "up"], { timings: { totalMs: ago + 0.5 } });
        for (const one of seen) store.append.observation(one);
        store.append.metric(metric(at));
        store.append.log(logLine(at));
      }
      await store.flush();
    }
    await closeDays();
    await clock.advance(20 * 60_000);
    const left = (file: string): (string | undefined)[] =>
      files()
        .filter((name) => name.endsWith(`${file}.parquet`))
        .map((name) => name.split("/")[0]);
    const days = (...agos: number[]): string[] => agos.map((ago) => day(today - ago * dayMs)).sort();
    await until("older rows are removed", async () => left("logs").length === 3);
    assert.deepEqual(left("logs"), days(1, 2, 10));
    assert.deepEqual(left("observations"), days(1, 2, 10, 20));
    assert.deepEqual(left("metrics"), days(1, 2, 10, 20, 40));
    assert.deepEqual(left("hours"), days(1, 2, 10, 20, 40, 95, 300));
    const query = { fromMs: today - 100 * dayMs, toMs: today + dayMs, checkIds: [check] };
    for (const stepMs of [hourMs, dayMs]) {
      assert.deepEqual(
        await telemetry.read.coverage({ ...query, stepMs }),
        await reference.read.coverage({ ...query, stepMs }),
      );
      assert.deepEqual(
        await telemetry.read.series({ ...query, stepMs }),
        await reference.read.series({ ...query, stepMs }),
      );
    }
    telemetry.append.log(logLine(today - 30 * dayMs));
    await telemetry.flush();
    assert.equal(telemetry.state().lostRows, 1);
  }));

test("a wall clock stepped by three hours, or by years, loses and removes nothing", () =>
  withDuckdb({}, async ({ telemetry, closeDays, clock, complaints }) => {
    const { append, flush, read } = telemetry;
    const base = clock.nowMs();
    const kept: number[] = [];
    const take = (atMs: number): void => {
      kept.push(atMs);
      append.observation(observation(atMs));
    };
    for (const ago of [34, 20, 3, 2, 1, 0]) take(base - ago * dayMs);
    await flush();
    await closeDays();
    for (const stepMs of [
      3 * hourMs,
      -6 * hourMs,
      3 * hourMs,
      4_000 * dayMs,
      -4_000 * dayMs,
      -20 * dayMs,
      20 * dayMs,
    ]) {
      clock.stepWall(stepMs);
      take(clock.nowMs());
      take(base - 34 * dayMs + kept.length);
      await flush();
      await clock.advance(11 * 60_000);
      await closeDays();
      await clock.advance(11 * 60_000);
    }
    const rows = await read.observations({ fromMs: 0, toMs: base + 5_000 * dayMs, limit: 1_000 });
    assert.deepEqual(
      rows.map(({ atMs }) => atMs),
      kept.toSorted((a, b) => b - a),
    );
    assert.equal(telemetry.state().lostRows, 0);
    assert.deepEqual(complaints, []);
  }));

test("a question whose steps are not whole hours is answered from the rows while there are any", () =>
  withDuckdb({}, async ({ telemetry, closeDays }) => {
    for (const one of minutely(
      noon,
      Array.from({ length: 120 }, () => "up" as const),
    ))
      telemetry.append.observation(one);
    await telemetry.flush();
    await closeDays();
    const fromMs = noon - 30 * 60_000;
    const query = { fromMs, toMs: fromMs + 3 * hourMs, checkIds: [check], stepMs: hourMs };
    assert.deepEqual(
      (await telemetry.read.coverage(query)).map(({ sighted }) => sighted),
      [30, 60, 30],
    );
  }));

test("memory for waiting rows is bounded: the oldest give way and are counted", () =>
  withDuckdb({ profile: { waitingRows: 100 } }, async ({ telemetry }) => {
    // one turn of the loop: nothing can be written meanwhile
    for (let nth = 0; nth < 150; nth++) telemetry.append.observation(observation(noon + nth));
    assert.deepEqual([telemetry.state().waitingRows, telemetry.state().lostRows], [100, 50]);
    await telemetry.flush();
    const rows = await telemetry.read.observations({ ...whole, limit: 1_000 });
    assert.deepEqual([rows.length, rows.at(-1)?.atMs, telemetry.state().waitingRows], [100, noon + 50, 0]);
  }));

test("foreign text is bounded, and a row without a usable time is counted, not stored", () =>
  withDuckdb({}, async ({ telemetry }) => {
    const long = "満".repeat(100_000);
    const facts = Object.fromEntries(Array.from({ length: 500 }, (_, nth) => [`header${nth}`, long]));
    telemetry.append.observation(observation(noon, { facts, error: { code: "status", text: long } }));
    telemetry.append.log(logLine(noon, { text: long }));
    for (const atMs of [Number.NaN, Infinity, -1, 1e17]) telemetry.append.log(logLine(atMs));
    telemetry.append.metric(metric(noon, { value: Number.NaN, labels: { half: "\ud800" } }));
    await telemetry.flush();
    const [kept] = await telemetry.read.observations({ ...whole, limit: 9 });
    assert.ok(kept !== undefined && JSON.stringify(kept).length < 8_000);
    assert.equal(kept.facts["header0"], "満".repeat(500));
    const [line] = await telemetry.read.logs({ ...whole, limit: 9 });
    assert.equal(line?.text.length, 8_192);
    assert.equal(telemetry.state().lostRows, 4);
    assert.equal((await telemetry.read.metrics({ ...whole, name: "diskFreeBytes", limit: 9 })).length, 1);
  }));

test("rows are on disk within a second or two, without being asked for", () =>
  withDuckdb({}, async ({ telemetry, clock }) => {
    telemetry.append.observation(observation(noon));
    await clock.advance(1_500);
    await until("the row is stored", async () => telemetry.state().waitingRows === 0);
    assert.equal((await telemetry.read.observations({ ...whole, limit: 9 })).length, 1);
  }));

test("what a shorter time to keep leaves over goes with the next round", () =>
  withDuckdb({ clock: createFakeClock(), keep: { ...defaultKeep, observationsMs: dayMs } }, async (bench) => {
    const { telemetry, clock, closeDays, files } = bench;
    for (let ago = 0; ago < 6; ago++) telemetry.append.observation(observation(clock.nowMs() - ago * dayMs));
    await telemetry.flush();
    await closeDays();
    await clock.advance(11 * 60_000);
    await until("older rows are removed", async () => files().filter((name) => /observations/.test(name)).length === 1);
    assert.equal(telemetry.state().lostRows, 0);
  }));
