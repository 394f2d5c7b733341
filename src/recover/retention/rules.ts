import type { BackupKeep } from "../../kernel/model/backup.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { dayNumber, dayOf, weekdayOf } from "../../readers/schedule/zone.ts";

/** One kind of age, and how far back from the newest set one of each is kept. */
export interface KeepRule {
  readonly unit: "hourly" | "daily" | "weekly" | "monthly" | "yearly";
  readonly amount: number;
  /** as restic writes durations, which know years, months, days and hours */
  readonly within: string;
}

/** `daily: 14, weekly: 8` is one a day for 14 days and one a week for 56 days, never a count: counts can be used up by whoever adds sets. */
export function rulesOf(keep: BackupKeep): readonly KeepRule[] {
  const rules: readonly KeepRule[] = [
    { unit: "hourly", amount: keep.hourly, within: `${keep.hourly}h` },
    { unit: "daily", amount: keep.daily, within: `${keep.daily}d` },
    { unit: "weekly", amount: keep.weekly, within: `${keep.weekly * 7}d` },
    { unit: "monthly", amount: keep.monthly, within: `${keep.monthly}m` },
    { unit: "yearly", amount: keep.yearly, within: `${keep.yearly}y` },
  ];
  return rules.filter(({ amount }) => amount > 0);
}

/** A moment with the offset its writer used: restic sorts days and weeks by the writer's own wall clock. */
export interface WrittenTime {
  /** Unix epoch, UTC, milliseconds */
  readonly atMs: number;
  /** what the writer's clock on the wall showed, as if it were UTC */
  readonly wallMs: number;
}

const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339. @returns null for anything else */
export function readWritten(text: string): WrittenTime | null {
  const [, local = "", fraction = "", offset = ""] = form.exec(text) ?? [];
  const seconds = { wall: readMoment(`${local}Z`, "UTC"), at: readMoment(`${local}${offset}`, "UTC") };
  if (seconds.wall === null || seconds.at === null) return null;
  const fractionMs = Math.floor(Number(`0${fraction}`) * 1_000);
  return { wallMs: seconds.wall + fractionMs, atMs: seconds.at + fractionMs };
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Which hour, day, week … a time lies in. Two of one bucket are one too many. */
export function bucketOf(unit: KeepRule["unit"], { wallMs }: WrittenTime): string {
  const number = Math.floor(wallMs / dayMs);
  const { year, month } = dayOf(number);
  if (unit === "hourly") return String(Math.floor(wallMs / hourMs));
  if (unit === "daily") return String(number);
  if (unit === "weekly") return String(isoWeek(number));
  return unit === "monthly" ? `${year}-${month}` : String(year);
}

/** Weeks begin on Monday. @returns a number that is the same for the seven days of a week */
function isoWeek(number: number): number {
  return number - ((weekdayOf(number) + 6) % 7);
}

/** The moment before which the rule keeps nothing: `newest` minus the rule's span, in the newest one's own calendar. */
export function reachOf({ unit, amount }: KeepRule, newest: WrittenTime): number {
  const offsetMs = newest.wallMs - newest.atMs;
  if (unit === "hourly") return newest.atMs - amount * hourMs;
  const number = Math.floor(newest.wallMs / dayMs);
  const timeOfDay = newest.wallMs - number * dayMs;
  const { year, month, day } = dayOf(number);
  const months = unit === "monthly" ? amount : unit === "yearly" ? amount * 12 : 0;
  const days = unit === "daily" ? amount : unit === "weekly" ? amount * 7 : 0;
  const zeroBased = year * 12 + (month - 1) - months;
  const first = dayNumber({ year: Math.floor(zeroBased / 12), month: (((zeroBased % 12) + 12) % 12) + 1, day: 1 });
  // a day that the month does not have runs over into the next, as in Go's AddDate
  return (first + day - 1 - days) * dayMs + timeOfDay - offsetMs;
}

export interface Kept<T> {
  readonly entry: T;
  /** why it stays: the kinds of age it stands for; empty: it goes */
  readonly units: readonly KeepRule["unit"][];
}

/**
 * Which stay and which go, newest first, by keep-within rules counted from the newest that is not in the future.
 * Source: restic 0.14 ApplyPolicy, compared with its dry run. Without a rule everything stays.
 */
export function keepWithin<T extends { readonly time: WrittenTime }>(
  entries: readonly T[],
  rules: readonly KeepRule[],
  nowMs: number,
): readonly Kept<T>[] {
  const sorted = entries.toSorted((a, b) => b.time.atMs - a.time.atMs);
  const newest = sorted.find(({ time }) => time.atMs < nowMs);
  if (newest === undefined || rules.length === 0) return sorted.map((entry) => ({ entry, units: ["yearly"] }));
  const last = new Map<KeepRule["unit"], string>();
  return sorted.map((entry) => {
    const units = rules.flatMap((rule) => {
      if (entry.time.atMs <= reachOf(rule, newest.time)) return [];
      const bucket = bucketOf(rule.unit, entry.time);
      if (last.get(rule.unit) === bucket) return [];
      last.set(rule.unit, bucket);
      return [rule.unit];
    });
    return { entry, units };
  });
}
