import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { collect } from "../../src/recover/workplace/run.ts";
import { createSshWorkplace, type SshWorkplace } from "../../src/recover/workplace/ssh.ts";
import type { Running } from "../../src/recover/workplace/workplace.ts";
import { until } from "../doubles/hub-process.ts";
import { processesWith } from "../doubles/recover-bench.ts";
import { runServer } from "../doubles/server-process.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

let host: SshHost;
before(async () => {
  host = await startSshHost();
});
const opened: SshWorkplace[] = [];
after(async () => {
  for (const workplace of opened) await workplace.close();
  await host.stop();
});

async function workplaceOf(): Promise<SshWorkplace> {
  const made = await createSshWorkplace({
    clock: createSystemClock(),
    name: "host:web1",
    address: "127.0.0.1",
    port: host.port,
    user: host.user,
    privateKey: host.readKey,
    hostKey: host.fingerprint,
  });
  assert.ok(made.ok);
  opened.push(made.value);
  return made.value;
}

/** Which connection a command came by: address and port of both ends. */
const tell = { argv: ["sh", "-c", 'echo "$SSH_CONNECTION"'] };
const tellAndWait = { argv: ["sh", "-c", 'echo "$SSH_CONNECTION"; cat >/dev/null'] };

interface Master {
  readonly pid: number;
  readonly folder: string;
}

/** The shared connections to this host, as the list of processes has them. */
function masters(): readonly Master[] {
  return execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const [, pid, folder] = /^ *(\d+) ssh -M -S (\S+)\/s /.exec(line) ?? [];
      return folder !== undefined && line.includes(` -p ${host.port} `) ? [{ pid: Number(pid), folder }] : [];
    });
}

function theMaster(): Master {
  const [only, ...others] = masters();
  assert.ok(only !== undefined && others.length === 0);
  return only;
}

async function nothingIsLeft(folder: string): Promise<void> {
  const isGone = (): boolean => processesWith(`-p ${host.port} `).length === 0 && !fs.existsSync(folder);
  await until("no ssh is left", () => Promise.resolve(isGone()), 15_000);
}

/** Starts so many, which all run at once. */
async function together(workplace: SshWorkplace, count: number): Promise<readonly [Running, string][]> {
  const all = Array.from({ length: count }, () => {
    const running = workplace.start(tellAndWait);
    return { running, stdout: collect(running.stdout, 1_000) };
  });
  await until("all run", () => Promise.resolve(all.every(({ stdout }) => stdout.text().endsWith("\n"))), 60_000);
  return all.map(({ running, stdout }) => [running, stdout.text()]);
}

async function finish(all: readonly [Running, string][]): Promise<void> {
  for (const [running] of all) {
    const stderr = collect(running.stderr, 1_000);
    running.stdin.end();
    assert.deepEqual([(await running.ended).code, stderr.text()], [0, ""]);
  }
}

test("commands share one connection; more at once than it takes make their own; closing leaves nothing", async () => {
  const workplace = await workplaceOf();
  const { folder } = theMaster();
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  const seen = new Set<string>();
  for (let turn = 0; turn < 6; turn += 1) seen.add((await workplace.run(tell)).stdout);
  assert.equal(seen.size, 1);
  const [shared = ""] = seen;

  const big = Buffer.alloc(3_000_000, "あ");
  const counted = await workplace.run({ argv: ["sh", "-c", "cat; echo said >&2; exit 7"] }, { input: big });
  assert.deepEqual([counted.code, counted.stdout.length, counted.stderr], [7, 1_000_000, "said\n"]);

  const all = await together(workplace, 15);
  const ways = all.map(([, way]) => way);
  assert.deepEqual([ways.filter((way) => way === shared).length, new Set(ways).size], [8, 8]);
  const short = await workplace.run(tell);
  assert.deepEqual([short.code, short.stderr], [0, ""]);
  await finish(all);
  assert.equal((await workplace.run(tell)).stdout, shared);

  await workplace.close();
  await nothingIsLeft(folder);
});

test("a machine that takes fewer sessions by one connection gets more connections, and nobody hears of it", async () => {
  await host.restart({ lines: ["MaxSessions 3"] });
  const workplace = await workplaceOf();
  const all = await together(workplace, 5);
  assert.equal(new Set(all.map(([, way]) => way)).size, 4);
  await finish(all);
  await workplace.close();
  await host.restart({ lines: ["MaxSessions 1"] });
  const lonely = await workplaceOf();
  for (let turn = 0; turn < 2; turn += 1) {
    const { code, stderr } = await lonely.run(tell);
    assert.deepEqual([code, stderr], [0, ""]);
  }
  await lonely.close();
  await host.restart();
});

test("killing reaches the whole group over there, also when something that left it holds the output open", async () => {
  const workplace = await workplaceOf();
  const argv = ["sh", "-c", "setsid sleep 4323 & sleep 4324 & echo up; sleep 4324"];
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const running = workplace.start({ argv });
    const stdout = collect(running.stdout, 1_000);
    running.stderr.resume();
    await until("it runs", () => Promise.resolve(stdout.text() === "up\n"));
    running.kill(signal);
    await until("the group is gone", () => Promise.resolve(processesWith("sleep 4324").length === 0));
    if (signal === "SIGTERM") for (const pid of processesWith("sleep 4323")) process.kill(pid);
    assert.notEqual((await running.ended).code, 0);
  }
  for (const pid of processesWith("sleep 4323")) process.kill(pid);
  const { folder } = theMaster();
  await workplace.close();
  await nothingIsLeft(folder);
});

test("where the shared connection dies, what ran on it fails, and the next commands share a new one", async () => {
  const workplace = await workplaceOf();
  const first = theMaster();
  const running = workplace.start(tellAndWait);
  const said = collect(running.stdout, 1_000);
  running.stderr.resume();
  await until("it runs", () => Promise.resolve(said.text() !== ""));
  process.kill(first.pid, "SIGKILL");
  assert.equal((await running.ended).code, 255);
  await sharesAgain(workplace);
  assert.ok(!fs.existsSync(first.folder));

  const held = workplace.start(tellAndWait);
  const [stdout, stderr] = [collect(held.stdout, 1_000), collect(held.stderr, 1_000)];
  await until("it runs", () => Promise.resolve(stdout.text() !== ""));
  await host.restart();
  assert.equal((await held.ended).code, 255);
  await stderr.closed;
  assert.match(stderr.text(), /closed|reset|broken/i);
  await sharesAgain(workplace);
  const { folder } = theMaster();
  await workplace.close();
  await nothingIsLeft(folder);
});

/** The very next command runs, and soon two come by the same connection. */
async function sharesAgain(workplace: SshWorkplace): Promise<void> {
  assert.equal((await workplace.run(tell)).code, 0);
  await until("they share one", async () => {
    const [one, other] = [await workplace.run(tell), await workplace.run(tell)];
    return one.code === 0 && one.stdout === other.stdout;
  });
}

test("when koboshi is killed the connection ends by itself, and its socket goes with it", async () => {
  const program = path.join(import.meta.dirname, "recover-programs/ssh-workplace.ts");
  const words = [String(host.port), host.user, path.join(host.folder, "read"), host.fingerprint];
  const killed = runServer(process.execPath, ["--import", "tsx", program, ...words]);
  await until("it is open", () => Promise.resolve(killed.output() === "open\n"), 60_000);
  const { folder } = theMaster();
  await killed.stop("SIGKILL");
  await nothingIsLeft(folder);
});
