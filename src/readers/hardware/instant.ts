const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;
const dayMs = 86_400_000;

/**
 * Unix epoch UTC of a moment as RFC 3339 writes it; without a zone it is taken as UTC. null for anything else, and for what
 * clocks that were never set show (before 2000).
 */
export function instantMs(text: string): number | null {
  const parts = form.exec(text.trim());
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((nth) => Number(parts[nth])) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 2_000) return null;
  const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(parts[7] ?? "");
  const offsetMs = zone === null ? 0 : (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000;
  return civilDays(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 - offsetMs;
}

/** Days from 1970-01-01 in the Gregorian calendar. Source: Hinnant, «chrono-Compatible Low-Level Date Algorithms». */
export function civilDays(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
