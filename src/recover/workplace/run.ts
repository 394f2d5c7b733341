import type { Readable } from "node:stream";
import type { Clock } from "../../kernel/clock.ts";
import type { Running, RunOptions, RunResult } from "./workplace.ts";

/** The list of 50,000 snapshots is 30 MB. */
const maxOutputBytes = 67_108_864;
const maxErrorBytes = 262_144;
/** What a program leaves running may hold its output open; what it said itself has come by then. */
const lingerMs = 500;

/** Runs what was started to its end. What exceeds the bounds is read and thrown away, so that nobody stalls on a full pipe. */
export async function runToEnd(clock: Clock, running: Running, options: RunOptions = {}): Promise<RunResult> {
  const stdout = collect(running.stdout, maxOutputBytes);
  const stderr = collect(running.stderr, maxErrorBytes);
  let timedOut = false;
  const late =
    options.timeoutMs === undefined
      ? null
      : clock.after(options.timeoutMs, () => {
          timedOut = true;
          running.kill("SIGKILL");
        });
  const stop = (): void => running.kill("SIGKILL");
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted === true) stop();
  running.stdin.end(options.input ?? "");
  try {
    const { code } = await running.ended;
    await Promise.race([Promise.all([stdout.closed, stderr.closed]), pause(clock, lingerMs)]);
    return { code, stdout: stdout.text(), stderr: stderr.text(), timedOut };
  } finally {
    late?.cancel();
    options.signal?.removeEventListener("abort", stop);
    running.stdout.destroy();
    running.stderr.destroy();
  }
}

export interface Collected {
  readonly closed: Promise<void>;
  text(): string;
}

/** Keeps the beginning of a stream. */
export function collect(stream: Readable, maxBytes: number): Collected {
  const chunks: Buffer[] = [];
  let kept = 0;
  stream.on("data", (chunk: Buffer) => {
    if (kept < maxBytes) chunks.push(chunk.subarray(0, maxBytes - kept));
    kept += chunk.length;
  });
  const closed = new Promise<void>((resolve) => {
    stream.once("close", () => resolve());
    stream.once("error", () => resolve());
  });
  return { closed, text: () => Buffer.concat(chunks).toString("utf8") };
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
