import { monthName, weekdayName } from "./token-forms.ts";
import type { Value } from "./token.ts";

/** A day of which nothing is written. */
export const noDate = {
  year: null,
  month: null,
  day: null,
  weekday: null,
  relative: null,
  rule: null,
  swappable: false,
} as const;

/** `2026/12/03(木)` */
export function numericDate(written: string): readonly Value[] {
  const [inYear = "", month = "", day = ""] = written.split(/\D+/);
  return dated({ year: Number(inYear), month, day }, written);
}

/** @returns nothing where there can be no such day or month */
export function dated(
  { year: inYear, month, day }: { year: number | null; month: string | null; day: string },
  written: string,
  swappable = false,
): readonly Value[] {
  const [inMonth, onDay] = [month === null ? null : Number(month), Number(day)];
  if (onDay < 1 || onDay > 31 || (inMonth !== null && (inMonth < 1 || inMonth > 12))) return [];
  return [
    {
      type: "date",
      year: inYear,
      month: inMonth,
      day: onDay,
      weekday: weekdayIn(written),
      relative: null,
      rule: null,
      swappable,
    },
  ];
}

const monthStarts = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayStarts = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** `Thu, Dec 3rd, 2026` or `3 December` */
export function namedDate(written: string): readonly Value[] {
  const day = /(?<!\d)\d{1,2}(?!\d)/.exec(written)?.[0] ?? "";
  return dated({ year: yearIn(written), month: String(monthIn(written)), day }, written);
}

/** @returns 1..12; 0 when no month is named */
export function monthIn(written: string): number {
  const name = new RegExp(`(?<![a-z])${monthName}`, "i").exec(written)?.[0].slice(0, 3).toLowerCase() ?? "";
  return monthStarts.indexOf(name) + 1;
}

export function yearIn(written: string): number | null {
  const found = /(?:19|20)\d\d/.exec(written)?.[0];
  return found === undefined ? null : Number(found);
}

/** @returns 0 Sunday */
export function weekdayIn(written: string): number | null {
  const inJapanese = /[((]\s*([日月火水木金土])|([日月火水木金土])曜/.exec(written);
  if (inJapanese !== null) return "日月火水木金土".indexOf(inJapanese[1] ?? inJapanese[2] ?? "日");
  const name = new RegExp(`(?<![a-z])${weekdayName}(?![a-z])`, "i").exec(written)?.[0].slice(0, 3).toLowerCase();
  return name === undefined ? null : weekdayStarts.indexOf(name);
}

export function relativeDays(written: string): { to: "today" | "before"; days: number } {
  if (written.startsWith("翌々日")) return { to: "before", days: 2 };
  if (/^翌|next|following/i.test(written)) return { to: "before", days: 1 };
  if (/^同日|^当日|same/i.test(written)) return { to: "before", days: 0 };
  if (/明後日/.test(written)) return { to: "today", days: 2 };
  if (/^明|tomorrow/i.test(written)) return { to: "today", days: 1 };
  return { to: "today", days: /^昨|yesterday/i.test(written) ? -1 : 0 };
}
