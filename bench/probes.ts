import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { freePort, startHub, type HubProcess } from "../test/doubles/hub-process.ts";
import { floorMs } from "./floor.ts";
import { cpuSeconds, pause, rssBytes } from "./process.ts";
import type { Row } from "./row.ts";
import { startTargets, targetOf } from "./targets.ts";

type Kind = "http" | "tcp" | "https";

/** What PERFORMANCE asks of the whole path: schedule, new connection, judgement, storage. ms of CPU for one check. */
const goalMs: Readonly<Record<Kind, number>> = { http: 0.12, tcp: 0.06, https: 0.65 };
const runs: readonly { readonly kind: Kind; readonly targets: number; readonly everySeconds: number }[] = [
  { kind: "http", targets: 1_000, everySeconds: 1 },
  { kind: "tcp", targets: 1_000, everySeconds: 1 },
  { kind: "https", targets: 1_000, everySeconds: 4 },
];
const many = { kind: "http", targets: 10_000, everySeconds: 20 } as const;
const warmUpMs = 10_000;
const measuredMs = 20_000;
const blackboxPath = "/usr/bin/prometheus-blackbox-exporter";

/** CPU of a real hub for each check it makes and stores; blackbox_exporter, which stores nothing, in the same run. */
export async function probes(): Promise<readonly Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const targets = await startTargets(folder);
  const rows: Row[] = [];
  try {
    for (const run of runs) {
      const { cpuMs } = await measure(folder, run, targets.certificate);
      const ours = { name: `probes: CPU a ${run.kind} check, stored`, ours: cpuMs, unit: "ms" };
      rows.push({ ...ours, peer: "goal", theirs: goalMs[run.kind] });
      const bare = await floorMs(run.kind, targets.certificate);
      rows.push({ ...ours, peer: "bare sockets in Node", theirs: bare });
      const theirs = await blackbox(folder, run.kind);
      if (theirs !== null) rows.push({ ...ours, peer: "blackbox_exporter, not stored", theirs });
    }
    rows.push(...(await manyRows(folder, targets.certificate)));
  } finally {
    await targets.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

interface Run {
  readonly kind: Kind;
  readonly targets: number;
  readonly everySeconds: number;
}

interface Measured {
  readonly cpuMs: number;
  readonly cpuRatio: number;
  readonly rssBytes: number;
  /** from the start of the process until every check had run once */
  readonly allSeconds: number;
}

async function measure(folder: string, run: Run, certificate: string): Promise<Measured> {
  const own = fs.mkdtempSync(path.join(folder, "hub-"));
  const began = performance.now();
  const hub = await startHub({ folder: own, port: await freePort(), config: configOf(run, certificate) });
  try {
    const allSeconds = await allRunning(hub, run, began);
    await pause(warmUpMs);
    const before = { cpu: cpuSeconds(hub.pid), at: performance.now() };
    await pause(measuredMs);
    const seconds = (performance.now() - before.at) / 1_000;
    const cpu = cpuSeconds(hub.pid) - before.cpu;
    const checks = (seconds * run.targets) / run.everySeconds;
    return { cpuMs: (cpu * 1_000) / checks, cpuRatio: cpu / seconds, rssBytes: rssBytes(hub.pid), allSeconds };
  } finally {
    await hub.stop();
  }
}

async function manyRows(folder: string, certificate: string): Promise<readonly Row[]> {
  const { cpuRatio, rssBytes: rss, allSeconds } = await measure(folder, many, certificate);
  const share = { name: "probes: 10,000 every 20 s, share of a core", ours: cpuRatio * 100, unit: "%" };
  const memory = { name: "probes: 10,000 every 20 s, memory", ours: rss / 1e6, unit: "MB" };
  const kuma = "Uptime Kuma 2.5.3 (recorded)";
  return [
    { ...share, peer: "goal", theirs: 8 },
    { ...share, peer: kuma, theirs: 69 },
    { ...memory, peer: "goal", theirs: 200 },
    { ...memory, peer: kuma, theirs: 1_495 },
    { name: "probes: all 10,000 run after a restart", ours: allSeconds, peer: "one interval", theirs: 20, unit: "s" },
  ];
}

const checksOfService = 100;

function configOf({ kind, targets, everySeconds }: Run, certificate: string): string {
  const services = Array.from({ length: Math.ceil(targets / checksOfService) }, (_, service) => {
    const first = service * checksOfService;
    const count = Math.min(checksOfService, targets - first);
    const checks = Array.from({ length: count }, (_unused, nth) => {
      const target = targetOf(kind, first + nth);
      const key = kind === "tcp" ? "tcp" : "http";
      const trust = kind === "https" ? `, ca: ${certificate}` : "";
      return `      - { ${key}: "${target}", every: ${everySeconds}s${trust} }`;
    });
    return `  s${service}:\n    checks:\n${checks.join("\n")}`;
  });
  return `version: 1\nservices:\n${services.join("\n")}`;
}

/** @returns seconds until every check has a reading */
async function allRunning(hub: HubProcess, { targets }: Run, began: number): Promise<number> {
  for (;;) {
    const metrics = await (await fetch(`${hub.url}/metrics`)).text();
    const seen = metrics.split("\n").filter((line) => line.startsWith("koboshi_check_up{")).length;
    if (seen >= targets) return (performance.now() - began) / 1_000;
    if (performance.now() - began > 120_000) throw new Error(`only ${seen} of ${targets} checks have run`);
    await pause(500);
  }
}

const theirChecks = 3_000;
const atOnce = 16;

/** ms of CPU blackbox_exporter takes for one check; null when it is not installed. */
async function blackbox(folder: string, kind: Kind): Promise<number | null> {
  if (!fs.existsSync(blackboxPath)) return null;
  const config = path.join(folder, "blackbox.yml");
  fs.writeFileSync(
    config,
    `modules:\n  tcp: { prober: tcp }\n  http: { prober: http, http: { tls_config: { insecure_skip_verify: true } } }\n`,
  );
  const port = await freePort();
  const words = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, "--log.level=error"];
  const child = spawn(blackboxPath, words, { stdio: "ignore" });
  try {
    const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
    const ask = (nth: number): Promise<void> => {
      const target = encodeURIComponent(targetOf(kind, nth % 1_000));
      return get(agent, `http://127.0.0.1:${port}/probe?module=${kind === "tcp" ? "tcp" : "http"}&target=${target}`);
    };
    await reachable(child, () => ask(0));
    const before = cpuSeconds(child.pid ?? 0);
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < theirChecks) await ask(next++);
      }),
    );
    agent.destroy();
    return ((cpuSeconds(child.pid ?? 0) - before) * 1_000) / theirChecks;
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

async function reachable(child: ChildProcess, ask: () => Promise<void>): Promise<void> {
  for (let tries = 0; child.exitCode === null && tries < 100; tries++) {
    try {
      return await ask();
    } catch {
      await pause(50);
    }
  }
  throw new Error("blackbox_exporter does not answer");
}

function get(agent: http.Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve());
    });
    request.once("error", reject);
  });
}
