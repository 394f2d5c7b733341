import type { Clock } from "../../kernel/clock.ts";
import type { JobsVerdict } from "../../kernel/model/aftercare.ts";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { Job, JobPing } from "../../kernel/model/job.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { JobsAfter } from "../../kernel/ports-prevent.ts";
import { createCourse, type ClockPiece, type HostCourse, type UpSpan } from "../../readers/schedule/daemon/course.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { trackAnacron } from "./anacron-jobs.ts";
import { anacronStarts } from "./anacron-starts.ts";
import { trackAt } from "./at-jobs.ts";
import { trackCron } from "./cron-jobs.ts";
import { readCronLog, type CronLog } from "./cron-log.ts";
import type { CrontabLine } from "./crontab-lines.ts";
import { reportedRuns, trackBackup, trackDeclared } from "./declared-jobs.ts";
import { afterStepMs, judgeOccurrences, startedByStep, type Asked, type TrackedJob } from "./occurrences.ts";
import { seenCron, type SeenCron } from "./snapshot-cron.ts";
import { trackTimers } from "./timer-jobs.ts";
import { wantedLines, type WantedLines } from "./wanted-lines.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What was seen running so shortly before is running still. */
const stillUpMs = hourMs / 6;
const mostPings = 500;
const mostSets = 50;

export interface JobsAfterDeps {
  readonly site: () => Pick<Site, "jobs" | "timeZone"> & Partial<Pick<Site, "backups">>;
  readonly clock: Pick<Clock, "nowMs">;
  /** newest first */
  readonly pings: (job: string, limit: number) => Promise<readonly JobPing[]>;
  /** committed sets of a backup, wherever they lie, newest first */
  readonly sets: (plan: string, limit: number) => Promise<readonly Pick<CommitRecord, "startedAt">[]>;
  /** what `cronLogScript` prints on the host; null: it could not be run there */
  readonly cronLog: (host: string) => Promise<readonly string[] | null>;
}

type Question = Parameters<JobsAfter["judge"]>[0];

/** Which jobs ran, did not run, and will run. Reads only; the same question gives the same answer while nothing happens. */
export function createJobsAfter(deps: JobsAfterDeps): JobsAfter {
  return {
    async judge(question) {
      const { host, before, after, fromMs, toMs, stepAtMs } = question;
      const nowMs = deps.clock.nowMs();
      const seen = { before: seenCron(before), after: seenCron(after) };
      const world = worldOf(question, nowMs);
      const log = await logOf(deps, host, { seen, world, nowMs });
      const declared = await declaredJobs(deps, host);
      const backups = await backupJobs(deps, host, { fromMs, toMs });
      const wanted = wantedLines(seen.before, seen.after, flavourOf(seen));
      const tracked = trackHost({ question, seen, world, log, declared, wanted, nowMs });
      const asked: Asked = { fromMs, toMs, nowMs, stepAtMs, isRunning: (atMs) => world.course.isRunning(atMs) };
      const jobs = [...tracked.jobs, ...backups];
      return {
        host,
        fromMs,
        toMs,
        occurrences: jobs
          .flatMap((job) => judgeOccurrences(job, asked))
          .toSorted((a, b) => a.dueAtMs - b.dueAtMs || (a.where < b.where ? -1 : 1)),
        often: tracked.often.flatMap((job) => countOften(job, asked)),
        atStep: jobs
          .flatMap((job) => startedByStep(job, asked))
          .toSorted((a, b) => (a.ranAtMs ?? 0) - (b.ranAtMs ?? 0) || a.dueAtMs - b.dueAtMs),
        remarks: [...new Set([...unseen(seen, host), ...wanted.remarks])],
      };
    },
  };
}

interface Seen {
  readonly before: SeenCron | null;
  readonly after: SeenCron | null;
}

interface World {
  readonly clock: readonly ClockPiece[];
  readonly up: readonly UpSpan[];
  readonly course: HostCourse;
  /** how far ahead its daemons are followed */
  readonly horizonMs: number;
}

/** The course of the host with its planned repair, followed for as long as its clock is behind and a day for what runs daily. */
function worldOf({ clock, up, stepAtMs, toMs }: Question, nowMs: number): World {
  const last = clock.at(-1);
  const isStepped = stepAtMs === null || last === undefined || (last.fromMs >= stepAtMs && last.offsetMs === 0);
  const pieces = isStepped ? clock : [...clock, { fromMs: stepAtMs, offsetMs: 0 }];
  const horizonMs = Math.max(nowMs, toMs, stepAtMs ?? 0) + dayMs + 2 * hourMs;
  const end = up.at(-1);
  const spans =
    end !== undefined && end.toMs >= nowMs - stillUpMs ? [...up.slice(0, -1), { ...end, toMs: horizonMs + 1 }] : up;
  return { clock: pieces, up: spans, course: createCourse({ clock: pieces, up: spans }), horizonMs };
}

function flavourOf({ before, after }: Seen): SeenCron["flavour"] {
  if (before !== null && before.flavour !== "unknown") return before.flavour;
  return after?.flavour ?? "unknown";
}

async function logOf(
  deps: JobsAfterDeps,
  host: string,
  { seen, world, nowMs }: { seen: Seen; world: World; nowMs: number },
): Promise<CronLog | null> {
  const lines = await deps.cronLog(host);
  if (lines === null) return null;
  const known = seen.after ?? seen.before;
  const timeZone = known?.timeZone ?? deps.site().timeZone;
  return readCronLog(lines, { nowMs: world.course.hostMs(nowMs), timeZone }, known?.isDaemonRunning ?? null);
}

interface Declared {
  readonly job: Job;
  readonly pings: readonly JobPing[];
}

async function declaredJobs({ site, pings }: JobsAfterDeps, host: string): Promise<readonly Declared[]> {
  const jobs = [...site().jobs.values()].filter(({ on }) => on === host);
  return Promise.all(jobs.map(async (job) => ({ job, pings: await pings(job.key, mostPings) })));
}

async function backupJobs(
  { site, sets }: JobsAfterDeps,
  host: string,
  asked: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly TrackedJob[]> {
  const { backups, timeZone } = site();
  const plans = [...(backups?.values() ?? [])].filter((plan) => plan.host === host && plan.at !== null);
  const jobs = plans.map(async (plan) => {
    const found = await sets(plan.key, mostSets);
    const starts = found.flatMap(({ startedAt }) => readMoment(startedAt, "UTC") ?? []);
    return trackBackup(plan, starts, { ...asked, timeZone });
  });
  return (await Promise.all(jobs)).filter((job) => job !== null);
}

interface HostFacts {
  readonly question: Question;
  readonly seen: Seen;
  readonly world: World;
  readonly log: CronLog | null;
  readonly declared: readonly Declared[];
  readonly wanted: WantedLines;
  readonly nowMs: number;
}

function trackHost(facts: HostFacts): { readonly jobs: readonly TrackedJob[]; readonly often: readonly TrackedJob[] } {
  const { question, seen, world, log, declared, wanted, nowMs } = facts;
  const known = seen.before ?? seen.after;
  const { fromMs, toMs } = question;
  const stretch = { fromMs, toMs: world.horizonMs };
  const linked = linkedJobs(wanted.lines, declared);
  const others = declared.filter((one) => ![...linked.values()].includes(one));
  const own = others.flatMap(({ job, pings }) => trackDeclared(job, pings, { fromMs, toMs }) ?? []);
  if (known === null) return { jobs: own, often: [] };
  const cron = trackCron({
    lines: wanted.lines,
    flavour: flavourOf(seen),
    timeZone: known.timeZone,
    clock: world.clock,
    up: world.up,
    course: world.course,
    log,
    reports(line) {
      const one = linked.get(line.where);
      return one === undefined ? null : { seen: reportedRuns(one.pings), isSafeTwice: one.job.isSafeTwice ?? null };
    },
    fromMs,
    toMs: Math.max(nowMs, question.stepAtMs ?? 0, toMs) + behindMs(world.clock) + afterStepMs,
    noDaemonFromMs: seen.after?.isDaemonRunning === false ? (world.course.lives.at(-1)?.fromMs ?? nowMs) : null,
  });
  const timers = trackTimers({ ...seen, course: world.course, ...stretch });
  const boots = world.course.lives.map((life) => life.fromMs).filter((atMs) => atMs > fromMs);
  const starts = anacronStarts({
    known,
    lines: wanted.lines,
    cronJobs: [...cron.jobs, ...cron.often],
    timerJobs: timers,
    boots,
    sinceMs: Math.min(known.takenAtMs, fromMs),
    fromMs,
  });
  const anacron = trackAnacron({ ...seen, course: world.course, ...stretch, starts });
  const at = trackAt({ ...seen, course: world.course, ...stretch });
  return { jobs: [...cron.jobs, ...timers, ...anacron, ...at, ...own], often: cron.often };
}

/** So much later than due a job may start by a clock that is behind. */
function behindMs(clock: readonly ClockPiece[]): number {
  return Math.min(dayMs, Math.max(0, ...clock.map(({ offsetMs }) => Math.abs(offsetMs))));
}

/** Lines of crontabs that are declared jobs: they call the job's address, or alone have its times. By place. */
function linkedJobs(lines: WantedLines["lines"], declared: readonly Declared[]): ReadonlyMap<string, Declared> {
  const links = new Map<string, Declared>();
  for (const one of declared) {
    const calling = lines.filter((line) => isCalling(line, one.job.key));
    const timed = lines.filter((line) => isAtTimesOf(line, one.job));
    const [line] = calling.length > 0 ? calling : timed.length === 1 ? timed : [];
    if (line !== undefined && !links.has(line.where)) links.set(line.where, one);
  }
  return links;
}

function isCalling({ line }: CrontabLine, key: string): boolean {
  return line.split(/[\s"';|&]+/).some((word) => word.includes("/ping/") && word.split("/").includes(key));
}

function isAtTimesOf({ times }: CrontabLine, { schedule }: Job): boolean {
  return schedule?.kind === "cron" && schedule.expression.replaceAll(/\s+/g, " ").trim() === times;
}

/** Of jobs that run so often, how many runs are missing; one whose runs nobody can count is not listed. */
function countOften(job: TrackedJob, { fromMs, toMs, nowMs }: Asked): JobsVerdict["often"] {
  const untilMs = Math.min(toMs, nowMs);
  const isIn = (atMs: number): boolean => atMs >= fromMs && atMs < untilMs;
  const isLogged = job.covers(fromMs) !== null && job.covers(untilMs - 1) !== null;
  if (!isLogged && !job.isKnown) return [];
  const due = job.due.filter(({ atMs }) => isIn(atMs)).length;
  const ran = isLogged
    ? job.seen.filter(({ moments }) => moments.some(isIn)).length
    : job.foreseen.filter(({ atMs }) => isIn(atMs)).length;
  return due > ran ? [{ where: job.where, line: job.line, missed: due - ran }] : [];
}

function unseen({ before, after }: Seen, host: string): readonly string[] {
  if (before === null && after === null) return [`cron-unseen ${host}`];
  if (before === null) return [`cron-unseen-before ${host}`];
  return after === null ? [`cron-unseen-after ${host}`] : [];
}
