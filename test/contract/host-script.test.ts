import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { readThisHost } from "../../src/clients/host-look.ts";
import { hostCommand, hostScript } from "../../src/clients/host-script.ts";
import { hostBounds, hostFindings } from "../../src/readers/host/findings.ts";
import type { HostDisk } from "../../src/kernel/model/host-reading.ts";
import { splitFrame } from "../../src/readers/host/frame.ts";
import { readHost } from "../../src/readers/host/read-host.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-look-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const always = ["counters", "ident", "system", "memory", "disks", "units", "procs", "ports", "clock", "oom"];

interface Ran {
  readonly text: string;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** Runs the shipped script as a far machine would. */
function run(shell: readonly string[], words: string, script = hostScript): Ran {
  const [program, ...args] = [...shell, "-s", "--", words];
  const sentAtMs = Date.now();
  const { stdout } = spawnSync(program, args, {
    input: script,
    encoding: "utf8",
    env: { HOME: folder },
    maxBuffer: 1e7,
  });
  return { text: stdout, sentAtMs, receivedAtMs: sentAtMs + 20 };
}

for (const shell of [["/bin/dash"], ["/bin/bash", "--posix"], ["/bin/bash"], ["/bin/busybox", "sh"]]) {
  test(`the script runs to its end in ${shell.join(" ")} and says the same`, () => {
    const ran = run(shell, "quick");
    const frame = splitFrame(ran.text);
    assert.equal(frame.isWhole, true);
    assert.deepEqual([...frame.sections.keys()].toSorted(), [...always, "netdisks"].toSorted());
    const reading = readHost({ ...ran, previous: null });
    const { identity, system, memory, load, disks, processes, clock } = reading;
    assert.deepEqual(
      [identity?.hostname, system?.kernel, memory?.totalBytes, load?.cores],
      [os.hostname(), os.release(), os.totalmem(), os.cpus().length],
    );
    sameAsDf((disks ?? []).find(({ mount }) => mount === "/"));
    assert.ok(processes !== null && processes.total > 3);
    assert.ok(clock !== null && Math.abs(clock.offsetSeconds) < 1);
  });
}

function sameAsDf(root: HostDisk | undefined): void {
  const df = execFileSync("df", ["-P", "-k", "/"], { encoding: "utf8" }).split("\n")[1]?.split(/\s+/) ?? [];
  assert.ok(root !== undefined);
  assert.equal(root.sizeBytes, Number(df[1]) * 1_024);
  assert.ok(Math.abs(root.freeRatio - (1 - Number.parseInt(df[4] ?? "", 10) / 100)) <= 0.011);
}

test("only parts that were asked for are looked at, and nothing but letters is taken", () => {
  assert.deepEqual([...splitFrame(run(["sh"], "clock,memory").text).sections.keys()], ["memory", "clock"]);
  const hostile = run(["sh"], "clock;touch /tmp/x");
  assert.deepEqual([...splitFrame(hostile.text).sections.keys()].includes("memory"), true);
  assert.throws(() => hostCommand(["quick;reboot"]), TypeError);
});

test("installed as a key's forced command it takes the last word of what was asked for", () => {
  const file = path.join(folder, "collect");
  fs.writeFileSync(file, hostScript);
  const env = { SSH_ORIGINAL_COMMAND: hostCommand(["memory", "clock"]) };
  const text = execFileSync("sh", [file], { encoding: "utf8", env, input: hostScript });
  assert.deepEqual([...splitFrame(text).sections.keys()], ["memory", "clock"]);
  const rude = execFileSync("sh", [file], { encoding: "utf8", env: { SSH_ORIGINAL_COMMAND: "rm -rf $(id)" } });
  assert.equal(splitFrame(rude).sections.has("system"), true);
});

test("as nobody it completes; what needs root is unobserved with that reason", () => {
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh"] : ["sh"];
  const ran = run(as, "full,brief");
  assert.equal(splitFrame(ran.text).isWhole, true);
  const reading = readHost({ ...ran, previous: null });
  assert.ok(reading.memory !== null && reading.disks !== null && reading.listeners !== null);
  assert.equal(reading.unobserved["cron"] ?? reading.unobserved["cron.part"], "needs-root");
});

test("with twenty tools and nothing else every part still closes", () => {
  const bin = path.join(folder, "bin");
  fs.mkdirSync(bin);
  const tools =
    "sh cat sed grep head tail date ls id uname sleep readlink sort tr cut stat printf test echo mkdir".split(" ");
  for (const tool of tools) {
    const real = execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
    if (real.startsWith("/")) fs.symlinkSync(real, path.join(bin, tool));
  }
  const script = hostScript.replace(/PATH=\S+:\$PATH/, `PATH=${bin}`);
  assert.ok(script.includes(`PATH=${bin};`));
  const ran = run(["/bin/sh"], "full,twice", script);
  const frame = splitFrame(ran.text);
  assert.equal(frame.isWhole, true);
  assert.deepEqual(frame.cutOff, []);
  const reading = readHost({ ...ran, previous: null });
  assert.equal(reading.disks, null);
  assert.equal(reading.unobserved["disks"], "not-installed");
  assert.equal(reading.unobserved["certificates"], "not-installed");
  assert.equal(reading.unobserved["updates"], "not-installed");
  assert.ok(
    reading.cpu !== null && reading.memory !== null && reading.listeners !== null && reading.processes !== null,
  );
});

test("it writes nothing: neither at home nor among temporary files", () => {
  const home = path.join(folder, "home");
  fs.mkdirSync(home);
  const env = { HOME: home, TMPDIR: home };
  spawnSync("sh", ["-s", "--", "full,brief"], { input: hostScript, env, cwd: home });
  assert.deepEqual(fs.readdirSync(home), []);
});

test("no argument of a process and no variable of the environment is sent", () => {
  const env = { ...process.env, KOBOSHI_PLANTED: "planted-environment" };
  const { stdout } = spawnSync("sh", ["-c", "sh -s -- full,brief; : planted-argument", "planted-argument"], {
    input: hostScript,
    encoding: "utf8",
    env,
  });
  assert.ok(stdout.includes("@@end"));
  assert.ok(!stdout.includes("planted-"));
});

test("a machine whose clock is three hours behind shows it in its first line", () => {
  const ran = run(["faketime", "-f", "-3h", "sh"], "quick");
  const reading = readHost({ ...ran, previous: null });
  assert.equal(Math.round(reading.clock?.offsetSeconds ?? 0), -10_800);
  const worst = hostFindings(reading, hostBounds(null)).find(({ kind }) => kind === "clock-off");
  assert.equal(worst?.severity, "critical");
});

const stamp = (atMs: number): string => new Date(atMs).toISOString();

test("a job in a log and one that is not: proven and missed on real files", () => {
  // the log's own place is the system's; the files are read by the same code from a private copy
  const script = hostScript
    .replaceAll("/var/log/syslog", `${folder}/syslog`)
    .replaceAll("/etc/cron.d/", `${folder}/cron.d/`);
  fs.mkdirSync(path.join(folder, "cron.d"), { recursive: true });
  fs.writeFileSync(
    path.join(folder, "cron.d", "jobs"),
    "0 * * * * root /usr/bin/hourly\n0 * * * * root /usr/bin/forgotten\n",
  );
  fs.utimesSync(path.join(folder, "cron.d", "jobs"), 1, 1);
  const hour = Math.floor((Date.now() - 660_000) / 3_600_000) * 3_600_000;
  fs.writeFileSync(
    path.join(folder, "syslog"),
    [
      `${stamp(hour - 7_200_000)} h kernel: began`,
      `${stamp(hour - 7_100_000)} h kernel: began`,
      `${stamp(hour + 1_000)} h CRON[1]: (root) CMD (/usr/bin/hourly)`,
      `${stamp(Date.now())} h x: now`,
      "",
    ].join("\n"),
  );
  const { text, ...moments } = run(["sh"], "cron,counters,clock", script);
  const whole = text.replaceAll(`${folder}/cron.d/`, "/etc/cron.d/");
  const jobs = readHost({ text: whole, ...moments, previous: null }).cron ?? [];
  const verdictOf = (name: string): string | undefined => jobs.find(({ line }) => line.includes(name))?.verdict;
  assert.equal(verdictOf("/usr/bin/hourly"), "ran");
  assert.equal(verdictOf("/usr/bin/forgotten"), "missed");
});

test("this machine is read within its limits, and the first line is timed", async () => {
  const clock = createSystemClock();
  const { signal } = new AbortController();
  const answer = await readThisHost({ clock, signal, sections: ["quick"] });
  assert.ok(answer.ok);
  assert.ok(answer.value.receivedAtMs - answer.value.sentAtMs < 5_000);
  const cut = await readThisHost({ clock, signal, sections: ["full", "twice"], timeoutMs: 200 });
  assert.ok(cut.ok);
  const reading = readHost({ ...cut.value, previous: null });
  assert.ok(reading.load !== null);
  assert.equal(reading.unobserved["certificates"], "cut-off");
  const stopped = await readThisHost({ clock, signal: AbortSignal.abort(), sections: ["quick"] });
  assert.equal(stopped.ok, false);
});
