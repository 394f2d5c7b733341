import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { Job, JobStatus } from "../../kernel/model/job.ts";
import type { Facts, ProbeError } from "../../kernel/model/observation.ts";
import type { SignalKind } from "../../kernel/model/signal.ts";
import type { JobRecord, StoredJob } from "../../storage/ledger/nouns/jobs.ts";
import { openRun } from "./record.ts";
import { isDue, lateMsOf, type Wait } from "./waiting.ts";

/** Everything the state of a job follows from. */
export interface Watched {
  readonly job: Job;
  readonly stored: StoredJob;
  readonly wait: Wait | null;
  /** it was found missing and has not reported since, however the clock was set meanwhile */
  readonly missed: { readonly expectedAtMs: number; readonly lateAtMs: number } | null;
  /** it was told already that the run does not end */
  readonly overrun: boolean;
}

/** What is wrong with a job, as its signal tells it. */
export interface Trouble {
  readonly trouble: "late" | "unfinished" | "failed";
  readonly kind: SignalKind & ("late" | "failed");
  readonly startedAt: Stamp;
  readonly error: ProbeError | null;
  readonly facts: Facts;
}

/** @param openedMs when this process began to listen, by the monotonic clock: what ended before could not be heard */
export function troubleOf(watched: Watched, now: Stamp, openedMs: number): Trouble | null {
  const { job, stored } = watched;
  const { record } = stored;
  if (stored.pausedAt !== null) return null;
  const base: Facts = { graceMs: job.graceMs, lastSuccessAtMs: record.lastSuccessAt?.atMs ?? null };
  if (record.failure !== null) return failed(record.failure, base);
  const run = openRun(record, now);
  if (watched.missed === null && run !== null) {
    const heardMs = watched.overrun ? Number.POSITIVE_INFINITY : now.monotonicMs - openedMs;
    if (Math.min(elapsedMs(run, now), heardMs) <= job.graceMs) return null;
    const facts = { ...base, runningSinceMs: run.atMs };
    return { trouble: "unfinished", kind: "late", startedAt: run, error: null, facts };
  }
  const missed = watched.missed ?? missedNow(watched, now);
  if (missed === null) return null;
  const dueMs = now.monotonicMs + missed.expectedAtMs - now.atMs;
  const startedAt = { ...now, atMs: missed.expectedAtMs, monotonicMs: dueMs };
  return { trouble: "late", kind: "late", startedAt, error: null, facts: { ...base, ...missed } };
}

/** Bounded by `record.ts`; the code is stable, the text foreign. */
function failed({ at, exitCode, output }: NonNullable<JobRecord["failure"]>, base: Facts): Trouble {
  const error = { code: "job-failed", text: output };
  return { trouble: "failed", kind: "failed", startedAt: at, error, facts: { ...base, exitCode, output } };
}

/** The run that is missing from this moment on. */
export function missedNow({ job, wait }: Watched, now: Stamp): Watched["missed"] {
  if (wait === null) return null;
  const lateMs = lateMsOf(wait, job.graceMs, now);
  if (now.monotonicMs < lateMs) return null;
  return { expectedAtMs: wait.expectedAtMs, lateAtMs: now.atMs - (now.monotonicMs - lateMs) };
}

export function statusOf(watched: Watched, now: Stamp, openedMs: number): JobStatus {
  const { job, stored } = watched;
  const { record, declared } = stored;
  const { key, name, on, schedule, graceMs } = job;
  const { lastPingAt, lastSuccessAt, lastDurationMs } = record;
  const isPaused = stored.pausedAt !== null;
  const runningSince = openRun(record, now);
  const found = troubleOf(watched, now, openedMs)?.trouble ?? null;
  const isInGrace = !isPaused && runningSince === null && watched.wait !== null && isDue(watched.wait, graceMs, now);
  return {
    key,
    name,
    on,
    schedule,
    graceMs,
    declared,
    lastPingAt,
    lastSuccessAt,
    lastDurationMs,
    runningSince,
    state: stateOf(record, { isPaused, isDown: found !== null, isInGrace }),
    ...(isPaused ? { expectedAtMs: null, lateAtMs: null } : timesOf(watched, now)),
    trouble: found ?? (isInGrace ? "late" : null),
  };
}

function timesOf({ job, wait, missed }: Watched, now: Stamp): Pick<JobStatus, "expectedAtMs" | "lateAtMs"> {
  if (missed !== null) return missed;
  if (wait === null) return { expectedAtMs: null, lateAtMs: null };
  const lateMs = lateMsOf(wait, job.graceMs, now);
  return { expectedAtMs: wait.expectedAtMs, lateAtMs: now.atMs + lateMs - now.monotonicMs };
}

function stateOf(
  record: JobRecord,
  { isPaused, isDown, isInGrace }: { isPaused: boolean; isDown: boolean; isInGrace: boolean },
): JobStatus["state"] {
  if (isPaused) return "paused";
  if (isDown) return "down";
  if (record.lastEndAt === null) return "unknown";
  return isInGrace ? "warning" : "ok";
}
