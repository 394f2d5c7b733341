import { createHash } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import type { Running } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";
import { resticFirst, type Completeness, type DumpTrouble } from "./engine.ts";

/** A dump that sends nothing for so long, or a repository that takes nothing, will not come to an end. */
export const noProgressLimitMs = 600_000;
const tailBytes = 4_096;
const trailerBytes = 400;
const drainCheckMs = 5_000;

export interface GateWork {
  readonly source: Running;
  readonly sink: Running;
  readonly complete: Completeness;
  readonly clock: Clock;
  readonly noProgressMs?: number;
  readonly signal?: AbortSignal | undefined;
  take?(chunk: Buffer): void;
  onBytes?(bytes: number): void;
  /** Asked when the dump is whole, before the gate is closed: the last word. */
  judge?(): Promise<DumpTrouble | null>;
}

export interface GateEnd {
  /** null: the dump was whole and its end was passed on */
  readonly trouble: DumpTrouble | null;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Passes a dump on to restic and decides about its end: only when the dump has ended well and is whole does restic see an
 * end of input; otherwise restic is killed first. So no half dump can become a snapshot while this process lives.
 */
export async function passGate(work: GateWork): Promise<GateEnd> {
  const { source, sink, complete } = work;
  source.stdin.end();
  const said = collect(source.stderr, 16_384);
  const flow = await pump(work);
  if (flow.stopped !== null) source.kill("SIGKILL");
  const ended = await source.ended;
  const trouble =
    flow.stopped ??
    failedDump(ended, said.text()) ??
    incomplete(complete, flow) ??
    (work.judge === undefined ? null : await work.judge());
  if (trouble === null) {
    sink.stdin.end();
  } else {
    sink.kill("SIGKILL");
    await sink.ended;
    sink.stdin.destroy();
  }
  return { trouble, bytes: flow.bytes, sha256: flow.sha256 };
}

interface Flow {
  readonly stopped: DumpTrouble | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly tail: Buffer;
}

/** Reads the dump to its end, or until something stands against it. */
async function pump(work: GateWork): Promise<Flow> {
  const { source, sink } = work;
  const hash = createHash("sha256");
  let bytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  const guard = watchFlow(work);
  try {
    for await (const chunk of source.stdout as AsyncIterable<Buffer>) {
      guard.moved();
      hash.update(chunk);
      bytes += chunk.length;
      tail = lastOf(tail, chunk);
      work.take?.(chunk);
      work.onBytes?.(bytes);
      if (!sink.stdin.write(chunk)) await Promise.race([drained(sink), guard.halted]);
      guard.moved();
      if (guard.stopped() !== null) break;
    }
  } catch (thrown) {
    // a stream that was cut: what cut it is known, or the dump's own end tells
    guard.stop({ reason: "dump-failed", text: safeText(String(thrown), []) });
  } finally {
    guard.end();
  }
  return { stopped: guard.stopped(), bytes, sha256: hash.digest("hex"), tail };
}

interface FlowGuard {
  moved(): void;
  /** the first reason counts */
  stop(trouble: DumpTrouble): void;
  stopped(): DumpTrouble | null;
  readonly halted: Promise<void>;
  end(): void;
}

/** Stops the flow when restic is gone, nothing moves, or nobody wants it any more. */
function watchFlow({ source, sink, clock, signal, noProgressMs: limitMs = noProgressLimitMs }: GateWork): FlowGuard {
  let movedAtMs = clock.monotonicMs();
  let stopped: DumpTrouble | null = null;
  let halt: (value: void) => void;
  const halted = new Promise<void>((resolve) => (halt = resolve));
  const stop = (trouble: DumpTrouble): void => {
    stopped ??= trouble;
    source.stdout.destroy();
    halt();
  };
  const abort = (): void => stop({ reason: "stopped", text: "" });
  const look = (): void => {
    if (clock.monotonicMs() - movedAtMs >= limitMs)
      stop({ reason: "stalled", text: `${Math.round(limitMs / 1_000)} s` });
    else timer = clock.after(Math.min(drainCheckMs, limitMs), look);
  };
  let timer = clock.after(Math.min(drainCheckMs, limitMs), look);
  void sink.ended.then(() => stop(resticFirst));
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) abort();
  return {
    moved: () => void (movedAtMs = clock.monotonicMs()),
    stop,
    stopped: () => stopped,
    halted,
    end() {
      timer.cancel();
      signal?.removeEventListener("abort", abort);
    },
  };
}

function drained({ stdin }: Running): Promise<void> {
  return new Promise((resolve) => void stdin.once("drain", resolve));
}

function lastOf(tail: Buffer, chunk: Buffer): Buffer {
  if (chunk.length >= tailBytes) return Buffer.from(chunk.subarray(-tailBytes));
  return Buffer.concat([tail, chunk]).subarray(-tailBytes);
}

/** What a dump's end says; `stderr` is the program's own words. */
export function failedDump(
  { code, signal }: { readonly code: number | null; readonly signal: string | null },
  stderr: string,
): DumpTrouble | null {
  if (code === 0) return null;
  const text = safeText(`${signal ?? `exit ${code}`}: ${stderr}`, []);
  return { reason: code === 127 || code === 126 ? "no-program" : "dump-failed", text };
}

function incomplete({ trailer, bytes }: Completeness, flow: Flow): DumpTrouble | null {
  if (bytes !== null && flow.bytes !== bytes) {
    return { reason: "dump-incomplete", text: `${flow.bytes} of ${bytes} bytes` };
  }
  if (trailer === null) return null;
  const end = flow.tail.subarray(-trailerBytes).toString("latin1");
  if (new RegExp(trailer, "m").test(end)) return null;
  return { reason: "dump-incomplete", text: safeText(end.slice(-80), []) };
}
