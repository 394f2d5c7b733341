export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A UTC day, counted from 1970-01-01 as 0. */
export type DayNumber = number;

/** Days that have a name of four-digit years: 1970-01-01 to 9999-12-31. */
export const lastDay: DayNumber = 2_932_896;

export function dayOf(atMs: number): DayNumber {
  return Math.floor(atMs / dayMs);
}

/** `2026-11-22`. Source: H. Hinnant, chrono-compatible low-level date algorithms, civil_from_days. */
export function dayName(day: DayNumber): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const date = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(date, 2)}`;
}

/** @returns null for what is not a day's name. Source: as above, days_from_civil. */
export function dayNumbered(name: string): DayNumber | null {
  const [, year, month, date] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(name) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const ofEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + ofYear;
  const day = era * 146_097 + ofEra - 719_468;
  return dayName(day) === name ? day : null;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
