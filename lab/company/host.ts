import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Ran } from "./company.ts";
import { startTimeOf } from "./processes.ts";

/** One member of the company: namespaces of its own, a disk of its own over this machine's files. */
export interface Host {
  readonly name: string;
  /** its first process, as this machine numbers it */
  readonly pid: number;
  /** variables every script and service in it gets */
  env: Readonly<Record<string, string>>;
  run(script: string, limitMs?: number): Promise<Ran>;
  /** as `run`, and throws with what it printed unless it ends with 0 */
  must(script: string, limitMs?: number): Promise<string>;
  close(): Promise<void>;
}

export interface HostOptions {
  readonly name: string;
  /** the company's folder */
  readonly folder: string;
  /** cgroup of the company, a group per host below it */
  readonly group: string;
  /** size of a disk of its own as a file with a file system; null: in memory */
  readonly diskMegabytes: number | null;
}

const usualLimitMs = 120_000;
const longestOutput = 256 * 1024;
const startLimitMs = 20_000;
/** after a script has ended, what still holds its output is not waited for longer */
const lingerMs = 100;

/** A script belongs to its host's groups, so that a limit of the host is its limit, too. */
const joinGroups =
  'for lab_group in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do [ ! -e "$lab_group" ] || echo 0 >"$lab_group"; done 2>/dev/null; unset lab_group';

/** What every host needs of this machine beside its packages: the repository and Node.js. */
const ownFolders = [
  path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../.."),
  path.dirname(process.execPath),
];

export const sharedFolder = (folder: string): string => path.join(folder, "shared");

export async function openHost(options: HostOptions): Promise<Host> {
  const { name, folder, group, diskMegabytes } = options;
  const image = diskMegabytes === null ? "-" : await makeDisk(path.join(folder, `${name}.disk`), diskMegabytes);
  const keeper = fileURLToPath(new URL("keeper.sh", import.meta.url));
  const words = ["--pdeathsig", "KILL", "unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork"];
  const outer = spawn(
    "setpriv",
    [...words, "--kill-child=KILL", "sh", keeper, name, sharedFolder(folder), image, `${group}/${name}`, ...ownFolders],
    // a session of its own: an interrupt at the lab's terminal is the lab's to answer
    { stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  await readiness(outer, name);
  const pid = Number(fs.readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8").trim());
  fs.appendFileSync(path.join(folder, "keepers"), `${outer.pid} ${startTimeOf(outer.pid ?? 0)} ${name}\n`);
  const enter = ["-t", String(pid), "-m", "-n", "-p", "-u", "-i", "--"];
  const self: Host = {
    name,
    pid,
    env: {},
    run: (script, limitMs = usualLimitMs) =>
      collect(
        spawn("nsenter", [...enter, "env", ...pairsOf(self.env), "sh", "-c", `${joinGroups}\n${script}`], {
          env: baseEnv(name),
          detached: true,
        }),
        limitMs,
      ),
    async must(script, limitMs) {
      const { code, stdout, stderr } = await self.run(script, limitMs);
      if (code !== 0) throw new Error(`${name}: ended with ${code}: ${script.slice(0, 300)}\n${stdout}${stderr}`);
      return stdout;
    },
    async close() {
      if (outer.exitCode !== null || outer.signalCode !== null) return;
      outer.kill("SIGKILL");
      await once(outer, "exit");
    },
  };
  return self;
}

/** They are set inside: what is preloaded there must not touch this machine. */
function pairsOf(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

function baseEnv(name: string): NodeJS.ProcessEnv {
  const { LANG = "C.UTF-8" } = process.env;
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG,
    LAB_HOST: name,
    LAB_RUN: "1",
  };
}

async function makeDisk(file: string, megabytes: number): Promise<string> {
  if (!fs.existsSync("/dev/loop-control")) return "-";
  fs.writeFileSync(file, "");
  fs.truncateSync(file, megabytes * 1024 * 1024);
  const made = await collect(spawn("mkfs.ext4", ["-q", "-F", "-m", "0", "-O", "^has_journal", file]), startLimitMs);
  if (made.code !== 0) throw new Error(`no file system in ${file}: ${made.stderr}`);
  return file;
}

function readiness(keeper: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => fail("was not ready in time"), startLimitMs);
    const fail = (why: string): void => {
      clearTimeout(timer);
      keeper.kill("SIGKILL");
      reject(new Error(`host ${name} ${why}: ${printed}`));
    };
    keeper.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    keeper.once("error", (error) => fail(error.message));
    keeper.once("exit", (code) => fail(`ended with ${code}`));
    keeper.stdout?.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes("ready")) return;
      clearTimeout(timer);
      keeper.removeAllListeners("exit");
      resolve();
    });
  });
}

/** Waits for a program's end, not for what it left in the background. */
export function collect(child: ChildProcess, limitMs: number): Promise<Ran> {
  return new Promise((resolve, reject) => {
    let [stdout, stderr, isLate] = ["", "", false];
    child.stdout?.on("data", (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(0, longestOutput)));
    child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(0, longestOutput)));
    child.stdin?.end();
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child);
    }, limitMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    let isSettled = false;
    const settle = (code: number | null): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (isLate) stderr += `\nended by the lab after ${limitMs / 1000} s`;
      resolve({ code: isLate ? 124 : (code ?? 137), stdout, stderr });
    };
    child.once("close", settle);
    child.once("exit", (code) => setTimeout(() => settle(code), lingerMs));
  });
}

/** A program and what it started in its group; one that leads no group is ended alone. */
function endGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
