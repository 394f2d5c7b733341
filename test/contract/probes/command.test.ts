import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { guardTargets } from "../../../src/observe/vantage/guard-targets.ts";
import { createAllowList } from "../../../src/observe/vantage/allow-list.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { listen, until } from "./listeners.ts";
import { look, probeOf, said, systemClock } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** What a shell line does as a check. */
function shell(line: string): Record<string, unknown> {
  return { command: ["sh", "-c", line] };
}

test("exit codes are states, the first line is what is said", async () => {
  const table: Readonly<Record<number, string>> = {
    0: "up",
    1: "degraded application plugin-warning",
    2: "down application plugin-critical",
    3: "unknown application plugin-unknown",
    4: "unknown application plugin-fault",
    127: "unknown application plugin-fault",
  };
  for (const [code, verdict] of Object.entries(table)) {
    const result = await look(shell(`echo 'STATE - a word | x=1'; exit ${code}`));
    assertResult(result);
    assert.equal(said(result), verdict);
    assert.equal(result.facts["output"], "STATE - a word");
    assert.equal(result.facts["exitCode"], Number(code));
  }
  assert.equal(said(await look(shell("kill -9 $$"))), "unknown application plugin-fault");
  assert.equal(said(await look({ command: ["/no/such/plugin"] })), "unknown application no-command");
  assert.equal(said(await look({ command: ["/etc/passwd"] })), "unknown application command-forbidden");
  assert.equal(said(await look({ command: "true", on: "web1" })), "unknown application runs-elsewhere");
});

test("real plugins are found by name and their values read", async (t) => {
  const disk = await look({ command: "check_disk -w 1% -c 0% -p /" });
  assertResult(disk);
  assert.equal(said(disk), "up");
  assert.match(String(disk.facts["output"]), /^DISK OK/);
  assert.ok(Number(disk.facts["perf./"]) > 1_000_000);
  assert.deepEqual(disk.facts["perfUnits"], ["/=B"]);
  const server = await listen(t, (socket) => socket.end());
  const tcp = await look({ command: ["check_tcp", "-H", "127.0.0.1", "-p", String(server.port)] });
  assert.equal(said(tcp), "up");
  assert.ok(Number(tcp.facts["perf.time"]) < 5);
  assert.equal(said(await look({ command: "check_dummy 2 broken" })), "down application plugin-critical");
  const procs = await look({ command: "check_procs -w 1:1 -c @99999:99999" });
  assert.equal(said(procs), "degraded application plugin-warning");
  assert.deepEqual(procs.facts["perfWarning"], ["procs"]);
});

test("a plugin that hangs is ended with everything it started, in time", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-command-"));
  const pids = path.join(folder, "pids");
  const line = `sleep 60 & echo $! > ${pids}; echo $$ >> ${pids}; sleep 60`;
  const result = await inTime(500, look(shell(line), { timeoutMs: 500 }));
  assert.equal(said(result), "down application command-timeout");
  const started = fs.readFileSync(pids, "utf8").trim().split("\n").map(Number);
  await until(() => started.every((pid) => !isRunning(pid)), "all ended");
  fs.rmSync(folder, { recursive: true });
});

test("what a plugin leaves behind neither holds the check up nor lives on", async () => {
  const result = await inTime(2_000, look(shell("sleep 61 & echo $!; exit 0"), { timeoutMs: 2_000 }));
  assert.equal(said(result), "up");
  await until(() => !isRunning(Number(result.facts["output"])), "the child ended");
  const fled = await inTime(2_000, look(shell("setsid sleep 3 & echo fled"), { timeoutMs: 2_000 }));
  assert.equal(fled.facts["output"], "fled");
});

test("a plugin may print a megabyte: 64 KB are kept and it still ends", async () => {
  const result = await look(shell("echo 'OK | a=1'; head -c 1000000 /dev/zero | tr '\\0' x; exit 1"));
  assertResult(result);
  assert.equal(said(result), "degraded application plugin-warning");
  assert.equal(result.facts["outputCut"], true);
  assert.equal(result.facts["output"], "OK");
});

test("broken output never fails the check", async () => {
  const result = await look(shell(`printf 'OK \\033[31m \\377 | =;;; a=b "x y"=3 time=1ms'`));
  assertResult(result);
  assert.equal(said(result), "up");
  assert.equal(result.facts["perf.time"], 0.001);
  assert.equal(said(await look({ command: "true" })), "up");
});

test("no variable of ours reaches a command, its own secrets do, and these stay out of sight", async () => {
  process.env["KOBOSHI_TEST_SECRET"] = "of-the-hub";
  const seen = await look(shell("env | sort | tr '\\n' ' '"));
  delete process.env["KOBOSHI_TEST_SECRET"];
  assert.doesNotMatch(String(seen.facts["output"]), /of-the-hub|KOBOSHI|NODE/);
  const probe = probeOf("command");
  const spec = {
    command: ["sh", "-c", "test $PASSWORD = hush && test $1 = quiet", "sh", new Secret("quiet", "env X")],
    env: { PASSWORD: new Secret("hush", "env Y"), PATH: "/nowhere", LD_PRELOAD: "/nowhere/x.so" },
  };
  const context = {
    clock: systemClock,
    timeoutMs: 2_000,
    signal: new AbortController().signal,
    trustedHosts: new Set<string>(),
  };
  const result = await probe.run(spec, context);
  assert.equal(said(result), "up");
  assert.ok(probe.target(spec).endsWith(" sh ***"));
});

test("a vantage elsewhere runs only the programs its own list names", async () => {
  const context = {
    clock: systemClock,
    timeoutMs: 2_000,
    signal: new AbortController().signal,
    trustedHosts: new Set<string>(),
  };
  const table: readonly (readonly [readonly string[], string, string])[] = [
    [[], "true", "unknown command-not-allowed"],
    [["*"], "true", "unknown command-not-allowed"],
    [["command:false"], "true", "unknown command-not-allowed"],
    [["command:true"], "true", "up"],
    [["command:/usr/bin/*"], "/usr/bin/true", "up"],
    [["command:/usr/bin/*"], "/usr/bin/../bin/true", "unknown command-not-allowed"],
  ];
  for (const [allow, program, verdict] of table) {
    const [guarded] = guardTargets([probeOf("command")], createAllowList(allow));
    assert.ok(guarded !== undefined);
    assert.equal(said(await guarded.run({ command: [program] }, context)), verdict, `${allow.join(" ")} ${program}`);
  }
});

test("called off, a command ends at once", async () => {
  const controller = new AbortController();
  const looking = look(shell("sleep 60"), { signal: controller.signal, timeoutMs: 5_000 });
  setTimeout(() => controller.abort(), 50);
  const result = await inTime(50, looking);
  assert.equal(`${result.outcome} ${result.error?.code}`, "unknown aborted");
});
