import { createHash } from "node:crypto";
import { once } from "node:events";
import { sleep, type Clock } from "../../kernel/clock.ts";
import type { Running } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { readOutcome } from "../restic/outcome.ts";
import { collect } from "../workplace/run.ts";
import type { FetchEnd } from "./fetch-files.ts";

export interface Streaming {
  readonly clock: Clock;
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** of the whole stream; null: the set does not say */
  readonly sha256: string | null;
  onBytes(bytes: number): void;
}

/** `taken`: what takes the stream ended by itself or badly, with its words; `damaged`: the stream is not what was dumped. */
export type StreamEnd = FetchEnd | { readonly taken: string } | "damaged";

/**
 * Passes a dump on while it comes, at the pace of the slower side. The taker's input is ended only after the dump ended
 * well and has its sum; else the taker is killed, so that nothing half is ever taken for whole.
 */
export async function streamInto(from: Running, into: Running, streaming: Streaming): Promise<Result<void, StreamEnd>> {
  const said = { from: collect(from.stderr, 65_536), into: collect(into.stderr, 65_536) };
  into.stdout.resume();
  from.stdin.end();
  const passed = await pass(from, into, streaming);
  const { code } = await from.ended;
  await said.from.closed;
  const outcome = readOutcome({ code, stderr: said.from.text() });
  const isWhole = passed.why === null && outcome.end === "ok";
  const isRight = streaming.sha256 === null || streaming.sha256 === passed.sha256;
  if (isWhole && isRight) into.stdin.end();
  else into.kill("SIGKILL");
  const taken = await into.ended;
  await said.into.closed;
  const words = safeText(said.into.text(), []);
  if (passed.why === "taken") return err({ taken: words });
  if (passed.why !== null) return err(passed.why);
  if (!isWhole) return err(outcome);
  if (!isRight) return err("damaged");
  return taken.code === 0 ? ok(undefined) : err({ taken: words === "" ? `exit ${taken.code}` : words });
}

interface Passed {
  /** `taken`: the taker ended before the stream did */
  readonly why: "stopped" | "stalled" | "taken" | null;
  readonly sha256: string;
}

async function pass(from: Running, into: Running, streaming: Streaming): Promise<Passed> {
  const state: { why: Passed["why"]; isOver: boolean } = { why: null, isOver: false };
  const stop = (reason: NonNullable<Passed["why"]>): void => {
    if (state.isOver) return;
    state.why ??= reason;
    from.kill("SIGKILL");
  };
  const abort = (): void => stop("stopped");
  streaming.signal.addEventListener("abort", abort);
  if (streaming.signal.aborted) abort();
  const taken = into.ended.then(() => stop("taken"));
  const hash = createHash("sha256");
  const guard = stallGuard(streaming, () => stop("stalled"));
  let bytes = 0;
  try {
    for await (const chunk of from.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      streaming.onBytes(bytes);
      guard.pause();
      if (state.why === null && !into.stdin.write(chunk)) await Promise.race([once(into.stdin, "drain"), taken]);
      guard.resume();
    }
  } catch (thrown) {
    // a pipe that breaks tells less than how its program ended
    if (!(thrown instanceof Error)) throw thrown;
  }
  state.isOver = true;
  guard.end();
  streaming.signal.removeEventListener("abort", abort);
  return { why: state.why, sha256: hash.digest("hex") };
}

interface Guard {
  pause(): void;
  resume(): void;
  end(): void;
}

/** Fires once when nothing came for too long while something was waited for. */
function stallGuard({ clock, stallMs }: Streaming, fire: () => void): Guard {
  const over = new AbortController();
  let sinceMs: number | null = clock.monotonicMs();
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await sleep(clock, Math.min(1_000, stallMs), over.signal);
      if (sinceMs !== null && clock.monotonicMs() - sinceMs > stallMs) {
        fire();
        return;
      }
    }
  };
  void watch();
  return {
    pause: () => (sinceMs = null),
    resume: () => (sinceMs = clock.monotonicMs()),
    end: () => over.abort(),
  };
}
