const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A day of the calendar, without a zone. */
export interface Day {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
}

/** Days since 1970-01-01. Source: H. Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil. */
export function dayNumber({ year, month, day }: Day): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The day with this number. Source: the same, civil_from_days. */
export function dayOf(number: number): Day {
  const z = number + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

/** 0 is Sunday. */
export function weekdayOf(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}

export function daysInMonth(year: number, month: number): number {
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return dayNumber(next) - dayNumber({ year, month, day: 1 });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset", year: "numeric" });
  formats.set(timeZone, made);
  return made;
}

/** True for an IANA zone this machine knows. */
export function isZone(text: string): boolean {
  try {
    formatOf(text);
    return true;
  } catch {
    return false; // RangeError: no such zone
  }
}

/** How far the zone's clocks are ahead of UTC at a moment. */
export function offsetMs(atMs: number, timeZone: string): number {
  const written = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(formatOf(timeZone).format(atMs));
  if (written?.[1] === undefined) return 0;
  const [, sign, hours, minutes, seconds = "0"] = written;
  const ms = (Number(hours) * 60 + Number(minutes)) * minuteMs + Number(seconds) * 1_000;
  return sign === "-" ? -ms : ms;
}

/** What the zone's clocks show, as if it were UTC. */
export function wallMs(atMs: number, timeZone: string): number {
  return atMs + offsetMs(atMs, timeZone);
}

/** A whole day as one zone lives it, so that its wall times can be turned into moments. */
export interface ZonedDay {
  /** the moments at which the clocks show this time: none in a gap, two where the hour is repeated, else one; in order */
  moments(wall: number): readonly number[];
  /** where the day's clocks are put forward */
  readonly gap: { readonly atMs: number; readonly lengthMs: number } | null;
  /** no clock is changed on it */
  readonly isPlain: boolean;
}

/** Wide enough for every zone (UTC-12 to UTC+14) and for a change of the offset at either end of the day. */
const reachMs = 15 * 3_600_000;

export function zonedDay(number: number, timeZone: string): ZonedDay {
  const startMs = number * dayMs - reachMs;
  const endMs = (number + 1) * dayMs + reachMs;
  const [before, after] = [offsetMs(startMs, timeZone), offsetMs(endMs, timeZone)];
  if (before === after) return { moments: (wall) => [wall - before], gap: null, isPlain: true };
  const atMs = changeBetween({ startMs, endMs, before }, timeZone);
  const moments = (wall: number): readonly number[] => {
    const early = wall - before;
    const late = wall - after;
    return [...(early < atMs ? [early] : []), ...(late >= atMs ? [late] : [])];
  };
  return {
    moments,
    gap: after > before ? { atMs, lengthMs: after - before } : null,
    isPlain: false,
  };
}

/** The first whole second with the new offset. */
function changeBetween(
  { startMs, endMs, before }: { startMs: number; endMs: number; before: number },
  timeZone: string,
): number {
  let [low, high] = [startMs, endMs];
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (offsetMs(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}
