import type { ClockPiece, HostCourse, UpSpan } from "../../readers/schedule/daemon/course.ts";
import { simulateCron, type CronFlavour, type CronRun } from "../../readers/schedule/daemon/cron-loop.ts";
import type { CronJob } from "../../readers/schedule/daemon/cron-table.ts";
import type { CronLog } from "./cron-log.ts";
import type { CrontabLine } from "./crontab-lines.ts";
import type { SeenRun, TrackedJob } from "./occurrences.ts";
import { twiceOf } from "./risks.ts";

const minuteMs = 60_000;
/** A busy machine starts its jobs late. */
export const graceMs = 10 * minuteMs;
/** What a daemon still holds back or makes up for began at most so long before. */
const warmUpMs = 200 * minuteMs;
/** So many times a day and more, only their number is of use. */
const oftenPerDay = 24;

/** A line of a crontab and the times in which it stood there. */
export interface WantedLine extends CrontabLine {
  /** by the host's clock; null: as far back and ahead as is asked */
  readonly sinceHostMs: number | null;
  readonly untilHostMs: number | null;
}

export interface CronFacts {
  readonly lines: readonly WantedLine[];
  readonly flavour: CronFlavour;
  readonly timeZone: string;
  readonly clock: readonly ClockPiece[];
  readonly up: readonly UpSpan[];
  readonly course: HostCourse;
  /** null: no log could be read */
  readonly log: CronLog | null;
  /** reports of the job that such a line is, which prove a run whatever its host's clock says */
  readonly reports: (
    line: CrontabLine,
  ) => { readonly seen: readonly SeenRun[]; readonly isSafeTwice: boolean | null } | null;
  readonly fromMs: number;
  /** how far the future is of interest */
  readonly toMs: number;
  /** from then on no daemon runs; null: one does */
  readonly noDaemonFromMs: number | null;
}

export interface TrackedCron {
  readonly jobs: readonly TrackedJob[];
  readonly often: readonly TrackedJob[];
}

/** The lines of crontabs with what their daemon makes of them: on a host that was always up and right, and on this one. */
export function trackCron(facts: CronFacts): TrackedCron {
  const jobs = facts.lines.map((line, index): CronJob => ({ ...line, id: String(index) }));
  const [fromMs, toMs] = [facts.fromMs - warmUpMs, facts.toMs];
  const always = { jobs, fromMs, toMs, flavour: facts.flavour, zone: facts.timeZone };
  const due = byJob(simulateCron({ ...always, clock: [], up: [{ fromMs: fromMs - 1, toMs }] }));
  const [first, ...later] = facts.up;
  // what is up when the time begins has been up for as long as it takes to know what its daemon still holds back
  const up =
    first !== undefined && first.fromMs <= facts.fromMs ? [{ ...first, fromMs: fromMs - 1 }, ...later] : facts.up;
  const real = byJob(simulateCron({ ...always, clock: facts.clock, up }));
  const tracked = facts.lines.map((line, index) => ({
    line,
    job: trackLine(line, { facts, due: due.get(String(index)) ?? [], real: real.get(String(index)) ?? [] }),
  }));
  return {
    jobs: tracked.filter((one) => !isOften(one)).map(({ job }) => job),
    often: tracked.filter(isOften).map(({ job }) => job),
  };
}

function byJob(runs: readonly CronRun[]): ReadonlyMap<string, readonly CronRun[]> {
  const found = new Map<string, CronRun[]>();
  for (const run of runs) {
    const known = found.get(run.id);
    if (known === undefined) found.set(run.id, [run]);
    else known.push(run);
  }
  return found;
}

function isOften({ line: { fields } }: { readonly line: CrontabLine }): boolean {
  return fields !== null && fields.hours.size * fields.minutes.size >= oftenPerDay;
}

function trackLine(
  line: WantedLine,
  { facts, due, real }: { facts: CronFacts; due: readonly CronRun[]; real: readonly CronRun[] },
): TrackedJob {
  const reports = facts.reports(line);
  const { isSafeTwice, risks } = twiceOf(line.line);
  const { course, log } = facts;
  const isThere = (hostMs: number): boolean =>
    (line.sinceHostMs === null || hostMs >= line.sinceHostMs) &&
    (line.untilHostMs === null || hostMs < line.untilHostMs);
  const isDone = ({ atMs }: CronRun): boolean => facts.noDaemonFromMs === null || atMs < facts.noDaemonFromMs;
  // what is written down twice, by the daemon and by the job itself, is one run
  const logged = reports === null || reports.seen.length === 0 ? seenInLog(line, facts) : [];
  return {
    where: line.where,
    line: line.line,
    user: line.user,
    isSafeTwice: reports?.isSafeTwice ?? isSafeTwice,
    risks,
    due: [
      ...due.flatMap(({ atMs, minute }) => (minute !== null && isThere(atMs) ? [{ atMs, key: minute }] : [])),
      // what runs at boot is due when the host starts
      ...real.flatMap(({ atMs, minute }) => (minute === null ? [{ atMs, key: bootKey(atMs) }] : [])),
    ],
    foreseen: real
      .filter((run) => isThere(course.hostMs(run.atMs)) && isDone(run))
      .map(({ minute, atMs, latestMs, why }) => ({
        key: minute ?? bootKey(atMs),
        atMs,
        latestMs,
        isMadeUp: why === "made-up",
      })),
    seen: [...(reports?.seen ?? []), ...logged],
    covers(atMs) {
      if (reports !== null && reports.seen.length > 0) return "heartbeat";
      return log !== null && !line.isSilent && log.covers(course.hostMs(atMs)) ? "log" : null;
    },
    isKnown: facts.flavour !== "unknown",
    graceMs: graceMs + line.delayMs,
  };
}

/** No minute's: those are not before 1970. */
function bootKey(atMs: number): number {
  return -atMs;
}

function seenInLog(line: CrontabLine, { log, course }: CronFacts): readonly SeenRun[] {
  const runs = log?.runsOf(line.user, line.command) ?? [];
  return runs.flatMap(({ hostMs }) => {
    const moments = course.momentsOf(hostMs);
    return moments.length === 0 ? [] : [{ moments, evidence: "log" }];
  });
}
