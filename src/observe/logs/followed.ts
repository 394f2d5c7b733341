import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { LogProblem, LogSourceState } from "../../kernel/ports-logs.ts";
import { SpoolFull, type Spool } from "../../storage/spool/spool.ts";
import { FileTrouble, type FileAccess } from "./files.ts";
import { createFollow, type Chunk } from "./follow.ts";
import { readMeta, type Meta } from "./meta.ts";
import { SshTrouble } from "./ssh-files.ts";

export interface FollowedSpec {
  /** `web1:/var/log/httpd/error_log` */
  readonly key: string;
  readonly host: string;
  readonly kind: "file" | "ssh";
  readonly path: string;
  readonly format: string | null;
  readonly everyMs: number;
}

export interface FollowedDeps {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: FileAccess;
}

/** One path that is followed, round after round. */
export interface Followed {
  readonly spec: FollowedSpec;
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

export function startFollowed(deps: FollowedDeps, spec: FollowedSpec): Followed {
  const { spool, clock, log, files } = deps;
  const before = readMeta(spool.metaOf(spec.key));
  const follow = createFollow({
    path: spec.path,
    files,
    position: before?.position ?? null,
    monotonicMs: () => clock.monotonicMs(),
    take: (chunk) => spool.append({ source: spec.key, receivedAtMs: clock.nowMs(), ...recordOf(spec, chunk) }),
  });
  let now: FollowedState = { state: "waiting", problem: null, seen: "", lagBytes: 0, dropped: 0 };
  let timer: Timer | null = null;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    const last = now.problem;
    now = await tried(now, follow.round);
    if (now.problem !== last && now.problem !== null && now.problem !== "not-there")
      log.warn("a log cannot be followed", { source: spec.key, problem: now.problem, seen: now.seen });
    if (now.problem === null && last !== null) log.info("a log is followed again", { source: spec.key });
    if (!isStopped) timer = clock.after(spec.everyMs, () => (running = round()));
  }
  running = round();
  return {
    spec,
    state: () => now,
    async stop() {
      isStopped = true;
      timer?.cancel();
      await running;
      timer?.cancel();
      await files.release([]);
    },
  };
}

function recordOf({ host, format }: FollowedSpec, { body, position, cut }: Chunk): { meta: Meta; body: Buffer } {
  return { meta: { kind: "lines", host, format, position, ...(cut ? { cut } : {}) }, body };
}

async function tried(now: FollowedState, round: ReturnType<typeof createFollow>["round"]): Promise<FollowedState> {
  try {
    const { isThere, lagBytes, takenBytes, rotatedAway } = await round();
    const has = now.state === "following" || takenBytes > 0;
    const state = isThere ? (has ? "following" : "waiting") : "missing";
    const problem = !isThere ? "not-there" : rotatedAway > now.dropped ? "rotated-away" : null;
    return { state, problem, seen: "", lagBytes, dropped: rotatedAway };
  } catch (thrown) {
    return { ...now, state: "failed", problem: problemOf(thrown), seen: errorText(thrown).slice(0, 300) };
  }
}

function problemOf(thrown: unknown): LogProblem {
  if (thrown instanceof SpoolFull) return "spool-full";
  if (thrown instanceof SshTrouble) return sshProblem(thrown);
  if (!(thrown instanceof FileTrouble)) return "read-failed";
  if (thrown.code === "EACCES" || thrown.code === "EPERM") return "denied";
  if (thrown.code === "ETIMEDOUT" || thrown.code === "EPIPE") return "ssh-unreachable";
  return thrown.code === "NOTFILE" ? "not-a-file" : "read-failed";
}

function sshProblem({ failure: { reason } }: SshTrouble): LogProblem {
  if (reason === "host-key-unknown" || reason === "host-key-changed") return reason;
  if (reason === "private-key-missing" || reason === "private-key-unreadable") return "ssh-key-missing";
  return reason === "auth-refused" ? "ssh-refused" : "ssh-unreachable";
}
