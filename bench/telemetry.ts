import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../src/app/clock.ts";
import type { Clock } from "../src/kernel/clock.ts";
import type { Observation } from "../src/kernel/model/observation.ts";
import type { Profile } from "../src/storage/telemetry/profile.ts";
import { openTelemetry } from "../src/storage/telemetry/open.ts";
import type { Telemetry } from "../src/storage/telemetry/telemetry.ts";
import type { Row } from "./row.ts";

const dayMs = 86_400_000;
const checks = 50;
const days = 90;
/** one attempt a minute in the newest days, one in ten minutes before: what is read of those are the hourly figures */
const perDay = (ago: number): number => checks * (ago < 5 ? 1_440 : 144);
const million = 1_000_000;
const keep = { observationsMs: 35 * dayMs, metricsMs: 90 * dayMs, logsMs: 14 * dayMs };

/** What it costs to keep an observation, and how fast a quarter of them is read for the pages. */
export async function telemetry(): Promise<readonly Row[]> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  try {
    return [...(await appending(path.join(root, "append"))), ...(await reading(path.join(root, "read")))];
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** One million observations as fast as they are taken, then the day closed. */
async function appending(root: string): Promise<readonly Row[]> {
  const { store, clock } = await open(root, { waitingRows: 20_000 });
  await store.read.logs({ fromMs: 0, toMs: 1, limit: 1 });
  const fromMs = Math.floor(Date.now() / dayMs) * dayMs;
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  for (let nth = 0; nth < million; nth++) {
    store.append.observation(observation(nth, fromMs + Math.floor((nth * dayMs) / million)));
    if (nth % 10_000 === 9_999) await store.flush();
  }
  await store.flush();
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const rss = process.memoryUsage().rss / million;
  const duckdbBytes = bytesBelow(root);
  clock.aheadMs = 2 * dayMs;
  await untilClosed(root, 0);
  const closedBytes = bytesBelow(root);
  await store.close();
  return [
    {
      name: "telemetry: rows appended",
      ours: million / seconds,
      peer: "needed, 10,000/s",
      theirs: 10_000,
      unit: "rows/s",
    },
    {
      name: "telemetry: CPU per observation",
      ours: (user + system) / million,
      peer: "a quarter of a TCP check's",
      theirs: 15,
      unit: "µs",
    },
    { name: "telemetry: a million rows, open", ours: duckdbBytes / million, peer: "limit", theirs: 100, unit: "MB" },
    { name: "telemetry: a million rows, closed", ours: closedBytes / million, peer: "limit", theirs: 60, unit: "MB" },
    { name: "telemetry: RSS after a million rows", ours: rss, peer: "limit of the hub", theirs: 300, unit: "MB" },
  ];
}

/** A quarter of 50 checks: raw for 35 days, hourly figures before. */
async function reading(root: string): Promise<readonly Row[]> {
  const { store } = await open(root, {});
  const today = Math.floor(Date.now() / dayMs);
  for (let day = today - days; day <= today; day++) {
    const rows = perDay(today - day);
    for (let nth = 0; nth < rows; nth++) {
      store.append.observation(observation(nth, day * dayMs + Math.floor((nth * dayMs) / rows)));
      if (nth % 20_000 === 0) await store.flush();
    }
  }
  await store.flush();
  await untilClosed(root, 1);
  const checkIds = Array.from({ length: checks }, (_, nth) => checkId(nth));
  const range = { fromMs: (today - days + 1) * dayMs, toMs: (today + 1) * dayMs };
  const coverage = await median(() => store.read.coverage({ ...range, checkIds, stepMs: dayMs }));
  const series = await median(() => store.read.series({ ...range, checkIds: checkIds.slice(0, 1), stepMs: 3_600_000 }));
  const day = { fromMs: today * dayMs, toMs: (today + 1) * dayMs };
  const minutes = await median(() => store.read.series({ ...day, checkIds: checkIds.slice(0, 1), stepMs: 300_000 }));
  const newest = await median(() => store.read.observations({ ...range, checkIds: checkIds.slice(0, 1), limit: 50 }));
  await store.close();
  const times = { peer: "limit", unit: "ms" };
  return [
    { name: `telemetry: ${days}-day coverage of ${checks} checks`, ours: coverage, theirs: 300, ...times },
    { name: `telemetry: ${days}-day series of a check by the hour`, ours: series, theirs: 300, ...times },
    { name: "telemetry: a day of a check by 5 minutes", ours: minutes, theirs: 50, ...times },
    { name: "telemetry: the newest 50 of a check", ours: newest, theirs: 50, ...times },
  ];
}

interface Ahead extends Clock {
  aheadMs: number;
}

function quiet(): void {
  // debug and info are of no interest here
}

async function open(root: string, profile: Partial<Profile>): Promise<{ store: Telemetry; clock: Ahead }> {
  const system = createSystemClock();
  const clock: Ahead = { ...system, aheadMs: 0, nowMs: () => system.nowMs() + clock.aheadMs };
  const store = await openTelemetry({
    folder: root,
    clock,
    log: { debug: quiet, info: quiet, warn: console.warn, error: console.error },
    retention: () => keep,
    profile: { closeAfterMs: 1_000, tidyEveryMs: 500, ...profile },
  });
  return { store, clock };
}

function checkId(nth: number): string {
  return `service${nth % checks}/http:www${nth % checks}.example.jp`;
}

function observation(nth: number, atMs: number): Observation {
  const firstByteMs = 20 + Math.random() * 10;
  return {
    checkId: checkId(nth),
    vantage: "here",
    attempt: 1,
    atMs,
    monotonicMs: atMs,
    outcome: nth % 997 === 0 ? "down" : "up",
    layer: null,
    timings: {
      dnsMs: Math.random() * 2,
      connectMs: Math.random() * 3,
      firstByteMs,
      totalMs: firstByteMs + Math.random(),
    },
    address: "203.0.113.10:443",
    facts: { status: 200, bodyBytes: 12_345 + (nth % 7), certificateDaysLeft: 44, protocol: "TLSv1.3", redirects: 0 },
    error: null,
  };
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  return times.toSorted((a, b) => a - b)[3] ?? Number.NaN;
}

/** Until no more than so many days are still DuckDB files. */
async function untilClosed(root: string, mayBeOpen: number): Promise<void> {
  const left = (): number =>
    fs.readdirSync(path.join(root, "telemetry")).filter((name) => /^\d.*\.duckdb$/.test(name)).length;
  const deadline = performance.now() + 300_000;
  while (left() > mayBeOpen) {
    if (performance.now() > deadline) throw new Error(`${left()} days are not closed`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function bytesBelow(root: string): number {
  return fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => fs.statSync(path.join(root, name)))
    .filter((stat) => stat.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
