import { err, ok, type Result } from "../../kernel/result.ts";

/** Which part of a schedule cannot be read, and as what it was taken. */
export interface ScheduleProblem {
  readonly part: "minute" | "hour" | "day" | "month" | "weekday" | "fields" | "year" | "second" | "zone" | "calendar";
  readonly written: string;
}

/** The five fields of a crontab line as a Vixie-family daemon reads them. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday */
  readonly weekdays: ReadonlySet<number>;
  /** minute or hour begin with `*`: on a change of the clock such a job is neither made up for nor held back */
  readonly isWildcard: boolean;
  /** one of the two day fields begins with `*`: then both must match, else either one */
  readonly bothDaysMustMatch: boolean;
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];

interface Field {
  readonly part: ScheduleProblem["part"];
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

const fields: readonly Field[] = [
  { part: "minute", low: 0, high: 59, names: [] },
  { part: "hour", low: 0, high: 23, names: [] },
  { part: "day", low: 1, high: 31, names: [] },
  { part: "month", low: 1, high: 12, names: monthNames },
  { part: "weekday", low: 0, high: 7, names: weekdayNames },
];

/** Source: crontab(5) of Debian's cron 3.0pl1. */
const shorthands: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Reads `15 3 * * 1-5` or `@daily`. `@reboot` has no times and is none. */
export function readCronFields(text: string): Result<CronFields, ScheduleProblem> {
  const written = text.trim();
  const parts = (shorthands[written.toLowerCase()] ?? written).split(/[ \t]+/);
  if (parts.length !== fields.length) return err({ part: "fields", written });
  const sets: ReadonlySet<number>[] = [];
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? "";
    const set = readField(part, field);
    if (set === null) return err({ part: field.part, written: part });
    sets.push(set);
  }
  const [minutes, hours, days, months, weekdays] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const stars = parts.map((part) => part.startsWith("*"));
  return ok({
    minutes,
    hours,
    days,
    months,
    weekdays: new Set([...weekdays].map((day) => day % 7)),
    isWildcard: stars[0] === true || stars[1] === true,
    bothDaysMustMatch: stars[2] === true || stars[4] === true,
  });
}

function readField(written: string, field: Field): ReadonlySet<number> | null {
  const values = new Set<number>();
  for (const entry of written.split(",")) {
    const range = readRange(entry, field);
    if (range === null) return null;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** `*`, `5`, `1-5`, with `/2` behind a star or a range. Only these: a single number takes no step, and no range wraps. */
function readRange(entry: string, field: Field): Range | null {
  const match = /^(?:(\*)|([\da-z]+)(?:-([\da-z]+))?)(?:\/(\d{1,4}))?$/i.exec(entry);
  if (match === null) return null;
  const [, star, first = "", last, every = "1"] = match;
  const step = Number(every);
  if (step === 0) return null;
  if (star !== undefined) return { from: field.low, to: field.part === "weekday" ? 6 : field.high, step };
  if (last === undefined && entry.includes("/")) return null;
  return within(readValue(first, field), readValue(last ?? first, field), step);
}

function within(from: number | null, to: number | null, step: number): Range | null {
  return from === null || to === null || from > to ? null : { from, to, step };
}

function readValue(text: string, { low, high, names }: Field): number | null {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + low : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : null;
}

/** Does the daemon run it on this day? */
export function isCronDay(
  { days, months, weekdays, bothDaysMustMatch }: CronFields,
  { month, day, weekday }: { month: number; day: number; weekday: number },
): boolean {
  if (!months.has(month)) return false;
  return bothDaysMustMatch ? days.has(day) && weekdays.has(weekday) : days.has(day) || weekdays.has(weekday);
}
