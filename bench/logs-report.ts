import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createTemplates } from "../src/readers/logs/templates/templates.ts";
import { cpuSeconds, pause } from "./process.ts";
import type { Row } from "./row.ts";
import { writeAccessLog, writeErrorLog } from "./web-log.ts";

const accessBytes = Number(process.env["BENCH_LOG_BYTES"] ?? 1_000_000_000);
const errorBytes = Math.floor(accessBytes * 0.3);
const million = 1_000_000;
/** GoAccess 1.7 on a log of this kind, 1 GB: 48.4 s, 543 MB. */
const goaccess = { megabytesASecond: 21, rssMegabytes: 543 };

interface Ran {
  readonly cpuSeconds: number;
  readonly megabytesASecond: number;
  readonly rssMegabytes: number;
}

/** How fast logs of web servers are counted, beside what everyone has at hand. */
export async function logsReport(): Promise<readonly Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  try {
    const [access, error] = [path.join(folder, "access.log"), path.join(folder, "error.log")];
    writeAccessLog(access, accessBytes);
    writeErrorLog(error, errorBytes);
    return [...(await reports(access, error)), ...(await neighbours(access)), ...templates()];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function reports(access: string, error: string): Promise<readonly Row[]> {
  const moment = ["--around", "2026-01-05T01:00Z"];
  const one = await koboshi(["logs", "report", access, "--threads", "1"], access);
  const both = await koboshi(["logs", "report", access, "--threads", "2"], access);
  const scan = await koboshi(["logs", "scan", access, ...moment, "--threads", "1"], access);
  const errors = await koboshi(["logs", "report", error, "--threads", "1"], error);
  const started = await koboshi(["version"], access);
  const rss = Math.max(one.rssMegabytes, both.rssMegabytes);
  return [
    speed("report, one thread", one, 250),
    speed("report, two threads", both, 400),
    speed("one moment", scan, 1_200),
    speed("error log", errors, 500),
    ...[
      { whole: one, of: "report, one thread" },
      { whole: both, of: "report, two threads" },
      { whole: scan, of: "one moment" },
      { whole: errors, of: "error log" },
    ].map(({ whole, of }) => startShare(started, whole, of)),
    { name: "logs: report, RSS", ours: rss, peer: "goal", theirs: 250, unit: "MB" },
    {
      name: "logs: report",
      ours: both.megabytesASecond,
      peer: "GoAccess, recorded",
      theirs: goaccess.megabytesASecond,
      unit: "MB/s",
    },
    { name: "logs: report, RSS", ours: rss, peer: "GoAccess, recorded", theirs: goaccess.rssMegabytes, unit: "MB" },
  ];
}

/** What of it is the start of the program: `koboshi version` does nothing else. CPU, as the wall waits for others. */
function startShare(started: Ran, whole: Ran, of: string): Row {
  return {
    name: "logs: start of the process, CPU",
    ours: started.cpuSeconds,
    peer: `all of ${of}`,
    theirs: whole.cpuSeconds,
    unit: "s",
  };
}

function speed(name: string, ran: Ran, theirs: number): Row {
  return { name: `logs: ${name}`, ours: ran.megabytesASecond, peer: "goal", theirs, unit: "MB/s" };
}

/** The same file in the same minute, by grep and by mawk where there is one. */
async function neighbours(access: string): Promise<readonly Row[]> {
  const scan = await koboshi(["logs", "scan", access, "--around", "2026-01-05T01:00Z"], access);
  const rows: Row[] = [];
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ["/usr/bin/grep", ["-c", " 50[0-9] ", access]],
    ["/usr/bin/mawk", ["{s[$9]++; b+=$10} END{for(k in s) print k,s[k]}", access]],
  ];
  for (const [program, words] of commands) {
    if (!fs.existsSync(program)) continue;
    const theirs = (await run(program, words, access)).megabytesASecond;
    rows.push({
      name: "logs: one moment",
      ours: scan.megabytesASecond,
      peer: path.basename(program),
      theirs,
      unit: "MB/s",
    });
  }
  return rows;
}

function koboshi(words: readonly string[], file: string): Promise<Ran> {
  return run(process.execPath, ["dist/cli/main.js", ...words, "--json"], file);
}

async function run(program: string, words: readonly string[], file: string): Promise<Ran> {
  const startedMs = performance.now();
  const child = spawn(program, [...words], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const ended = once(child, "exit");
  child.stdout.resume(); // grep stops at its first line when nobody reads
  let [peak, cpu] = [0, 0];
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, peakBytes(child.pid ?? 0));
    cpu = Math.max(cpu, cpuSoFar(child.pid ?? 0));
    await Promise.race([ended, pause(20)]);
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  const seconds = (performance.now() - startedMs) / 1_000;
  return {
    cpuSeconds: cpu,
    megabytesASecond: fs.statSync(file).size / million / seconds,
    rssMegabytes: peak / million,
  };
}

/** To the last look, some 20 ms before its end; 0 when it is gone. */
function cpuSoFar(pid: number): number {
  try {
    return cpuSeconds(pid);
  } catch {
    return 0; // it has ended
  }
}

/** The most memory a process has had so far; 0 when it is gone. Source: proc(5), VmHWM. */
function peakBytes(pid: number): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) * 1_024;
  } catch {
    return 0; // it has ended
  }
}

/** Lines of known shapes, and lines with a word never seen. */
function templates(): readonly Row[] {
  const kinds = createTemplates();
  const known = Array.from(
    { length: 200_000 },
    (_, nth) => `connection from 192.0.2.${nth % 250} port ${nth} closed after ${nth % 90} s`,
  );
  const fresh = Array.from(
    { length: 100_000 },
    (_, nth) =>
      `session opened for user ${nth.toString(26).replaceAll(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)] ?? "q")}x by root`,
  );
  const rate = (lines: readonly string[]): number => {
    const startedMs = performance.now();
    for (const line of lines) kinds.add(line);
    return lines.length / ((performance.now() - startedMs) * 1_000);
  };
  rate(known);
  return [
    { name: "logs: templates, known shapes", ours: rate(known), peer: "goal", theirs: 1, unit: "M lines/s" },
    { name: "logs: templates, a new word in each", ours: rate(fresh), peer: "goal", theirs: 0.2, unit: "M lines/s" },
  ];
}
