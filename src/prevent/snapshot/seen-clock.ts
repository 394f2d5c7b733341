import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { OutsideView } from "../../kernel/model/aftercare.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";

type Reading = NonNullable<OutsideView["clock"]>;

export interface SeenBy {
  /** what the looks into the host say, or its web server said last */
  readonly inside: HostClockView | null;
  readonly checks: readonly CheckStatus[];
  readonly now: Stamp;
}

/** Older than this it says how the clock was. */
const longestMs = 900_000;
/** A date in a header counts whole seconds, and a page may be made before it is sent. */
const headerDoubtSeconds = 1;

/**
 * The most certain reading of a host's clock. Readings that contradict each other make it less certain by as much as they
 * differ, for one of them is wrong and nobody can say which.
 */
export function seenClock({ inside, checks, now }: SeenBy): Reading | null {
  const own: readonly Reading[] = inside !== null && elapsedMs(inside.at, now) <= longestMs ? [inside] : [];
  const readings = [...own, ...checks.flatMap((check) => headerReadings(check, now))];
  const [best, ...others] = readings.toSorted((a, b) => a.uncertaintySeconds - b.uncertaintySeconds);
  if (best === undefined) return null;
  const gaps = others.map((other) => Math.abs(other.offsetSeconds - best.offsetSeconds) - other.uncertaintySeconds);
  const { offsetSeconds } = best;
  return { offsetSeconds, uncertaintySeconds: Math.max(best.uncertaintySeconds, ...gaps) };
}

/** Only what the hub saw itself: elsewhere another clock was compared with. */
function headerReadings({ cells }: CheckStatus, now: Stamp): readonly Reading[] {
  return cells.flatMap(({ vantage, last }) => {
    const offsetSeconds = last?.facts["dateOffsetSeconds"];
    if (vantage !== "here" || last === null || typeof offsetSeconds !== "number") return [];
    if (now.atMs - last.atMs > longestMs) return [];
    return [{ offsetSeconds, uncertaintySeconds: headerDoubtSeconds + last.timings.totalMs / 1_000 }];
  });
}
