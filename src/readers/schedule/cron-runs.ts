import { isCronDay, type CronFields } from "./crontab-fields.ts";
import { dayOf, wallMs, weekdayOf, zonedDay, type ZonedDay } from "./zone.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** `29 2` on a given weekday comes back within 28 years, save around 2100; 40 leaves nothing out. */
const furthestDays = 40 * 366;
/** A jump of the clock by more than three hours is taken for a new time: nothing is made up for. Source: cron(8). */
const madeUpMs = 180 * minuteMs;

/**
 * The moments from `fromMs` on at which a Vixie-family daemon with a right clock starts the job, in order. Where clocks are
 * put forward, jobs of a fixed time that fell into the gap all start at its end (one moment may come several times) and
 * wildcard jobs are left out; where they are put back, jobs of a fixed time start in the first of the two hours only.
 */
export function* cronRuns(fields: CronFields, timeZone: string, fromMs: number): Generator<number> {
  const first = Math.floor(wallMs(fromMs, timeZone) / dayMs) - 1;
  const times = timesOf(fields);
  for (let number = first; number < first + furthestDays; number++) {
    if (!isCronDay(fields, { ...dayOf(number), weekday: weekdayOf(number) })) continue;
    const day = zonedDay(number, timeZone);
    const moments = times.flatMap((time) => startsOf(fields, day, number * dayMs + time));
    for (const atMs of day.isPlain ? moments : moments.toSorted((a, b) => a - b)) if (atMs >= fromMs) yield atMs;
  }
}

function inOrder(values: ReadonlySet<number>): number[] {
  return [...values].toSorted((a, b) => a - b);
}

/** Milliseconds after midnight, in order. */
function timesOf({ minutes, hours }: CronFields): readonly number[] {
  return inOrder(hours).flatMap((hour) => inOrder(minutes).map((minute) => (hour * 60 + minute) * minuteMs));
}

function startsOf({ isWildcard }: CronFields, day: ZonedDay, wall: number): readonly number[] {
  const moments = day.moments(wall);
  if (moments.length === 0) return isWildcard || day.gap === null || day.gap.lengthMs >= madeUpMs ? [] : [day.gap.atMs];
  const [first = 0, second] = moments;
  if (second === undefined) return moments;
  return isWildcard || second - first > madeUpMs ? moments : [first];
}
