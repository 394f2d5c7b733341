import { KoboshiError } from "../kernel/errors.ts";
import { parseDurationMs } from "../kernel/units.ts";
import { readMoment } from "../readers/schedule/moment.ts";
import { wallMs, zonedDay } from "../readers/schedule/zone.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** What is offered where nobody said when the work ends. Source: PREVENT §2.1 */
export const offeredLengthMs = 6 * 3_600_000;

/** Reads `2026-11-26T02:00` (in the zone unless it has an offset) or `02:00`: the next one. @throws KoboshiError KB1001 */
export function readStart(written: string, { timeZone, nowMs }: { timeZone: string; nowMs: number }): number {
  const atMs = readMoment(written, timeZone) ?? nextTime(written, timeZone, nowMs);
  if (atMs === null) throw unreadable("start", written);
  return atMs;
}

/** Reads an end as a start is read, `05:00` being the first one after the start, and `+3h`. @throws KoboshiError KB1001 */
export function readEnd(written: string, { timeZone, startMs }: { timeZone: string; startMs: number }): number {
  const length = /^\+\s*(.+)$/.exec(written.trim())?.[1];
  if (length !== undefined) {
    const parsed = parseDurationMs(length);
    if (!parsed.ok) throw unreadable("end", written);
    return startMs + parsed.value;
  }
  const atMs = readMoment(written, timeZone) ?? nextTime(written, timeZone, startMs);
  if (atMs === null) throw unreadable("end", written);
  return atMs;
}

function unreadable(what: "start" | "end", written: string): KoboshiError {
  const ways = what === "start" ? "2026-11-26T02:00, 02:00" : "2026-11-26T05:00, 05:00, +3h";
  return new KoboshiError("KB1001", { what: `${what} "${written.slice(0, 60)}" (${ways})` });
}

/** The first moment after another at which the zone's clocks show this time; where they skip it, when they are put forward. */
function nextTime(written: string, timeZone: string, afterMs: number): number | null {
  const minutes = minutesOf(written);
  if (minutes === null) return null;
  const today = Math.floor(wallMs(afterMs, timeZone) / dayMs);
  for (const day of [today, today + 1, today + 2]) {
    const wall = day * dayMs + minutes * minuteMs;
    const { moments, gap } = zonedDay(Math.floor(wall / dayMs), timeZone);
    const lived = moments(wall);
    const atMs = lived.length > 0 ? lived.find((ms) => ms > afterMs) : gap?.atMs;
    if (atMs !== undefined && atMs > afterMs) return atMs;
  }
  return null;
}

/** `02:00`, `24:00` as minutes after midnight. */
function minutesOf(written: string): number | null {
  const match = /^(\d{1,2}):([0-5]\d)$/.exec(written.trim());
  const minutes = Number(match?.[1]) * 60 + Number(match?.[2]);
  return match === null || minutes > 1_440 ? null : minutes;
}
