import { names, namesFromEnd, valuesOf, type CalendarFields } from "./calendar-fields.ts";
import { dayOf, daysInMonth, wallMs, weekdayOf, zonedDay } from "./zone.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** systemd looks no further than the year 2199. */
const lastYear = 2_199;

/**
 * The moments from `fromMs` on at which the timer elapses, in order. A wall time that does not exist on the day is left out,
 * one that comes twice elapses the first time. Source: compared with systemd-analyze 252.
 */
export function* calendarRuns(fields: CalendarFields, zone: string, fromMs: number): Generator<number> {
  const timeZone = fields.timeZone ?? zone;
  const times = timesOf(fields);
  const first = Math.floor(wallMs(fromMs, timeZone) / dayMs) - 1;
  for (let number = first; dayOf(number).year <= lastYear; number++) {
    if (!isCalendarDay(fields, number)) continue;
    const { moments } = zonedDay(number, timeZone);
    for (const time of times) {
      const [atMs] = moments(number * dayMs + time);
      if (atMs !== undefined && atMs >= fromMs) yield atMs;
    }
  }
}

function isCalendarDay({ weekdays, years, months, days, fromEnd }: CalendarFields, number: number): boolean {
  const { year, month, day } = dayOf(number);
  if (weekdays !== null && !weekdays.has(weekdayOf(number))) return false;
  if (!names(years, year) || !names(months, month)) return false;
  return fromEnd ? namesFromEnd(days, daysInMonth(year, month) - day + 1) : names(days, day);
}

/** Milliseconds after midnight, in order. */
function timesOf({ hours, minutes, secondsMs }: CalendarFields): readonly number[] {
  const seconds = valuesOf(secondsMs, minuteMs, 1_000);
  const ofMinutes = valuesOf(minutes, 60).flatMap((minute) => seconds.map((ms) => minute * minuteMs + ms));
  return valuesOf(hours, 24).flatMap((hour) => ofMinutes.map((ms) => hour * 60 * minuteMs + ms));
}
