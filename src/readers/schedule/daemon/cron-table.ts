import { isCronDay, type CronFields } from "../crontab-fields.ts";
import { dayOf, weekdayOf } from "../zone.ts";
import { createWallClock } from "./wall-clock.ts";

const minuteMs = 60_000;
const minutesPerDay = 1_440;

/** A line of a crontab as the daemon has it in memory. */
export interface CronJob {
  readonly id: string;
  /** null: at boot */
  readonly fields: CronFields | null;
  /** its own zone (`CRON_TZ` of cronie); null: the daemon's */
  readonly timeZone: string | null;
  /** it is started up to so much later (`RANDOM_DELAY` of cronie) */
  readonly delayMs: number;
}

/** A minute as the daemon counts it: its zone's clocks as if they were UTC, and how far they are ahead of it. */
export interface DaemonMinute {
  readonly minute: number;
  readonly zoneOffsetMs: number;
}

export interface CronTable {
  /** the jobs of one minute, in the order of the table */
  jobsOf(at: DaemonMinute, kinds: { readonly wildcard: boolean; readonly fixed: boolean }): readonly CronJob[];
}

interface Entry {
  readonly order: number;
  readonly job: CronJob;
  readonly fields: CronFields;
}

export function createCronTable(jobs: readonly CronJob[]): CronTable {
  const entries = jobs.flatMap((job, order): Entry[] =>
    job.fields === null ? [] : [{ order, job, fields: job.fields }],
  );
  const byMinute = inMinutesOfDay(entries.filter(({ job }) => job.timeZone === null));
  const zoned = entries.flatMap((entry) => {
    const { timeZone } = entry.job;
    return timeZone === null ? [] : [{ entry, wallMs: createWallClock(timeZone) }];
  });
  const isOnDay = dayMemory(jobs.length);

  return {
    jobsOf({ minute, zoneOffsetMs }, { wildcard, fixed }) {
      const isWanted = ({ fields }: Entry): boolean => (fields.isWildcard ? wildcard : fixed);
      const day = Math.floor(minute / minutesPerDay);
      const found = (byMinute[minute - day * minutesPerDay] ?? []).filter(
        (entry) => isWanted(entry) && isOnDay(entry, day),
      );
      if (zoned.length === 0) return found.map(({ job }) => job);
      const atMs = minute * minuteMs - zoneOffsetMs;
      const others = zoned.flatMap(({ entry, wallMs }) =>
        isWanted(entry) && isInMinute(entry, Math.floor(wallMs(atMs) / minuteMs), isOnDay) ? [entry] : [],
      );
      return [...found, ...others].toSorted((a, b) => a.order - b.order).map(({ job }) => job);
    },
  };
}

function inMinutesOfDay(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const table: Entry[][] = [];
  for (const entry of entries) {
    for (const hour of entry.fields.hours) {
      for (const minute of entry.fields.minutes) (table[hour * 60 + minute] ??= []).push(entry);
    }
  }
  return table;
}

type DayTest = (entry: Entry, day: number) => boolean;

/** Days come one after the other, so only the newest is remembered. */
function dayMemory(count: number): DayTest {
  const days = new Float64Array(count).fill(Number.NaN);
  const answers: boolean[] = [];
  return ({ order, fields }, day) => {
    if (days[order] !== day) {
      days[order] = day;
      answers[order] = isCronDay(fields, { ...dayOf(day), weekday: weekdayOf(day) });
    }
    return answers[order] === true;
  };
}

function isInMinute(entry: Entry, minute: number, isOnDay: DayTest): boolean {
  const day = Math.floor(minute / minutesPerDay);
  const ofDay = minute - day * minutesPerDay;
  const { hours, minutes } = entry.fields;
  return hours.has(Math.floor(ofDay / 60)) && minutes.has(ofDay % 60) && isOnDay(entry, day);
}
