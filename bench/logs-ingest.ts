import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { logHost, startLogBench } from "../test/doubles/log-bench.ts";
import type { Row } from "./row.ts";

const wantedBytes = 60_000_000;
const blockLines = 5_000;

const today = new Date();
const day = [
  String(today.getDate()).padStart(2, "0"),
  today.toLocaleString("en", { month: "short" }),
  today.getFullYear(),
].join("/");

/** A followed access log, written in one burst, until every line can be found with its fields and template. */
export async function logsIngest(): Promise<readonly Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const file = path.join(folder, "access.log");
  fs.writeFileSync(file, "");
  const host = logHost("web1", { logs: [{ path: file, format: null }] });
  const bench = await startLogBench({ folder, site: { hosts: new Map([["web1", host]]) } });
  let [lines, bytes] = [0, 0];
  fs.appendFileSync(file, accessLine(lines++));
  while (bench.logs.state().lines < lines) await new Promise((resolve) => setTimeout(resolve, 20));
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  while (bytes < wantedBytes) {
    const block = Buffer.from(Array.from({ length: blockLines }, () => accessLine(lines++)).join(""));
    fs.appendFileSync(file, block);
    bytes += block.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const writtenMs = performance.now();
  let mostRss = 0;
  while (bench.logs.state().lines < lines) {
    mostRss = Math.max(mostRss, process.memoryUsage().rss);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await bench.close();
  fs.rmSync(folder, { recursive: true, force: true });
  const burst = bytes / 1e6 / ((writtenMs - startedMs) / 1_000);
  return [
    {
      name: "logs-ingest: access log to searchable",
      ours: bytes / 1e6 / seconds,
      peer: "burst",
      theirs: burst,
      unit: "MB/s",
    },
    { name: "logs-ingest: lines to searchable", ours: lines / seconds, peer: "goal", theirs: 100_000, unit: "lines/s" },
    { name: "logs-ingest: CPU per line", ours: (user + system) / lines, peer: "limit", theirs: 20, unit: "µs" },
    { name: "logs-ingest: RSS at most", ours: mostRss / 1e6, peer: "limit", theirs: 500, unit: "MB" },
  ];
}

function accessLine(nth: number): string {
  const second = String(nth % 60).padStart(2, "0");
  const mixed = Math.imul(nth, 2_654_435_761) >>> 0;
  return `198.51.${mixed % 100}.${nth % 250} - - [${day}:02:12:${second} +0900] "GET /item/${mixed % 100_000}?page=${nth % 9} HTTP/1.1" ${nth % 97 === 0 ? 500 : 200} ${5_000 + (mixed % 9_000)} "https://www.example.jp/list" "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"\n`;
}
