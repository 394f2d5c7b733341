import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Client } from "ssh2";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { safeText } from "../clients/safe-text.ts";
import { rootShell } from "./step-script.ts";

/** No answer. `wasSent`: the far shell may have got the script, so that nobody knows what became of it. */
export interface NoAnswer {
  readonly wasSent: boolean;
  readonly reason: "no-root" | "not-a-shell" | "closed";
  /** what the system or the far side said, fit to be shown */
  readonly seen: string;
}

export interface ExchangeLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** An answer holds at most 1 MB of output, and what a login shell prints before it. */
const maxTextBytes = 2_000_000;

/** sudo says so before a shell of root exists; its mere warnings are not among these. */
export const noRoot =
  /sudo: (?:.*password is required|.*terminal is required|.*not found|no tty|sorry)|not in the sudoers|not allowed to execute|may not run sudo/i;

/** Hands a script to a root shell of this machine and returns what it prints. */
export function exchangeHere(script: string, limits: ExchangeLimits): Promise<Result<string, NoAnswer>> {
  const shell = spawn("sh", ["-c", rootShell], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/" },
  });
  return gather(script, limits, {
    input: shell.stdin,
    output: shell.stdout,
    errors: shell.stderr,
    onFault(tell) {
      // it stays: an error that nobody listens for would end this process
      shell.on("error", tell);
      return () => undefined;
    },
    end: () => shell.stdout.destroy(),
  });
}

/** The same over a session that is open already; the session stays open. */
export function exchangeOverSsh(
  client: Client,
  script: string,
  limits: ExchangeLimits,
): Promise<Result<string, NoAnswer>> {
  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (result: Result<string, NoAnswer>): void => {
      if (isSettled) return;
      isSettled = true;
      waiting.cancel();
      client.removeListener("close", lost);
      resolve(result);
    };
    const lost = (): void => settle(err({ wasSent: false, reason: "closed", seen: "closed" }));
    const waiting = limits.clock.after(limits.timeoutMs, lost);
    client.once("close", lost);
    try {
      client.exec(rootShell, (refused, channel) => {
        if (isSettled) {
          channel?.close();
          return;
        }
        if (refused !== undefined)
          return settle(err({ wasSent: false, reason: "closed", seen: safeText(errorText(refused), []) }));
        waiting.cancel();
        client.removeListener("close", lost);
        const onFault = (tell: (error: Error) => void): (() => void) => {
          const closed = (): void => tell(new Error("closed"));
          client.once("close", closed);
          return () => void client.removeListener("close", closed);
        };
        const end = (): void => channel.close();
        const run = { input: channel, output: channel, errors: channel.stderr, onFault, end };
        void gather(script, limits, run).then((answer) => settle(answer));
      });
    } catch (thrown) {
      settle(err({ wasSent: false, reason: "closed", seen: safeText(errorText(thrown), []) }));
    }
  });
}

interface Run {
  readonly input: Writable;
  readonly output: Readable;
  readonly errors: Readable;
  /** @returns what ends the listening: a session outlives many of these */
  onFault(tell: (error: Error) => void): () => void;
  /** stops listening; what runs over there is left alone */
  end(): void;
}

function gather(
  script: string,
  { clock, signal, timeoutMs }: ExchangeLimits,
  run: Run,
): Promise<Result<string, NoAnswer>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let complaint = "";
    let bytes = 0;
    let deafen: (() => void) | null = null;
    const settle = (seen: string): void => {
      timer.cancel();
      deafen?.();
      signal.removeEventListener("abort", stop);
      run.end();
      const text = Buffer.concat(chunks).toString("utf8");
      if (text.includes("@@koboshi-step ")) return resolve(ok(text));
      if (seen !== "") return resolve(err({ wasSent: true, reason: "closed", seen: safeText(seen, []) }));
      const isRefused = noRoot.test(complaint);
      const reason = isRefused ? "no-root" : text === "" ? "closed" : "not-a-shell";
      resolve(err({ wasSent: !isRefused, reason, seen: safeText(complaint || text.slice(0, 2_000), []) }));
    };
    const stop = (): void => settle("stopped");
    const timer = clock.after(timeoutMs, () => settle("timeout"));
    signal.addEventListener("abort", stop);
    if (signal.aborted) return stop();
    deafen = run.onFault((error) => settle(errorText(error)));
    // a shell that is refused is gone before it is told anything
    run.input.on("error", () => undefined);
    run.errors.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 2_000)));
    run.output.on("error", (error) => settle(errorText(error)));
    run.output.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxTextBytes) return settle("too-long");
      chunks.push(chunk);
    });
    run.output.once("close", () => settle(""));
    run.input.end(script);
  });
}
