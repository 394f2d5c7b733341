import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../src/app/clock.ts";
import { createSyslogIntake } from "../src/observe/logs/intake.ts";
import { createSenders } from "../src/observe/logs/senders.ts";
import { eachFrame } from "../src/observe/logs/frames.ts";
import { openSpool, type Spool } from "../src/storage/spool/spool.ts";
import { freePort } from "../test/doubles/hub-process.ts";
import { startLogBench } from "../test/doubles/log-bench.ts";
import type { Row } from "./row.ts";

const burst = 4_000_000;
const queried = 400_000;
const datagrams = 600_000;
const datagramsPerSecond = 150_000;
const quiet = { debug() {}, info() {}, warn() {}, error: console.error };

/** Syslog accepted into the synced spool, made searchable, and taken as datagrams without loss. */
export async function syslog(): Promise<readonly Row[]> {
  const tcp = await accepted("tcp", burst);
  const searchable = await drained();
  const udp = await accepted("udp", datagrams);
  return [
    {
      name: `syslog: TCP into the synced spool, ${burst} messages`,
      ours: tcp.perSecond,
      peer: "goal",
      theirs: 400_000,
      unit: "messages/s",
    },
    { name: "syslog: CPU per TCP message", ours: tcp.cpuUs, peer: "limit", theirs: 3, unit: "µs" },
    {
      name: "syslog: made searchable, with fields and templates",
      ours: searchable,
      peer: "goal",
      theirs: 100_000,
      unit: "messages/s",
    },
    { name: "syslog: UDP taken", ours: udp.perSecond, peer: "offered", theirs: udp.offered, unit: "messages/s" },
    { name: "syslog: UDP lost", ours: udp.lost, peer: "goal", theirs: 0, unit: "messages" },
    { name: "syslog: CPU per UDP message", ours: udp.cpuUs, peer: "limit", theirs: 3, unit: "µs" },
  ];
}

interface Accepted {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly lost: number;
  readonly offered: number;
}

async function accepted(protocol: "tcp" | "udp", messages: number): Promise<Accepted> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const clock = createSystemClock();
  const spool = openSpool({ folder, clock, log: quiet });
  const intake = createSyslogIntake({ spool, clock, log: quiet, senders: createSenders() });
  const port = await freePort();
  await intake.use({ syslogTcp: protocol === "tcp" ? port : null, syslogUdp: protocol === "udp" ? port : null });
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const words = ["--import", "tsx", "bench/syslog-sender.ts", protocol, String(port), String(messages)];
  const sender = spawn(process.execPath, [...words, String(datagramsPerSecond)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  let firstMs = 0;
  sender.stdout.on("data", (part: Buffer) => (said += part.toString()));
  spool.onAppend(() => (firstMs ||= performance.now()));
  await once(sender, "exit");
  const endedMs = await rested(spool);
  const { user, system } = process.cpuUsage(cpu);
  await intake.stop();
  const found = await counted(spool);
  await spool.close();
  fs.rmSync(folder, { recursive: true, force: true });
  const seconds = (endedMs - (firstMs || startedMs)) / 1_000;
  return {
    perSecond: found / seconds,
    cpuUs: (user + system) / found,
    lost: messages - found,
    offered: Number(said) || datagramsPerSecond,
  };
}

/** When the last record was accepted. */
async function rested(spool: Spool): Promise<number> {
  let last = -1;
  let lastMs = performance.now();
  while (performance.now() - lastMs < 1_000) {
    const { backlogBytes } = spool.state();
    if (backlogBytes !== last) [last, lastMs] = [backlogBytes, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return lastMs;
}

async function counted(spool: Spool): Promise<number> {
  let count = 0;
  for (let seq = spool.drainedSeq(); ;) {
    const records = await spool.read(seq, 8_000_000);
    const last = records.at(-1);
    if (last === undefined) return count;
    for (const { body } of records) eachFrame(body, () => count++);
    seq = last.nextSeq;
  }
}

/** What was accepted before is made searchable as fast as it goes. */
async function drained(): Promise<number> {
  const port = await freePort();
  const bench = await startLogBench({
    site: { intake: { syslogUdp: null, syslogTcp: port, snmpTrapUdp: null, otlp: null } },
  });
  const sender = spawn(process.execPath, [
    "--import",
    "tsx",
    "bench/syslog-sender.ts",
    "tcp",
    String(port),
    String(queried),
  ]);
  while (bench.logs.state().backlogBytes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const startedMs = performance.now();
  await once(sender, "exit");
  while (bench.logs.state().lines < queried) await new Promise((resolve) => setTimeout(resolve, 10));
  const seconds = (performance.now() - startedMs) / 1_000;
  await bench.close();
  return queried / seconds;
}
