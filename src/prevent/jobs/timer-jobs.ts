import { systemdMoment } from "../../readers/host/log-time.ts";
import type { HostCourse } from "../../readers/schedule/daemon/course.ts";
import { simulateTimer } from "../../readers/schedule/daemon/timer-loop.ts";
import { nextAfter, readSchedule, type TimedSchedule } from "../../readers/schedule/schedule.ts";
import { graceMs } from "./cron-jobs.ts";
import type { SeenRun, TrackedJob } from "./occurrences.ts";
import type { SeenCron, SeenTimer } from "./snapshot-cron.ts";

const dayMs = 86_400_000;
/** More often than that, only the next run is of use to anyone. */
const oftenMs = 61 * 60_000;

export interface TimerFacts {
  readonly before: SeenCron | null;
  readonly after: SeenCron | null;
  readonly course: HostCourse;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The calendar timers of systemd. Those that count from the boot or from their last run are never missed and not among them. */
export function trackTimers(facts: TimerFacts): readonly TrackedJob[] {
  const { before, after } = facts;
  const known = before ?? after;
  if (known === null) return [];
  return known.timers.filter(({ isActive }) => isActive).flatMap((timer) => trackTimer(timer, known.timeZone, facts));
}

function trackTimer(timer: SeenTimer, timeZone: string, facts: TimerFacts): readonly TrackedJob[] {
  const schedules = timer.calendars.flatMap((text): TimedSchedule[] => {
    const read = readSchedule(text, timeZone);
    return read.ok && read.value.kind === "calendar" ? [read.value] : [];
  });
  if (schedules.length === 0) return [];
  const next = (atMs: number): number | null => {
    const moments = schedules.flatMap((schedule) => nextAfter(schedule, atMs) ?? []);
    return moments.length === 0 ? null : Math.min(...moments);
  };
  const { course, fromMs, toMs } = facts;
  const due = timesBetween(next, fromMs - dayMs, toMs);
  if (isOften(due)) return [];
  const { before, after } = facts;
  const lastHostMs = lastOf(before, timer.id);
  const foreseen = simulateTimer({
    nextAfter: next,
    isPersistent: timer.isPersistent,
    delayMs: timer.delayMs,
    lastHostMs: lastHostMs ?? lastDue(due, fromMs),
    course,
    fromMs,
    toMs,
  });
  const lastMs = lastOf(after, timer.id);
  return [
    {
      where: `timer:${timer.id}`,
      line: timer.calendars.join("; ").slice(0, 1_000),
      user: null,
      // nobody said what the unit does
      isSafeTwice: null,
      risks: [],
      due: due.map((atMs) => ({ atMs, key: atMs })),
      foreseen: foreseen.map(({ atMs, latestMs, hostDueMs }) => ({
        key: hostDueMs,
        atMs,
        latestMs,
        isMadeUp: atMs > hostDueMs + timer.delayMs + graceMs,
      })),
      seen: seenRuns([lastHostMs, lastMs], course),
      // the manager remembers the last start alone: it tells of every time behind it
      covers: (atMs) => (after !== null && atMs <= after.takenAtMs && isLast(atMs, lastMs, course) ? "timer" : null),
      isKnown: true,
      graceMs: graceMs + timer.delayMs,
    },
  ];
}

function lastOf(seen: SeenCron | null, id: string): number | null {
  const timer = seen?.timers.find((one) => one.id === id);
  return seen === null || timer === undefined ? null : systemdMoment(timer.lastText, seen.timeZone);
}

function lastDue(due: readonly number[], fromMs: number): number | null {
  return due.findLast((atMs) => atMs < fromMs) ?? null;
}

/** Its last start lies before this moment, so there was none at it. */
function isLast(atMs: number, lastMs: number | null, course: HostCourse): boolean {
  return lastMs === null || lastMs < course.hostMs(atMs);
}

function seenRuns(lasts: readonly (number | null)[], course: HostCourse): readonly SeenRun[] {
  return [...new Set(lasts)].flatMap((hostMs) => {
    const moments = hostMs === null ? [] : course.momentsOf(hostMs);
    return moments.length === 0 ? [] : [{ moments, evidence: "timer" }];
  });
}

function isOften(due: readonly number[]): boolean {
  const [first, second, third] = due;
  return first !== undefined && second !== undefined && third !== undefined && third - first < 2 * oftenMs;
}

const mostTimes = 2_000;

function timesBetween(next: (atMs: number) => number | null, fromMs: number, toMs: number): readonly number[] {
  const found: number[] = [];
  let atMs = next(fromMs - 1);
  while (atMs !== null && atMs < toMs && found.length < mostTimes) {
    found.push(atMs);
    atMs = next(atMs);
  }
  return found;
}
