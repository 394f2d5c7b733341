import type { JobOccurrence } from "../../kernel/model/aftercare.ts";

const minuteMs = 60_000;
/** A log is written a little before or after. */
const earlyMs = minuteMs;
/** What a step of the clock starts, it starts within so long a time. */
export const afterStepMs = 10 * minuteMs;

/** A time at which a job was due. */
export interface DueTime {
  /** true time */
  readonly atMs: number;
  /** what its daemon calls it: the minute, the day, the elapse */
  readonly key: number;
}

/** A start that its daemon has made or will make, as far as its loop says. */
export interface ForeseenRun {
  readonly key: number;
  /** true time */
  readonly atMs: number;
  readonly latestMs: number;
  readonly isMadeUp: boolean;
}

/** A start that something tells of. */
export interface SeenRun {
  /** every moment of true time it may have been, oldest first */
  readonly moments: readonly number[];
  readonly evidence: string;
}

/** One job with everything known of its starts. */
export interface TrackedJob {
  readonly where: string;
  readonly line: string;
  readonly user: string | null;
  readonly isSafeTwice: boolean | null;
  readonly risks: readonly string[];
  /** in order, also some before and behind the time that is asked about */
  readonly due: readonly DueTime[];
  readonly foreseen: readonly ForeseenRun[];
  readonly seen: readonly SeenRun[];
  /** what would tell of a start at this moment of true time; null: nothing */
  covers(atMs: number): string | null;
  /** false: how its daemon behaves is not known, so nothing it did not do is sure */
  readonly isKnown: boolean;
  readonly graceMs: number;
}

export interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly stepAtMs: number | null;
  readonly isRunning: (atMs: number) => boolean;
}

interface Matched extends DueTime {
  readonly run: ForeseenRun | null;
  seen: { readonly atMs: number; readonly evidence: string } | null;
  extraAtMs: number | null;
}

/** What became of every time at which a job was due; each start proves one of them. */
export function judgeOccurrences(job: TrackedJob, asked: Asked): readonly JobOccurrence[] {
  const times = pair(job);
  const left = new Set(job.seen);
  for (const time of times) matchSeen(time, time.run?.atMs ?? null, { job, left });
  for (const time of times) if (time.seen === null) matchSeen(time, time.atMs, { job, left });
  for (const run of left) matchExtra(run, { times, job });
  return times
    .filter(({ atMs, extraAtMs }) => isAsked(atMs, asked) || (extraAtMs !== null && isAsked(extraAtMs, asked)))
    .map((time) => ({ ...plain(job), dueAtMs: time.atMs, ...outcomeOf(time, job, asked) }));
}

function plain({
  where,
  line,
  user,
  isSafeTwice,
  risks,
}: TrackedJob): Omit<JobOccurrence, "dueAtMs" | "outcome" | "ranAtMs" | "evidence"> {
  return { where, line, user, isSafeTwice, risks };
}

function pair({ due, foreseen }: TrackedJob): Matched[] {
  const free = new Map<number, ForeseenRun[]>();
  for (const run of foreseen) free.set(run.key, [...(free.get(run.key) ?? []), run]);
  return due.map((time) => ({ ...time, run: free.get(time.key)?.shift() ?? null, seen: null, extraAtMs: null }));
}

function matchSeen(
  time: Matched,
  aroundMs: number | null,
  { job, left }: { job: TrackedJob; left: Set<SeenRun> },
): void {
  if (aroundMs === null) return;
  const lastMs = Math.max(aroundMs, time.run?.latestMs ?? 0) + job.graceMs;
  for (const run of left) {
    const atMs = run.moments.find((moment) => moment >= aroundMs - earlyMs && moment <= lastMs);
    if (atMs === undefined) continue;
    time.seen = { atMs, evidence: run.evidence };
    left.delete(run);
    return;
  }
}

function isAsked(atMs: number, { fromMs, toMs, nowMs }: Asked): boolean {
  return atMs >= fromMs && atMs < Math.min(toMs, nowMs + 1);
}

/** A start nobody waited for: late for the last time it was due, or one too many. */
function matchExtra(
  { moments, evidence }: SeenRun,
  { times, job }: { times: readonly Matched[]; job: TrackedJob },
): void {
  // a clock that was put back shows the same time twice: the later one is where its daemon started it again
  const again = job.foreseen.filter((run) => times.every((time) => time.run !== run));
  const atMs = moments.find((moment) => again.some((run) => isNear(moment, run, job))) ?? moments[0];
  if (atMs === undefined) return;
  const key = again.find((run) => isNear(atMs, run, job))?.key;
  const last = times.find((time) => time.key === key) ?? times.findLast((time) => time.atMs <= atMs + earlyMs);
  if (last === undefined) return;
  if (last.seen === null) last.seen = { atMs, evidence };
  else last.extraAtMs = atMs;
}

function isNear(atMs: number, run: ForeseenRun, { graceMs }: TrackedJob): boolean {
  return atMs >= run.atMs - earlyMs && atMs <= run.latestMs + graceMs;
}

type Outcome = Pick<JobOccurrence, "outcome" | "ranAtMs" | "evidence">;

function outcomeOf(time: Matched, job: TrackedJob, asked: Asked): Outcome {
  const { seen, run, extraAtMs } = time;
  if (seen !== null) {
    const { evidence } = seen;
    if (extraAtMs !== null) return { outcome: "ran-twice", ranAtMs: extraAtMs, evidence };
    return { outcome: timing(seen.atMs - time.atMs, job), ranAtMs: seen.atMs, evidence };
  }
  if (!job.isKnown) return unproven;
  if (run !== null && run.latestMs > asked.nowMs) return toCome(run, asked);
  const evidence = job.covers(run?.atMs ?? time.atMs);
  if (evidence !== null) return { ...missed, evidence };
  // off or halted, and nothing makes up for it: that needs no log
  return run === null && !asked.isRunning(time.atMs) ? { ...missed, evidence: "simulation" } : unproven;
}

const unproven: Outcome = { outcome: "unproven", ranAtMs: null, evidence: null };
const missed = { outcome: "missed", ranAtMs: null } as const;

function timing(lateMs: number, { graceMs }: TrackedJob): "ran" | "ran-late" | "ran-early" {
  if (lateMs < -earlyMs) return "ran-early";
  return lateMs > graceMs ? "ran-late" : "ran";
}

function toCome(run: ForeseenRun, { stepAtMs }: Asked): Outcome {
  const isByStep = stepAtMs !== null && run.isMadeUp && run.atMs >= stepAtMs && run.atMs < stepAtMs + afterStepMs;
  return { outcome: isByStep ? "will-run-at-step" : "will-run-by-itself", ranAtMs: run.atMs, evidence: "simulation" };
}

/** What the planned step of the clock starts by itself: what the daemon makes up for, and what it has started before. */
export function startedByStep(job: TrackedJob, { stepAtMs, nowMs }: Asked): readonly JobOccurrence[] {
  if (stepAtMs === null || stepAtMs + afterStepMs < nowMs) return [];
  const isAgain = (run: ForeseenRun): boolean =>
    job.foreseen.some((other) => other.key === run.key && other.atMs < stepAtMs);
  return job.foreseen
    .filter((run) => run.atMs >= stepAtMs && run.atMs < stepAtMs + afterStepMs && (run.isMadeUp || isAgain(run)))
    .map((run) => ({
      ...plain(job),
      dueAtMs: job.due.find(({ key }) => key === run.key)?.atMs ?? run.atMs,
      outcome: "will-run-at-step",
      ranAtMs: run.atMs,
      evidence: "simulation",
    }));
}
