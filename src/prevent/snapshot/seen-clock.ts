import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { ClockReading } from "../../kernel/model/aftercare.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";

export interface SeenBy {
  /** what the looks into the host say, or its web server said last */
  readonly inside: HostClockView | null;
  readonly checks: readonly CheckStatus[];
  readonly now: Stamp;
  /** readings of before this moment are of another clock: it may have been set, or the machine started anew; null: none are */
  readonly sinceMs?: number | null;
}

/** Older than this it says how the clock was. */
const longestMs = 900_000;
/** A date in a header counts whole seconds, and a page may be made before it is sent. */
const headerDoubtSeconds = 1;

/**
 * The most certain reading of a host's clock. Readings that contradict each other make it less certain by as much as they
 * differ, for one of them is wrong and nobody can say which.
 */
export function seenClock({ inside, checks, now, sinceMs = null }: SeenBy): ClockReading | null {
  const fromMs = Math.max(now.atMs - longestMs, sinceMs ?? -Infinity);
  const isFresh = inside !== null && elapsedMs(inside.at, now) <= now.atMs - fromMs;
  const own: readonly ClockReading[] = isFresh ? [inside] : [];
  const readings = [...own, ...checks.flatMap((check) => headerReadings(check, { fromMs, bootId: now.bootId }))];
  const [best, ...others] = readings.toSorted((a, b) => a.uncertaintySeconds - b.uncertaintySeconds);
  if (best === undefined) return null;
  const gaps = others.map((other) => Math.abs(other.offsetSeconds - best.offsetSeconds) - other.uncertaintySeconds);
  const { offsetSeconds, at } = best;
  return { offsetSeconds, uncertaintySeconds: Math.max(best.uncertaintySeconds, ...gaps), at };
}

/** Only what the hub saw itself: elsewhere another clock was compared with. */
function headerReadings(
  { cells }: CheckStatus,
  { fromMs, bootId }: { readonly fromMs: number; readonly bootId: string },
): readonly ClockReading[] {
  return cells.flatMap(({ vantage, last }) => {
    const offsetSeconds = last?.facts["dateOffsetSeconds"];
    if (vantage !== "here" || last === null || typeof offsetSeconds !== "number") return [];
    const { atMs, monotonicMs, timings } = last;
    if (atMs < fromMs) return [];
    const uncertaintySeconds = headerDoubtSeconds + timings.totalMs / 1_000;
    return [{ offsetSeconds, uncertaintySeconds, at: { atMs, monotonicMs, bootId } }];
  });
}
