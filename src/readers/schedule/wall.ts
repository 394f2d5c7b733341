import { offsetMs, zonedDay } from "./zone.ts";

const dayMs = 86_400_000;

/**
 * The moment at which a zone's clocks show this time, written as if it were UTC: the first where the hour is repeated, and
 * where it is left out, the time put forward by what was left out.
 */
export function momentAt(wall: number, timeZone: string): number {
  const lived = zonedDay(Math.floor(wall / dayMs), timeZone);
  const [first] = lived.moments(wall);
  if (first !== undefined) return first;
  return lived.gap === null ? wall - offsetMs(wall, timeZone) : wall - offsetMs(lived.gap.atMs - 1_000, timeZone);
}
