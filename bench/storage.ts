import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { createSystemClock } from "../src/app/clock.ts";
import type { Clock } from "../src/kernel/clock.ts";
import { openTelemetry } from "../src/storage/telemetry/open.ts";
import type { MetricPoint, NumberedLine, Telemetry } from "../src/storage/telemetry/telemetry.ts";
import type { Row } from "./row.ts";

const dayMs = 86_400_000;
const samples = 200_000;
const lines = 200_000;

/** What a sample and a line take on disk once their day is closed, beside gzip of the same as text. */
export async function storage(): Promise<readonly Row[]> {
  const fromMs = Math.floor(Date.now() / dayMs) * dayMs;
  const points = Array.from({ length: samples }, (_, nth) => sample(nth, fromMs));
  const written = Array.from({ length: lines }, (_, nth) => line(nth, fromMs));
  const metricBytes = await closedBytes(async (store) => {
    for (const [nth, point] of points.entries()) {
      store.append.metric(point);
      if (nth % 10_000 === 9_999) await store.flush();
    }
  });
  const logBytes = await closedBytes(async (store) => void (await store.logs.store(written)));
  const metricText = points.map(({ name, subject, value, atMs }) => `${name} ${subject} ${value} ${atMs}`).join("\n");
  const logText = written.map(({ atMs, text }) => `${new Date(atMs).toISOString()} ${text}`).join("\n");
  return [
    {
      name: "storage: a metric sample, closed",
      ours: metricBytes / samples,
      peer: "gzip of text",
      theirs: gzipped(metricText) / samples,
      unit: "bytes",
    },
    {
      name: "storage: a log line, closed, with fields and template",
      ours: logBytes / lines,
      peer: "gzip of the line",
      theirs: gzipped(logText) / lines,
      unit: "bytes",
    },
  ];
}

function gzipped(text: string): number {
  return gzipSync(text).length;
}

async function closedBytes(fill: (store: Telemetry) => Promise<void>): Promise<number> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const system = createSystemClock();
  const ahead = { ms: 0 };
  const clock: Clock = { ...system, nowMs: () => system.nowMs() + ahead.ms };
  const store = await openTelemetry({
    folder: root,
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retention: () => ({ observationsMs: 35 * dayMs, metricsMs: 90 * dayMs, logsMs: 14 * dayMs }),
    profile: { closeAfterMs: 500, tidyEveryMs: 300 },
  });
  await fill(store);
  await store.flush();
  ahead.ms = 2 * dayMs;
  const folder = path.join(root, "telemetry");
  const isOpen = (): boolean => fs.readdirSync(folder).some((name) => /^\d.*\.duckdb$/.test(name));
  while (isOpen()) await new Promise((resolve) => setTimeout(resolve, 100));
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".parquet"));
  const bytes = files.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
  await store.close();
  fs.rmSync(root, { recursive: true, force: true });
  return bytes;
}

function quiet(): void {
  // what it logs is of no interest here
}

function sample(nth: number, fromMs: number): MetricPoint {
  const host = nth % 20;
  const value = 40 + Math.round(Math.sin(nth / 500 + host) * 200 + (Math.imul(nth, 2_654_435_761) >>> 28)) / 10;
  return {
    name: "hostCpuRatio",
    subject: `host:web${host}`,
    labels: {},
    value,
    atMs: fromMs + Math.floor(nth / 20) * 8_000,
  };
}

function line(nth: number, fromMs: number): NumberedLine {
  const mixed = Math.imul(nth, 2_654_435_761) >>> 0;
  const client = `198.51.${mixed % 100}.${nth % 250}`;
  return {
    atMs: fromMs + nth * 400,
    source: "web1:/var/log/nginx/access.log",
    host: "web1",
    severity: 6,
    text: `${client} "GET /item/${mixed % 100_000}?page=${nth % 9} HTTP/1.1" ${nth % 97 === 0 ? 500 : 200} ${5_000 + (mixed % 9_000)}`,
    program: "nginx",
    format: "access",
    templateId: "a1b2c3d4e5f6",
    fields: { client, status: nth % 97 === 0 ? 500 : 200, bytes: 5_000 + (mixed % 9_000) },
    seq: nth * 110 + 1,
  };
}
