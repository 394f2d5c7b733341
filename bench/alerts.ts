import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { startAlertmanager } from "../test/doubles/prometheus.ts";
import { freePort } from "../test/doubles/hub-process.ts";
import type { Row } from "./row.ts";

const batch = 100;
const unique = 1_000_000;
/** with so many senders the commits are grouped; with one, nothing is waited for */
const senders = 8;
const token = "0123456789abcdefghjk";

/**
 * Unique alerts in batches of a hundred, each answered once it is on the disk, until a million are open: rate, the slowest
 * answers at the rate the goal names, CPU and memory; and Debian's Alertmanager, which keeps them in memory only.
 */
export async function alerts(): Promise<readonly Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "test/integration/alert-programs/serve.ts", path.join(folder, "data"), String(port), token],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(child.stdout, "data");
  // what the hub has not done yet is compiled while it does it for the first time
  const warming = await paced(port, 10_000, 2);
  const steady = await paced(port, 30_000, 5);
  const full = await flood(port, child, unique - warming.sent - steady.sent);
  const rssMegabytes = residentMegabytes(child);
  child.kill("SIGKILL");
  const peer = await floodAlertmanager(folder);
  fs.rmSync(folder, { recursive: true, force: true });
  return [
    { name: "alerts: durable, batches of 100", ours: full.perSecond, peer: "goal", theirs: 30_000, unit: "/s" },
    {
      name: "alerts: the same",
      ours: full.perSecond,
      peer: "Alertmanager, not durable",
      theirs: peer.perSecond,
      unit: "/s",
    },
    {
      name: "alerts: CPU each",
      ours: full.cpuMicroseconds,
      peer: "Alertmanager",
      theirs: peer.cpuMicroseconds,
      unit: "us",
    },
    { name: "alerts: p99 at 30,000/s", ours: steady.p99Ms, peer: "goal", theirs: 20, unit: "ms" },
    { name: "alerts: a million unique, resident", ours: rssMegabytes, peer: "goal", theirs: 500, unit: "MB" },
  ];
}

interface Load {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

let made = 0;

function body(): string {
  const items = Array.from({ length: batch }, () => {
    const n = made++;
    const labels = {
      alertname: "HighLatency",
      job: "node",
      severity: "warning",
      instance: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:9100`,
    };
    return { labels, annotations: { summary: "latency is high" }, generatorURL: "http://prometheus:9090/graph" };
  });
  return JSON.stringify(items);
}

async function flood(port: number, child: ChildProcess, total: number): Promise<Load> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: senders });
  const [cpuBefore, began] = [cpuMs(child), performance.now()];
  let left = Math.floor(total / batch);
  const send = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await post(port, agent, body());
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  const seconds = (performance.now() - began) / 1_000;
  agent.destroy();
  return { perSecond: total / seconds, cpuMicroseconds: ((cpuMs(child) - cpuBefore) * 1_000) / total };
}

/** Sends at a fixed rate, whatever the answers take. */
async function paced(port: number, perSecond: number, seconds: number): Promise<{ p99Ms: number; sent: number }> {
  const agent = new http.Agent({ keepAlive: true });
  const tookMs: number[] = [];
  const open: Promise<void>[] = [];
  const began = performance.now();
  const requests = (perSecond / batch) * seconds;
  for (let index = 0; index < requests; index++) {
    const due = began + (index * batch * 1_000) / perSecond;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    const sentMs = performance.now();
    open.push(post(port, agent, body()).then(() => void tookMs.push(performance.now() - sentMs)));
  }
  await Promise.all(open);
  agent.destroy();
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN, sent: requests * batch };
}

function post(port: number, agent: http.Agent, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    const request = http.request({ port, agent, method: "POST", path: "/api/v2/alerts", headers }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    request.on("error", reject);
    request.end(text);
  });
}

async function floodAlertmanager(folder: string): Promise<Load> {
  const port = await freePort();
  const config = "route: { receiver: none }\nreceivers: [{ name: none }]\n";
  const daemon = await startAlertmanager({ folder, port, config });
  try {
    return await flood(port, daemon.process, 300_000);
  } finally {
    await daemon.stop();
  }
}

/** Source: proc(5), /proc/PID/stat fields 14 and 15, in hundredths of a second. */
function cpuMs({ pid }: ChildProcess): number {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentMegabytes({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}
