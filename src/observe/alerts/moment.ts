const form = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const dayMs = 86_400_000;

/** Reads an RFC 3339 moment. @returns Unix epoch UTC in milliseconds, null when it is none */
export function readMoment(text: string): number | null {
  const parts = form.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!inRange([month, 1, 12], [day, 1, 31], [hour, 0, 23], [minute, 0, 59], [second, 0, 60])) return null;
  const fraction = parts[7] === undefined ? 0 : Math.floor(Number(`0.${parts[7]}`) * 1_000);
  const offsetMinutes =
    parts[8] === undefined ? 0 : Number(`${parts[8]}1`) * (Number(parts[9]) * 60 + Number(parts[10]));
  const seconds = ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1_000;
  return daysSinceEpoch(year, month, day) * dayMs + seconds + fraction;
}

function inRange(...values: readonly (readonly [value: number, least: number, most: number])[]): boolean {
  return values.every(([value, least, most]) => value >= least && value <= most);
}

/** Days from 1970-01-01. Source: Hinnant, chrono-compatible low-level date algorithms, `days_from_civil`. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
