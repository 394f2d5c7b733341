import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import type { Signal } from "../../src/kernel/model/signal.ts";
import type { PathStatus } from "../../src/kernel/ports-paths.ts";
import { until } from "../doubles/hub-process.ts";
import { lowerRouter, openPathSpaces, upperRouter, type PathSpaces } from "../doubles/path-spaces.ts";
import { programWords } from "../doubles/program.ts";

interface Said {
  readonly change?: string;
  readonly signal?: Signal;
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly paths?: readonly PathStatus[];
  readonly metric?: string;
  readonly subject?: string;
  readonly value?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

let net: PathSpaces;
let watcher: ChildProcess;
const said: Said[] = [];

before(() => {
  net = openPathSpaces();
  const program = "test/integration/path-programs/watch.ts";
  const words = ["netns", "exec", net.hub, process.execPath, ...programWords(program), net.target];
  watcher = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
  let rest = "";
  watcher.stdout?.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) said.push(JSON.parse(line) as Said);
  });
});
after(async () => {
  watcher.kill("SIGTERM");
  if (watcher.exitCode === null) await once(watcher, "exit");
  net.close();
});

function path(vantage = "here"): PathStatus | undefined {
  return said.findLast(({ paths }) => paths !== undefined)?.paths?.find((one) => one.vantage === vantage);
}

function signals(trouble: string, vantage = "here"): readonly string[] {
  return said.flatMap(({ change, signal }) =>
    change !== undefined && signal?.facts["trouble"] === trouble && signal.facts["vantage"] === vantage ? [change] : [],
  );
}

async function seconds(count: number): Promise<void> {
  const last = said.filter(({ metric }) => metric === "path_loss_ratio").length + count;
  await until("more bursts", async () => said.filter(({ metric }) => metric === "path_loss_ratio").length >= last);
}

test("the way to a target and its packets are shown, and measured from here", async () => {
  await until("the first trace", async () => path()?.route !== null && path()?.packets?.sent !== undefined);
  assert.deepEqual(path()?.route?.hops, [["10.71.1.2"], [upperRouter], [net.target]]);
  assert.equal(path()?.route?.reached, true);
  assert.deepEqual(path()?.unobserved, {});
  const names = new Set(said.flatMap(({ metric }) => metric ?? []));
  assert.deepEqual([...names].toSorted(), [
    "path_jitter_seconds",
    "path_latency_max_seconds",
    "path_latency_mean_seconds",
    "path_latency_min_seconds",
    "path_loss_ratio",
  ]);
  const loss = said.find(({ metric, labels }) => metric === "path_loss_ratio" && labels?.["vantage"] === "here");
  assert.deepEqual([loss?.subject, loss?.value], [net.target, 0]);
  assert.deepEqual(loss?.labels, { vantage: "here", target: net.target });
});

test("another way, seen twice, is one event and a quiet signal; the way back closes it", async () => {
  net.routeBy("lower");
  await until("the change is told", async () => signals("route").includes("opened"));
  const changed = said.filter(({ event, data }) => event === "path.changed" && data?.["vantage"] === "here");
  assert.equal(changed.length, 1);
  assert.equal(changed[0]?.data?.["before"], `10.71.1.2 > ${upperRouter} > ●`);
  assert.equal(changed[0]?.data?.["after"], `10.71.1.2 > ${lowerRouter} > ●`);
  const signal = said.find(({ signal: one }) => one?.facts["trouble"] === "route")?.signal;
  assert.deepEqual([signal?.kind, signal?.severity, signal?.subject], ["path", "info", "service:shop"]);
  assert.equal(signal?.facts["firstDifferentHop"], 2);
  await until("it is shown", async () => path()?.troubles.includes("route") === true);
  await until("the office has seen it, too", async () => signals("route", "office").includes("opened"));
  net.routeBy("upper");
  await until("the way back closes it", async () => signals("route").includes("closed"));
  assert.deepEqual(signals("route"), ["opened", "closed"]);
});

test("every vantage has its own way to the target: measured, kept and told apart", async () => {
  await until("the office's way is known", async () => path("office")?.route !== null && path("office") !== undefined);
  assert.deepEqual(path("office")?.route?.hops.at(-1), [net.target]);
  assert.ok((path("office")?.packets?.sent ?? 0) > 0);
  const loss = said.find(({ metric, labels }) => metric === "path_loss_ratio" && labels?.["vantage"] === "office");
  assert.deepEqual(loss?.labels, { vantage: "office", target: net.target });
  await until("its change was told, and is over", async () => signals("route", "office").includes("closed"));
  assert.deepEqual(signals("route", "office"), ["opened", "closed"]);
});

test("routers that take turns are one way once both are known, and nothing is told any more", async () => {
  net.routeBy("upper", "lower");
  await until("both are known", async () => path()?.route?.hops[1]?.length === 2);
  await until("nothing is open", async () => signals("route").at(-1) === "closed");
  const told = signals("route").length;
  await seconds(4);
  assert.deepEqual(path()?.route?.hops[1], [upperRouter, lowerRouter]);
  assert.equal(signals("route").length, told);
});

test("lost packets are told once they are more than 5 %", async () => {
  net.routeBy("upper");
  net.inside(
    "router",
    "iptables",
    "-A",
    "FORWARD",
    "-p",
    "icmp",
    "--icmp-type",
    "echo-request",
    "-m",
    "statistic",
    "--mode",
    "nth",
    "--every",
    "3",
    "--packet",
    "0",
    "-j",
    "DROP",
  );
  await until("loss is told", async () => signals("loss").includes("opened"));
  const signal = said.find(({ signal: one }) => one?.facts["trouble"] === "loss")?.signal;
  const ratio = Number(signal?.facts["lossRatio"]);
  assert.ok(ratio > 0.05 && ratio < 0.5, String(ratio));
  assert.deepEqual([signal?.kind, signal?.severity, signal?.layer], ["path", "warning", "route"]);
});
