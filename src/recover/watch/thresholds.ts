const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** From when on something is told. Ratios 0 to 1 and above. Source: RECOVERY.md §1.4 and §2.9 where given, else our judgement. */
export const thresholds = {
  /** §1.4: between the writer's clock and the hub's */
  clockOffMs: 5 * minuteMs,
  /** §2.9: less than this of the median of the sets before */
  shrunkRatio: 0.7,
  /** §2.9: +200 % */
  explodedRatio: 3,
  /** §2.9: the median of so many sets */
  medianOf: 7,
  /** fewer say nothing of what is usual: our judgement */
  leastBefore: 3,
  /** §2.9: of the files of the set before */
  changedRatio: 0.2,
  deletedRatio: 0.1,
  /** fewer files make ratios of chance: our judgement */
  leastFiles: 20,
  /** §2.9: bit per byte; text has 4 to 5.5, compressed and encrypted data close to 8 */
  highEntropy: 7.5,
  /** above it a file was no text before: our judgement */
  textEntropy: 6.5,
  /** §2.9: of the changed text files */
  highEntropyRatio: 0.5,
  /** changed text files looked at before anything is said of them: our judgement */
  leastSampled: 8,
  /** of all files of the set before that were given one new ending: our judgement */
  newEndingRatio: 0.1,
  /** readings in a row: one may meet a restart of the other side */
  failedReads: 2,
  /** after the time at which a run should have begun; half a period if that is shorter */
  missedAfterMs: hourMs,
  /** a hub that has just started makes up for what it missed first */
  missedAfterStartMs: 10 * minuteMs,
  /** a run takes too long at so many times its 95th percentile, and never before `lateAfterMs` */
  lateTimes: 3,
  lateAfterMs: hourMs,
  /** §1.4: fewer runs give no percentile */
  leastRuns: 5,
} as const;
