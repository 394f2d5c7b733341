import { dayMs, dayOf, type DayNumber } from "./days.ts";
import { hoursName, type FileName, type TableName } from "./tables.ts";

/** How long each kind of row is kept. */
export interface Retention {
  readonly observationsMs: number;
  readonly metricsMs: number;
  readonly logsMs: number;
}

/** The hourly figures of each check: small, and what the long view is made of. */
const hoursKeptMs = 400 * dayMs;
/** A clock that is some hours off removes nothing early. */
const marginMs = dayMs / 2;

export function keptMs(file: FileName, retention: Retention): number {
  const kept: Readonly<Record<FileName, number>> = {
    observations: retention.observationsMs,
    metrics: retention.metricsMs,
    logs: retention.logsMs,
    [hoursName]: hoursKeptMs,
  };
  return kept[file];
}

/**
 * The first day of which nothing has to go yet. A clock alone never decides: it may have jumped. Its date is believed when
 * rows of three different days lie within the week that ends with it; days it calls future do not count.
 * @param days of which rows are there
 * @returns -Infinity while the date is not believed
 */
export function firstKeptDay(kept: number, { nowMs, days }: { nowMs: number; days: readonly DayNumber[] }): DayNumber {
  const today = dayOf(nowMs);
  const recent = new Set(days.filter((day) => day <= today && day > today - 7));
  return recent.size >= 3 ? dayOf(nowMs - kept - marginMs) : -Infinity;
}

/** Sources whose lines go sooner than those of others, with the first day that is kept of each; -Infinity: all of them. */
export function firstKeptDays(
  sources: ReadonlyMap<string, number>,
  { logsMs, ...at }: { readonly logsMs: number; readonly nowMs: number; readonly days: readonly DayNumber[] },
): ReadonlyMap<string, DayNumber> {
  const sooner = [...sources].filter(([, ms]) => ms < logsMs);
  return new Map(sooner.map(([source, ms]) => [source, firstKeptDay(ms, at)]));
}

/** Rows of an earlier time than this would go at once. */
export function firstKeptMs(
  table: TableName,
  { retention, nowMs, days }: { retention: Retention; nowMs: number; days: readonly DayNumber[] },
): number {
  return firstKeptDay(keptMs(table, retention), { nowMs, days }) * dayMs;
}
