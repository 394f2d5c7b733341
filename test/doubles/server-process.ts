import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** A folder of its own for a server that may run as someone else. */
export function serverFolder(name: string, user: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `koboshi-${name}-`));
  if (process.getuid?.() === 0) execFileSync("chown", [user, folder]);
  return folder;
}

/** Servers refuse to run as root: then they run as their package's own user. */
export function asUser(user: string): Pick<SpawnOptions, "uid" | "gid"> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export interface ServerProcess {
  readonly pid: number;
  /** everything it printed so far */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** ends it, also when it is stopped, and waits */
  stop(name?: NodeJS.Signals): Promise<void>;
}

/** Runs a server in the foreground; it ends with this process at the latest. */
export function runServer(program: string, args: readonly string[], options: SpawnOptions = {}): ServerProcess {
  const child: ChildProcess = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  }
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    pid: child.pid ?? 0,
    output: () => printed,
    signal: (name) => void child.kill(name),
    async stop(name = "SIGTERM") {
      process.off("exit", kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGCONT");
      child.kill(name);
      await ended;
    },
  };
}
