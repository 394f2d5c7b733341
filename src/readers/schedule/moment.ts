import { dayNumber, daysInMonth, isZone, zonedDay } from "./zone.ts";

const dayMs = 86_400_000;
const form = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Reads `2026-11-22T03:15+09:00`, `2026-11-22 03:15`, `2026-11-22`; without an offset it is meant in the zone, and the first
 * of two equal times. @returns null for anything else
 */
export function readMoment(text: string, timeZone: string): number | null {
  const match = form.exec(text.trim());
  if (match === null || !isZone(timeZone)) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  const seconds = (hour * 60 + minute) * 60 + second;
  if (!isDay(year, month, day) || minute > 59 || second > 59 || seconds > 86_400) return null;
  const number = dayNumber({ year, month, day });
  const wall = number * dayMs + seconds * 1_000;
  if (match[7] !== undefined) return wall - offsetOf(match[7]);
  const lived = zonedDay(number, timeZone);
  return lived.moments(wall)[0] ?? lived.gap?.atMs ?? null;
}

type Six = [number, number, number, number, number, number];

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function offsetOf(written: string): number {
  if (written === "Z") return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(written) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -ms : ms;
}
