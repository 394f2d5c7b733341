import type { Clock } from "../../kernel/clock.ts";

/** Offsets against two clocks of ours: the wall clock as it is, and as it would be had nobody stepped it. */
export interface HubTime {
  /**
   * The smaller of a machine's two offsets, in seconds: when our own clock is stepped, no machine is called wrong for it,
   * and one that is wrong by both clocks stays so.
   */
  believe(offsetSeconds: number): number;
}

/** Counts from the moment it is made. */
export function createHubTime(clock: Clock): HubTime {
  const differenceMs = clock.nowMs() - clock.monotonicMs();
  return {
    believe(offsetSeconds) {
      const steppedSeconds = (clock.nowMs() - clock.monotonicMs() - differenceMs) / 1_000;
      const unstepped = offsetSeconds + steppedSeconds;
      return Math.abs(unstepped) < Math.abs(offsetSeconds) ? unstepped : offsetSeconds;
    },
  };
}
