import { wallOf, zoneOffsetMs } from "../../readers/logs/formats/moment.ts";
import { rfc3339 } from "../../words/format.ts";

/** Unix epoch of an RFC 3339 time, with nanoseconds and zone as restic writes them; NaN when it is none. */
export function epochMs(iso: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(iso);
  if (match === null) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const ms = Math.floor(Number(`0.${match[7] ?? "0"}`) * 1_000);
  const wallMs = wallOf({ year, month, day, hour, minute, second, ms });
  const zoneMs = zoneOffsetMs(match[8] ?? "");
  return wallMs === null || zoneMs === null ? Number.NaN : wallMs - zoneMs;
}

export function isoOf(atMs: number): string {
  return rfc3339(atMs, "UTC");
}
