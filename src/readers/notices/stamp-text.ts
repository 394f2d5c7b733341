import { dayNumber, daysInMonth } from "../schedule/zone.ts";
import { zoneOf } from "./zone-words.ts";

const rfc822 =
  /(?<!\d)(\d{1,2})\s+([a-z]{3})[a-z]*\.?\s+(\d{4}|\d{2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*([a-z]{1,5}|[+-]\d{2}:?\d{2})?/i;
const rfc3339 = /(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?/;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The date of a feed's entry, RFC 822 or RFC 3339 as feeds really write them. @returns null for anything else, which is common */
export function readStampText(text: string): number | null {
  const iso = rfc3339.exec(text);
  if (iso !== null) {
    const [, year, month, day, ...rest] = iso;
    return stamp({ year: Number(year), month: Number(month), day: Number(day) }, rest);
  }
  const mail = rfc822.exec(text);
  if (mail === null) return null;
  const [, day, name = "", written = "", ...rest] = mail;
  const year = written.length === 2 ? 2000 + Number(written) : Number(written);
  return stamp({ year, month: months.indexOf(name.toLowerCase()) + 1, day: Number(day) }, rest);
}

function stamp(
  date: { year: number; month: number; day: number },
  [hour, minute, second, zone = "Z"]: readonly (string | undefined)[],
): number | null {
  const [hours, minutes, seconds] = [hour, minute, second].map((part) => Number(part ?? 0)) as [number, number, number];
  if (!isDay(date) || hours > 24 || minutes > 59 || seconds > 60) return null;
  const where = zoneOf(zone);
  const offset = "offsetMinutes" in where ? where.offsetMinutes : 0;
  return dayNumber(date) * 86_400_000 + ((hours * 60 + minutes - offset) * 60 + seconds) * 1_000;
}

function isDay({ year, month, day }: { year: number; month: number; day: number }): boolean {
  return year >= 1990 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}
