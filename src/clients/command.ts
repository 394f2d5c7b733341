import { spawn, type ChildProcess } from "node:child_process";
import os from "node:os";
import { ok } from "../kernel/result.ts";
import { blind, stop, type Attempt, type Phase, type Step } from "./attempt.ts";

export interface CommandWanted {
  /** the program and its arguments; no shell reads them */
  readonly words: readonly string[];
  /** added to the few variables every command gets */
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandEnd {
  /** null when a signal ended it */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** the first 64 KB of each */
  readonly stdout: string;
  readonly stderr: string;
  /** more was said than is kept */
  readonly isCut: boolean;
}

const maxOutputBytes = 65_536;
/** What a command leaves running may hold its output open; what it said itself has come by then. */
const lingerMs = 200;
/** Killed this much before the attempt's end, the command's time-out can still be told as what it is. */
const farewellMs = 50;
const phase: Phase = { layer: "application", timing: null, limitMs: Infinity };

/** Where the plugin packages of Debian, Red Hat, Arch, the BSDs and Homebrew put their programs. */
const pluginFolders = [
  "/usr/lib/nagios/plugins",
  "/usr/lib64/nagios/plugins",
  "/usr/lib/monitoring-plugins",
  "/usr/local/libexec/nagios",
  "/usr/local/sbin",
  "/opt/homebrew/sbin",
];

/**
 * Runs one command to its end in a process group of its own, which is killed as a whole when time runs out and when the
 * command has ended. It gets no variable of ours but the search path and a home.
 */
export function runCommand(attempt: Attempt, { words, env }: CommandWanted): Promise<Step<CommandEnd>> {
  const [program = "", ...args] = words;
  return attempt.phase(phase, (settle) => {
    const child = spawn(program, args, {
      cwd: "/",
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...ownVariables(), ...harmless(env) },
    });
    const limitMs = Math.max(0, attempt.remainingMs() - farewellMs);
    const outputs = [child.stdout, child.stderr].map((stream) => keepOutput(stream));
    const late = attempt.clock.after(limitMs, () => {
      killGroup(child);
      settle(stop("application", "command-timeout", `${program} had not ended after ${Math.round(limitMs)} ms`));
    });
    const finish = (exitCode: number | null, signal: string | null): void => {
      const [out, error] = outputs.map((output) => output());
      const isCut = (out?.isCut ?? false) || (error?.isCut ?? false);
      settle(ok({ exitCode, signal, stdout: out?.text ?? "", stderr: error?.text ?? "", isCut }));
    };
    child.once("error", (error) => {
      late.cancel();
      settle(notStarted(error));
    });
    child.once("exit", (exitCode, signal) => {
      late.cancel();
      killGroup(child);
      const linger = attempt.clock.after(lingerMs, () => {
        child.stdout.destroy();
        child.stderr.destroy();
        finish(exitCode, signal);
      });
      child.once("close", () => {
        linger.cancel();
        finish(exitCode, signal);
      });
    });
    return () => {
      late.cancel();
      killGroup(child);
    };
  });
}

function ownVariables(): Record<string, string> {
  const { PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", TZ } = process.env;
  return {
    PATH: [PATH, ...pluginFolders].join(":"),
    HOME: os.homedir(),
    LC_ALL: "C.UTF-8",
    ...(TZ === undefined ? {} : { TZ }),
  };
}

/** Where programs and libraries are found stays ours to say: else a variable could put another program in a permitted one's place. */
function harmless(env: CommandWanted["env"]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:PATH$|LD_|DYLD_)/i.test(name)));
}

/** Keeps the beginning and throws the rest away, so that a talkative command does not stall on a full pipe. */
function keepOutput(stream: NodeJS.ReadableStream): () => { readonly text: string; readonly isCut: boolean } {
  const chunks: Buffer[] = [];
  let saidBytes = 0;
  stream.on("data", (chunk: Buffer) => {
    if (saidBytes < maxOutputBytes) chunks.push(chunk);
    saidBytes += chunk.length;
  });
  return () => ({
    text: Buffer.concat(chunks).subarray(0, maxOutputBytes).toString("utf8"),
    isCut: saidBytes > maxOutputBytes,
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // none of them is left
  }
}

function notStarted(error: NodeJS.ErrnoException): Step<never> {
  const codes: Readonly<Record<string, string>> = { ENOENT: "no-command", EACCES: "command-forbidden" };
  return blind("application", codes[error.code ?? ""] ?? "command-not-started", error.message);
}

/** The words of a command written as one text: spaces part them, quotes hold them together, a backslash keeps one character. */
export function splitWords(text: string): readonly string[] {
  const part = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+)/gsy;
  return [...text.matchAll(part)].map(([, word = ""]) =>
    word.replaceAll(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
      (...[, double, single, one]: readonly (string | undefined)[]) =>
        double === undefined ? (single ?? one ?? "") : double.replaceAll(/\\(["\\$`])/g, "$1"),
    ),
  );
}
