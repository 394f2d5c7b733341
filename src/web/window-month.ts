import type { Window } from "../kernel/model/window.ts";
import { dayNumber, dayOf, daysInMonth, wallMs, weekdayOf } from "../readers/schedule/zone.ts";

const dayMs = 86_400_000;

export interface Month {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
}

/** One day of the shown weeks, with the work that touches it. */
export interface MonthDay {
  readonly day: number;
  /** it belongs to the month, and not to the one before or after */
  readonly isInside: boolean;
  readonly isToday: boolean;
  /** earliest first */
  readonly windows: readonly Window[];
}

/** The month in the address, `2026-11`; anything else is the present one. */
export function monthOf(written: string, nowMs: number, timeZone: string): Month {
  const match = /^(20\d{2})-(0[1-9]|1[0-2])$/.exec(written);
  if (match !== null) return { year: Number(match[1]), month: Number(match[2]) };
  const { year, month } = dayOf(Math.floor(wallMs(nowMs, timeZone) / dayMs));
  return { year, month };
}

/** `2026-11`, so many months later. */
export function monthText({ year, month }: Month, later = 0): string {
  const index = year * 12 + month - 1 + later;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
}

/** Whole weeks from Sunday on, in the days of the zone. */
export function weeksOf(
  month: Month,
  windows: readonly Window[],
  { nowMs, timeZone }: { nowMs: number; timeZone: string },
): readonly (readonly MonthDay[])[] {
  const first = dayNumber({ ...month, day: 1 });
  const last = first + daysInMonth(month.year, month.month) - 1;
  const today = Math.floor(wallMs(nowMs, timeZone) / dayMs);
  const spans = windows
    .filter(({ state }) => state !== "cancelled")
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((window) => ({ window, ...daysTouched(window, timeZone) }));
  const start = first - weekdayOf(first);
  const end = last + 6 - weekdayOf(last);
  const days = Array.from({ length: end - start + 1 }, (_, index): MonthDay => {
    const number = start + index;
    const isInside = number >= first && number <= last;
    return {
      day: dayOf(number).day,
      isInside,
      isToday: number === today,
      windows: isInside
        ? spans.filter(({ from, to }) => number >= from && number <= to).map(({ window }) => window)
        : [],
    };
  });
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

/** An end at midnight is still of the day before. */
function daysTouched({ startMs, endMs }: Window, timeZone: string): { from: number; to: number } {
  const from = Math.floor(wallMs(startMs, timeZone) / dayMs);
  return { from, to: Math.max(from, Math.floor((wallMs(endMs, timeZone) - 1) / dayMs)) };
}
