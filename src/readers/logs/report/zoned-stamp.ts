import { dayOf, offsetMs } from "../../schedule/zone.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** RFC 3339 to the second with the zone's offset, for thousands of moments: nothing is made for each. */
export function zonedStamp(atMs: number, zone: string): string {
  const offset = offsetMs(atMs, zone);
  const wall = atMs + offset;
  const { year, month, day } = dayOf(Math.floor(wall / dayMs));
  const seconds = Math.floor((((wall % dayMs) + dayMs) % dayMs) / 1_000);
  const time = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  const minutes = Math.abs(Math.round(offset / minuteMs));
  const sign = offset < 0 ? "-" : "+";
  const suffix = offset === 0 ? "Z" : `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}${suffix}`;
}
