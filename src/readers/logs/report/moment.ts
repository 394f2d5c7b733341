import { minutesOf, type Minute } from "./minute-table.ts";
import type { Tally } from "./tally.ts";
import { surgesOf, troublesOf, type MinuteWindow } from "./windows.ts";

/** One moment of a log beside what is usual in it. */
export interface MomentReport {
  readonly fromMs: number;
  readonly toMs: number;
  /** the minutes with lines between the two */
  readonly minutes: readonly Minute[];
  readonly window: Rates;
  /** all other minutes */
  readonly usual: Rates;
  readonly surges: readonly MinuteWindow[];
  readonly troubles: readonly MinuteWindow[];
}

/** Means over the minutes that have lines. */
export interface Rates {
  readonly linesPerMinute: number;
  readonly clientErrorRatio: number;
  readonly serverErrorRatio: number;
  readonly timeoutRatio: number;
  readonly slowRatio: number;
}

export function momentReport(tally: Tally, fromMs: number, toMs: number): MomentReport {
  const all = minutesOf(tally.minutes);
  const isInside = ({ atMs }: { readonly atMs: number }): boolean => atMs + 60_000 > fromMs && atMs < toMs;
  const minutes = all.filter(isInside);
  const touches = (window: MinuteWindow): boolean => window.toMs > fromMs && window.fromMs < toMs;
  return {
    fromMs,
    toMs,
    minutes,
    window: ratesOf(minutes),
    usual: ratesOf(all.filter((minute) => !isInside(minute))),
    surges: surgesOf(all).filter(touches),
    troubles: troublesOf(all).filter(touches),
  };
}

function ratesOf(minutes: readonly Minute[]): Rates {
  const sum = (column: "lines" | "clientErrors" | "serverErrors" | "timeouts" | "slow"): number =>
    minutes.reduce((total, minute) => total + minute[column], 0);
  const lines = sum("lines");
  const ratio = (count: number): number => (lines === 0 ? 0 : count / lines);
  return {
    linesPerMinute: minutes.length === 0 ? 0 : lines / minutes.length,
    clientErrorRatio: ratio(sum("clientErrors")),
    serverErrorRatio: ratio(sum("serverErrors")),
    timeoutRatio: ratio(sum("timeouts")),
    slowRatio: ratio(sum("slow")),
  };
}
