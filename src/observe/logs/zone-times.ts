import { offsetMs } from "../../readers/schedule/zone.ts";
import type { LogContext } from "../../readers/logs/formats/format.ts";

const stepMs = 15 * 60_000;

/** Wall times of a zone as moments. A zone's clocks change on a quarter of an hour, so that one answer serves many lines. */
export function zoneTimes(nowMs: () => number, timeZoneNow: () => string): LogContext {
  let [knownZone, knownStep, knownMs] = ["", Number.NaN, 0];
  return {
    nowMs,
    utcOf(wallMs) {
      const step = Math.floor(wallMs / stepMs);
      const timeZone = timeZoneNow();
      if (step !== knownStep || timeZone !== knownZone) {
        knownZone = timeZone;
        const early = offsetMs(wallMs - offsetMs(wallMs, timeZone) - 2 * 3_600_000, timeZone);
        // in a repeated hour the time before the change is taken
        knownMs = offsetMs(wallMs - early, timeZone) === early ? early : offsetMs(wallMs - early, timeZone);
        knownStep = step;
      }
      return wallMs - knownMs;
    },
  };
}
