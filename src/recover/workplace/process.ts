import { spawn, type ChildProcess } from "node:child_process";
import type { Running } from "./workplace.ts";

export interface ProcessWanted {
  readonly argv: readonly string[];
  /** all of it: nothing of ours is added */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface OwnProcess extends Running {
  readonly pid: number | null;
}

/** Exit status a shell gives a program that is not there, or may not be run. Source: POSIX.1, «2.8.2 Exit Status». */
const notFound = 127;
const notRunnable = 126;

/** Starts a program of this machine in a process group of its own. One that cannot be started ends with 127 or 126. */
export function startProcess({ argv, env, cwd }: ProcessWanted): OwnProcess {
  const [program = "", ...words] = argv;
  const child = spawn(program, words, { cwd, env: { ...env }, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  // a program that ends before it has read all: told by its end, not by its input
  child.stdin.on("error", () => undefined);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ code: error.code === "EACCES" ? notRunnable : notFound, signal: null });
    });
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid ?? null,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill: (signal) => killGroup(child, signal),
  };
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown; // none of them is left
  }
}
