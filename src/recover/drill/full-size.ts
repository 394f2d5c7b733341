import type { DrillSample, PhaseTime } from "../../kernel/model/recovery.ts";
import { measuredSeconds } from "./compare.ts";
import { estimate, type Estimate } from "./estimate.ts";
import type { SampleTaken } from "./ports.ts";

/** A sample as it is kept, with what the whole would take. @param phases of the drill, to its end */
export function sampleOf(sample: SampleTaken, phases: readonly PhaseTime[], random: () => number): DrillSample {
  const { taken, whole, allBecause } = sample;
  return { taken, whole, allBecause, full: fullSeconds(sample, phases, random) };
}

/** Only files are drawn: what else a drill does, its databases above all, takes as long with all of them. */
function fullSeconds(
  { units, wholeFiles }: SampleTaken,
  phases: readonly PhaseTime[],
  random: () => number,
): Estimate | null {
  const files = wholeFiles === null ? null : estimate(units, wholeFiles, random);
  if (files === null) return null;
  const ofFiles = units.reduce((sum, { seconds }) => sum + seconds, 0);
  const rest = Math.max(0, measuredSeconds({ phases }) - ofFiles);
  const { p10, p50, p90, isExtrapolated } = files;
  return { p10: rest + p10, p50: rest + p50, p90: rest + p90, isExtrapolated };
}
