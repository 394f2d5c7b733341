import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { freePort, startHub } from "../test/doubles/hub-process.ts";
import type { Row } from "./row.ts";

const kills = 50;
const periodMs = 20_000;
/** one in so many answers of the steady targets is lost on purpose: none may raise an alarm */
const lostEvery = 7;
const steadyTargets = 10;

interface Target {
  readonly name: string;
  readonly port: number;
  server: http.Server;
  probedAtMs: number;
  killedAtMs: number | null;
  downSeenAtMs: number | null;
  raisedAtMs: number | null;
  upSeenAtMs: number | null;
  firstFailureAtMs: number | null;
}

/**
 * 50 targets probed every 20 s, each killed (its port refuses) at a random moment, from the kill to the webhook that names
 * it. In the same run a bare poller that connects every 20 s and fires on the first refusal gives the floor, and steady
 * targets that lose single answers show that nobody is woken by one.
 */
export async function detect(): Promise<readonly Row[]> {
  const targets = await Promise.all(Array.from({ length: kills }, (_, index) => listenAs(`tgt-${index}`)));
  const steady = await Promise.all(Array.from({ length: steadyTargets }, (_, index) => flaky(`steady-${index}`)));
  const falseAlarms: string[] = [];
  const receiver = await receive((body) => note(body, targets, falseAlarms));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const hub = await startHub({
    folder,
    port: await freePort(),
    config: configOf([...targets, ...steady], receiver.port),
  });
  const pollers = targets.map(pollBare);
  await wait(periodMs * 1.5);
  await Promise.all(
    targets.map(async (target, index) => {
      await untilPhase(target, (index + Math.random()) / kills);
      target.killedAtMs = performance.now();
      target.server.close();
      target.server.closeAllConnections();
    }),
  );
  await wait(periodMs + 8_000);
  await Promise.all(
    targets.map(async (target) => {
      await wait(Math.random() * periodMs);
      target.server = await serve(target);
      target.raisedAtMs = performance.now();
    }),
  );
  await wait(periodMs + 8_000);
  pollers.forEach(clearInterval);
  await hub.stop();
  receiver.close();
  for (const target of [...targets, ...steady]) target.server.closeAllConnections();
  for (const target of [...targets, ...steady]) target.server.close();
  fs.rmSync(folder, { recursive: true, force: true });
  return rowsOf(targets, falseAlarms);
}

function rowsOf(targets: readonly Target[], falseAlarms: readonly string[]): readonly Row[] {
  const seconds = (from: keyof Target, to: keyof Target): number[] =>
    targets.map((target) => (Number(target[to] ?? Number.NaN) - Number(target[from] ?? Number.NaN)) / 1000);
  const down = seconds("killedAtMs", "downSeenAtMs");
  const up = seconds("raisedAtMs", "upSeenAtMs");
  const floor = seconds("killedAtMs", "firstFailureAtMs");
  const period = periodMs / 1000;
  const missed = down.filter((value) => Number.isNaN(value)).length;
  const unit = "s";
  return [
    { name: `detect: down, mean of ${kills}`, ours: mean(down), peer: "limit T/2+3", theirs: period / 2 + 3, unit },
    { name: "detect: down, mean", ours: mean(down), peer: "unconfirmed poller, same run", theirs: mean(floor), unit },
    { name: "detect: down, p99", ours: percentile(down, 0.99), peer: "limit T+5", theirs: period + 5, unit },
    { name: "detect: up, mean", ours: mean(up), peer: "limit T/2+3", theirs: period / 2 + 3, unit },
    {
      name: "detect: false alarms and misses",
      ours: falseAlarms.length + missed,
      peer: "allowed, plus one",
      theirs: 1,
      unit: "",
    },
  ];
}

function configOf(targets: readonly Target[], hookPort: number): string {
  const services = targets.map(
    ({ name, port }) => `  ${name}: { checks: [{ http: "http://127.0.0.1:${port}/", every: 20s }] }`,
  );
  return [
    "version: 1",
    "services:",
    ...services,
    `notify: { channels: { hook: { webhook: "http://127.0.0.1:${hookPort}/", secret: bench-secret } } }`,
  ].join("\n");
}

async function serve(target: Pick<Target, "port" | "probedAtMs">): Promise<http.Server> {
  const server = http
    .createServer((_request, response) => {
      target.probedAtMs = performance.now();
      response.end("ok");
    })
    .listen(target.port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function listenAs(name: string): Promise<Target> {
  const target = newTarget(name, await freePort());
  target.server = await serve(target);
  return target;
}

/**
 * Resolves when `phase` (0..1) of a period has passed since the target was last probed: over all kills the phases are random
 * within equal parts of the period, so that the mean does not hang on the draw.
 */
async function untilPhase(target: Target, phase: number): Promise<void> {
  const before = target.probedAtMs;
  while (target.probedAtMs === before) await wait(20);
  await wait(phase * periodMs);
}

function newTarget(name: string, port: number): Target {
  const never = { killedAtMs: null, downSeenAtMs: null, raisedAtMs: null, upSeenAtMs: null, firstFailureAtMs: null };
  return { name, port, server: http.createServer(), probedAtMs: 0, ...never };
}

/** Answers, but cuts every seventh connection off: one lost attempt at a time. */
async function flaky(name: string): Promise<Target> {
  let count = 0;
  const target = newTarget(name, await freePort());
  target.server = http
    .createServer((request, response) => {
      count += 1;
      if (count % lostEvery === 3) request.socket.destroy();
      else response.end("ok");
    })
    .listen(target.port, "127.0.0.1");
  await once(target.server, "listening");
  return target;
}

/** Connects once a period at a phase of its own and notes the first refusal after the kill. */
function pollBare(target: Target): NodeJS.Timeout {
  const look = (): void => {
    const socket = net.connect(target.port, "127.0.0.1", () => socket.destroy());
    socket.on("error", () => {
      if (target.killedAtMs !== null) target.firstFailureAtMs ??= performance.now();
    });
  };
  const interval = setInterval(look, periodMs);
  return interval;
}

function note(body: string, targets: readonly Target[], falseAlarms: string[]): void {
  const { event, incident } = JSON.parse(body) as { event: string; incident: { services: string[] } };
  const atMs = performance.now();
  for (const name of incident.services) {
    const target = targets.find((one) => one.name === name);
    if (target === undefined || target.killedAtMs === null) falseAlarms.push(`${event} ${name}`);
    else if (event === "incident.resolved") target.upSeenAtMs ??= atMs;
    else target.downSeenAtMs ??= atMs;
  }
}

async function receive(take: (body: string) => void): Promise<{ port: number; close(): void }> {
  const server = http
    .createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        response.end();
        take(body);
      });
    })
    .listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return { port, close: () => void server.close() };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percentile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * ratio) - 1)] ?? Number.NaN;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
