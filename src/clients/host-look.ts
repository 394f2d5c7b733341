import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Client } from "ssh2";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { hostCommand, hostScript } from "./host-script.ts";
import { safeText } from "./safe-text.ts";

/** What a machine said of itself, and when it was asked and began to answer, by our clock. */
export interface HostLookAnswer {
  /** may end in the middle, when time or room ran out: what came whole is still true */
  readonly text: string;
  readonly sentAtMs: number;
  /** the first line came: it holds the machine's clock */
  readonly receivedAtMs: number;
}

/** Nothing came that begins like a look. `said`: what came instead, or why not, fit to be shown. */
export interface HostLookFailure {
  readonly reason: "no-shell" | "not-a-look" | "timeout" | "stopped" | "closed";
  readonly said: string;
}

export interface HostLookLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** as `hostCommand` takes them */
  readonly sections: readonly string[];
  readonly timeoutMs?: number;
  /** once it is aborted, the look ends as soon as what came so far will do */
  readonly hurry?: { readonly signal: AbortSignal; willDo(text: string): boolean };
  /** another script in place of the look's own, and the command that takes it on its standard input; it answers in the same frame */
  readonly run?: HostOrder;
}

export interface HostOrder {
  readonly command: string;
  readonly script: string;
}

const maxTextBytes = 4_000_000;
const defaultTimeoutMs = 20_000;
const opening = "@@koboshi-host 1 ";

/** Reads the machine this runs on: the script in a shell of its own, at the lowest priority, ended when time is up. */
export function readThisHost(limits: HostLookLimits): Promise<Result<HostLookAnswer, HostLookFailure>> {
  const shell = spawn("sh", ["-c", hostCommand(limits.sections)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/" },
  });
  return gather(limits, {
    input: shell.stdin,
    output: shell.stdout,
    onFault: (tell) => void shell.once("error", (error) => tell("no-shell", errorText(error))),
    end: () => {
      if (shell.pid === undefined || shell.exitCode !== null) return;
      try {
        process.kill(-shell.pid, "SIGKILL");
      } catch {
        // none of them is left
      }
    },
  });
}

/** Reads a machine over a session that is open already; the session stays open. */
export function readOverSsh(client: Client, limits: HostLookLimits): Promise<Result<HostLookAnswer, HostLookFailure>> {
  return new Promise((resolve) => {
    client.exec(limits.run?.command ?? hostCommand(limits.sections), (refused, channel) => {
      if (refused !== undefined) {
        resolve(err({ reason: "no-shell", said: safeText(errorText(refused), []) }));
        return;
      }
      channel.stderr.resume();
      const run = { input: channel, output: channel, onFault: () => undefined, end: () => channel.close() };
      resolve(gather(limits, run));
    });
  });
}

interface Run {
  readonly input: Writable;
  readonly output: Readable;
  onFault(tell: (reason: HostLookFailure["reason"], said: string) => void): void;
  /** ends it, wherever it is; may be called twice */
  end(): void;
}

/** Sends the script and keeps what comes back, until it ends, time is up, it is too much, or someone stops it. */
function gather(limits: HostLookLimits, run: Run): Promise<Result<HostLookAnswer, HostLookFailure>> {
  const { clock, signal, timeoutMs = defaultTimeoutMs, hurry } = limits;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let firstMs: number | null = null;
    const sentAtMs = clock.nowMs();
    const beganMs = clock.monotonicMs();
    const settle = (reason: HostLookFailure["reason"], said = ""): void => {
      timer.cancel();
      signal.removeEventListener("abort", stop);
      hurry?.signal.removeEventListener("abort", hasten);
      run.end();
      const text = Buffer.concat(chunks).toString("utf8");
      if (text.includes(opening)) {
        const receivedAtMs = sentAtMs + ((firstMs ?? clock.monotonicMs()) - beganMs);
        resolve(ok({ text, sentAtMs, receivedAtMs }));
      } else {
        const came = safeText(said === "" ? text.slice(0, 2_000) : said, []);
        resolve(err({ reason: reason === "closed" && text !== "" ? "not-a-look" : reason, said: came }));
      }
    };
    const stop = (): void => settle("stopped");
    const hasten = (): void => {
      if (hurry?.signal.aborted === true && hurry.willDo(Buffer.concat(chunks).toString("utf8"))) settle("timeout");
    };
    const timer = clock.after(timeoutMs, () => settle("timeout"));
    signal.addEventListener("abort", stop);
    hurry?.signal.addEventListener("abort", hasten);
    if (signal.aborted) return stop();
    run.onFault(settle);
    // a restricted key's program does not read what is sent, and may be gone before it is
    run.input.on("error", () => undefined);
    run.output.on("error", (error) => settle("closed", errorText(error)));
    run.output.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (firstMs === null && chunk.includes("@@")) firstMs = clock.monotonicMs();
      if (bytes > maxTextBytes) settle("closed");
      else hasten();
    });
    run.output.once("close", () => settle("closed"));
    run.input.end(limits.run?.script ?? hostScript);
  });
}
