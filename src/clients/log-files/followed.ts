import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { LogProblem, LogSourceState } from "../../kernel/ports-logs.ts";
import { FileTrouble, isDenied, type FileAccess } from "./files.ts";
import { createFollow, type Chunk, type Follow, type Round } from "./follow.ts";
import type { Position } from "./position.ts";

/** One path that is followed, round after round. */
export interface Followed {
  state(): FollowedState;
  /** Resolves when no round is under way any more. */
  stop(): Promise<void>;
}

export interface FollowedState {
  readonly state: LogSourceState;
  readonly problem: LogProblem | null;
  readonly seen: string;
  readonly lagBytes: number;
  readonly dropped: number;
}

export interface FollowedDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** as it is told of in the log: `web1:/var/log/httpd/error_log` */
  readonly source: string;
  readonly path: string;
  readonly everyMs: number;
  readonly files: FileAccess;
  /** from before a restart; null: the path is followed for the first time */
  readonly position: Position | null;
  /** Resolves when the chunk, and with it the position, survives a kill. */
  take(chunk: Chunk): Promise<void>;
  /** what `take` or the way to the files throws, as a word; null: nothing that is known there */
  problemOf(thrown: unknown): LogProblem | null;
}

export function startFollowed(deps: FollowedDeps): Followed {
  const { clock, log, source, everyMs, files } = deps;
  const follow = createFollow({ ...deps, monotonicMs: () => clock.monotonicMs() });
  let now: FollowedState = { state: "waiting", problem: null, seen: "", lagBytes: 0, dropped: 0 };
  let timer: Timer | null = null;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    const last = now.problem;
    now = await tried(deps, now, follow);
    if (now.problem !== last && now.problem !== null && now.problem !== "not-there")
      log.warn("a log cannot be followed", { source, problem: now.problem, seen: now.seen });
    if (now.problem === null && last !== null) log.info("a log is followed again", { source });
    if (!isStopped) timer = clock.after(everyMs, () => (running = round()));
  }
  running = round();
  return {
    state: () => ({ ...now, lagBytes: follow.lagBytes() }),
    async stop() {
      isStopped = true;
      timer?.cancel();
      await running;
      timer?.cancel();
      await files.release([]);
    },
  };
}

async function tried(deps: FollowedDeps, now: FollowedState, follow: Follow): Promise<FollowedState> {
  try {
    const found = await follow.round();
    const { isThere, takenBytes, rotatedAway: dropped } = found;
    const has = now.state === "following" || takenBytes > 0;
    const state = isThere ? (has ? "following" : "waiting") : "missing";
    return { state, problem: problemIn(found), seen: found.withheld.join(", ").slice(0, 300), lagBytes: 0, dropped };
  } catch (thrown) {
    return {
      ...now,
      state: "failed",
      problem: deps.problemOf(thrown) ?? fileProblem(thrown),
      seen: errorText(thrown).slice(0, 300),
    };
  }
}

function problemIn({ isThere, withheld, rotatedAway }: Round): LogProblem | null {
  if (!isThere) return "not-there";
  if (withheld.length > 0) return "rotated-denied";
  return rotatedAway > 0 ? "rotated-away" : null;
}

function fileProblem(thrown: unknown): LogProblem {
  if (!(thrown instanceof FileTrouble)) return "read-failed";
  if (isDenied(thrown)) return "denied";
  return thrown.code === "NOTFILE" ? "not-a-file" : "read-failed";
}
