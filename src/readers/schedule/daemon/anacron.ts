import { dayNumber, dayOf, daysInMonth } from "../zone.ts";
import type { HostCourse } from "./course.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** One line of an anacrontab with what its stamp says. */
export interface AnacronJob {
  readonly id: string;
  /** days; `month`: from a day of one month to the same day of the next, or as many days as the last one had */
  readonly period: number | "month";
  readonly delayMs: number;
  /** the day of its last run in days since 1970-01-01, as the machine's own calendar had it; null: never */
  readonly stamp: number | null;
}

export interface AnacronRun {
  readonly id: string;
  /** true time */
  readonly atMs: number;
  readonly latestMs: number;
  /** the day of the machine's own calendar it counts for */
  readonly day: number;
}

/** `20261122` of a stamp; null for anything else. */
export function stampDay(text: string): number | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const isDay = date.month >= 1 && date.month <= 12 && date.day >= 1;
  return isDay && date.day <= daysInMonth(date.year, date.month) ? dayNumber(date) : null;
}

/**
 * It counts days, not hours, and a stamp of a day to come is no reason to wait. Measured with anacron 2.3: a daily job runs at
 * 0:01 of the next day; a monthly one of 3 November not on 1 December.
 */
export function isAnacronDue({ period, stamp }: Pick<AnacronJob, "period" | "stamp">, today: number): boolean {
  if (stamp === null || stamp > today) return true;
  if (period !== "month") return today - stamp >= period;
  const { year, month } = dayOf(today);
  const last = month === 1 ? 31 : daysInMonth(year, month - 1);
  return today - stamp >= last || today - stamp === daysInMonth(year, month);
}

/** @param starts when anacron itself is started, true time, in order. @param wallMs what the machine's zone shows */
export function simulateAnacron({
  jobs,
  starts,
  course,
  wallMs,
  randomDelayMs,
}: {
  readonly jobs: readonly AnacronJob[];
  readonly starts: readonly number[];
  readonly course: HostCourse;
  readonly wallMs: (atMs: number) => number;
  readonly randomDelayMs: number;
}): readonly AnacronRun[] {
  const stamps = new Map(jobs.map(({ id, stamp }) => [id, stamp]));
  const runs: AnacronRun[] = [];
  for (const startMs of starts) {
    const day = Math.floor(wallMs(course.hostMs(startMs)) / dayMs);
    for (const job of jobs) {
      if (!isAnacronDue({ ...job, stamp: stamps.get(job.id) ?? null }, day)) continue;
      const atMs = course.afterRunning(startMs, job.delayMs);
      if (atMs === null) continue;
      stamps.set(job.id, day);
      runs.push({ id: job.id, atMs, latestMs: atMs + randomDelayMs + minuteMs, day });
    }
  }
  return runs;
}
