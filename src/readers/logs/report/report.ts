import { pathMarks, type AccessTally } from "./access-tally.ts";
import { topKeys, type ByteTable } from "./byte-table.ts";
import type { ErrorTally } from "./error-scan.ts";
import { minutesOf, type Minute } from "./minute-table.ts";
import { suspectsOf, type Suspect } from "./suspects.ts";
import { surgesOf, troublesOf, type MinuteWindow } from "./windows.ts";

export interface Counted {
  readonly key: string;
  readonly count: number;
}

/** A list of the most frequent keys of many. */
export interface TopList {
  readonly items: readonly Counted[];
  /** different keys; at least so many when `others` is not 0 */
  readonly distinct: number;
  /** lines whose key there was no room for */
  readonly others: number;
}

interface Totals {
  readonly lines: number;
  /** lines that were not of the format */
  readonly unread: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export interface AccessReport {
  readonly kind: "access";
  readonly totals: Totals & {
    readonly requests: number;
    readonly bytes: number;
    /** different pairs of client and browser on one day */
    readonly visitors: number;
    /** there were more visitors than could be told apart */
    readonly isVisitorsFull: boolean;
  };
  /** `2xx` … */
  readonly classes: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly clients: TopList;
  readonly urls: TopList;
  readonly notFound: TopList;
  readonly failing: TopList;
  readonly slowest: TopList;
  readonly referrers: TopList;
  readonly agents: TopList;
  /** null: the log does not say how long a request took */
  readonly durations: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number } | null;
  readonly minutes: readonly Minute[];
  readonly surges: readonly MinuteWindow[];
  readonly troubles: readonly MinuteWindow[];
  readonly suspects: readonly Suspect[];
}

export interface ErrorReport {
  readonly kind: "error";
  readonly totals: Totals;
  readonly modules: TopList;
  readonly codes: TopList;
  readonly clients: TopList;
  readonly minutes: readonly Minute[];
  readonly surges: readonly MinuteWindow[];
}

const listed = 20;

export function accessReport(tally: AccessTally): AccessReport {
  const minutes = minutesOf(tally.minutes);
  const statuses = Object.fromEntries(
    [...tally.statuses.entries()].filter(([, count]) => count > 0).map(([status, count]) => [String(status), count]),
  );
  return {
    kind: "access",
    totals: {
      ...totalsOf(tally, minutes),
      requests: tally.lines - tally.unread,
      bytes: tally.sentBytes,
      visitors: tally.visitors.size,
      isVisitorsFull: tally.visitors.isFull,
    },
    classes: classesOf(statuses),
    statuses,
    clients: listOf(tally.clients),
    urls: listOf(tally.paths),
    notFound: listOf(tally.paths, pathMarks.notFound),
    failing: listOf(tally.paths, pathMarks.serverErrors),
    slowest: listOf(tally.paths, pathMarks.slow),
    referrers: listOf(tally.referrers),
    agents: listOf(tally.agents),
    durations: durationsOf(tally.durations),
    minutes,
    surges: surgesOf(minutes),
    troubles: troublesOf(minutes),
    suspects: suspectsOf(tally),
  };
}

export function errorReport(tally: ErrorTally): ErrorReport {
  const minutes = minutesOf(tally.minutes);
  return {
    kind: "error",
    totals: totalsOf(tally, minutes),
    modules: listOf(tally.modules),
    codes: listOf(tally.codes),
    clients: listOf(tally.clients),
    minutes,
    surges: surgesOf(minutes),
  };
}

function totalsOf({ lines, unread }: { lines: number; unread: number }, minutes: readonly Minute[]): Totals {
  const last = minutes.at(-1);
  return { lines, unread, fromMs: minutes[0]?.atMs ?? null, toMs: last === undefined ? null : last.atMs + 60_000 };
}

function listOf(table: ByteTable, mark?: number): TopList {
  const items = topKeys(table, listed, mark).map(({ key, count }) => ({ key, count }));
  return { items, distinct: table.size, others: table.others };
}

function classesOf(statuses: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const classes: Record<string, number> = {};
  for (const [status, count] of Object.entries(statuses)) {
    const name = `${status.slice(0, 1)}xx`;
    classes[name] = (classes[name] ?? 0) + count;
  }
  return classes;
}

/** Upper ends of the steps in which the shares are reached. */
function durationsOf(steps: Float64Array): AccessReport["durations"] {
  const total = steps.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const at = (share: number): number => {
    let sum = 0;
    const step = steps.findIndex((count) => (sum += count) >= total * share);
    return Math.round(2 ** (step / 2));
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}
