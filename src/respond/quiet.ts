import type { QuietHours } from "../kernel/model/site.ts";
import type { Severity } from "../kernel/model/signal.ts";
import { minuteOfDay } from "../words/format.ts";

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
const mostSteps = 200; // a change of the clocks moves the end by at most a few hours

interface QuietQuestion {
  readonly quiet: QuietHours | null;
  readonly severity: Severity;
  readonly timeZone: string;
  /** Unix epoch, UTC */
  readonly atMs: number;
}

/**
 * How long a notice to a person waits for the end of the night: 0 outside the quiet hours and for severities that are
 * not held. Critical always wakes, whatever the file says.
 */
export function quietWaitMs({ quiet, severity, timeZone, atMs }: QuietQuestion): number {
  if (quiet === null || severity === "critical" || !quiet.hold.includes(severity)) return 0;
  if (!isQuiet(quiet, minuteOfDay(atMs, timeZone))) return 0;
  return endOfQuiet(quiet, timeZone, atMs) - atMs;
}

function isQuiet({ fromMinute, toMinute }: QuietHours, minute: number): boolean {
  if (fromMinute === toMinute) return false;
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}

/** The first whole minute after `atMs` that is no longer quiet by the zone's own clock, also in nights that are 23 or 25 hours long. */
function endOfQuiet(quiet: QuietHours, timeZone: string, atMs: number): number {
  const quietAt = (moment: number): boolean => isQuiet(quiet, minuteOfDay(moment, timeZone));
  let end = Math.floor(atMs / minuteMs) * minuteMs;
  for (let step = 0; step < mostSteps && quietAt(end); step++) {
    const leftMinutes = (quiet.toMinute - minuteOfDay(end, timeZone) + dayMinutes) % dayMinutes;
    end += leftMinutes * minuteMs;
  }
  while (end - minuteMs > atMs && !quietAt(end - minuteMs)) end -= minuteMs; // clocks that went forward: it ended earlier
  return end;
}
