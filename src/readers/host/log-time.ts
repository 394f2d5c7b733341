import { readMoment } from "../schedule/moment.ts";
import { dayNumber, dayOf, isZone, wallMs } from "../schedule/zone.ts";

const dayMs = 86_400_000;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** A clock a little ahead of the log's, not a line of a year ago. */
const aheadMs = dayMs;

export interface LogClock {
  /** the machine's own clock */
  readonly nowMs: number;
  readonly timeZone: string;
}

/** The moment at the beginning of a log line: `2026-11-22T03:15:01.123+09:00`, `Nov 22 03:15:01` (the latest such day). */
export function logMoment(line: string, clock: LogClock): number | null {
  const iso = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?/.exec(line);
  if (iso !== null) return readMoment(`${iso[1]}${iso[2] ?? ""}`, clock.timeZone);
  const match = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)/.exec(line);
  const month = months.indexOf(match?.[1]?.toLowerCase() ?? "") + 1;
  if (match === null || month === 0) return null;
  const { year } = dayOf(Math.floor(wallMs(clock.nowMs, clock.timeZone) / dayMs));
  const written = (y: number): string => `${y}-${two(month)}-${two(Number(match[2]))} ${match[3]}`;
  const thisYear = readMoment(written(year), clock.timeZone);
  if (thisYear !== null && thisYear <= clock.nowMs + aheadMs) return thisYear;
  return readMoment(written(year - 1), clock.timeZone);
}

/** `Sun 2026-11-22 06:00:00 JST`, `@1795325080` as systemctl writes moments; null for `n/a` and nothing. */
export function systemdMoment(text: string, timeZone: string): number | null {
  const unix = /^@(\d{9,11})$/.exec(text.trim());
  if (unix !== null) return Number(unix[1]) * 1_000;
  const match = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?(?: (\S+))?$/.exec(text.trim());
  if (match === null) return null;
  return readMoment(match[1] ?? "", match[2] === "UTC" || match[2] === "GMT" ? "UTC" : timeZone);
}

/** `Feb 21 09:00:00 2027 GMT` as openssl writes the end of a certificate. */
export function certificateMoment(text: string): number | null {
  const match = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4}) GMT$/.exec(text.trim());
  const month = months.indexOf(match?.[1]?.toLowerCase() ?? "") + 1;
  if (match === null || month === 0) return null;
  const [day, hour, minute, second, year] = match.slice(2, 7).map(Number) as [number, number, number, number, number];
  return dayNumber({ year, month, day }) * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/** The zone by its name; when it is not known here, one with the same distance to UTC, as far as whole hours go. */
export function zoneName(said: readonly (string | null)[], offsetMs: number): string {
  const named = said.find((name): name is string => name !== null && name !== "" && isZone(name));
  if (named !== undefined) return named;
  const hours = offsetMs / 3_600_000;
  if (hours === 0 || !Number.isInteger(hours)) return "UTC";
  // POSIX counts westward
  return `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
