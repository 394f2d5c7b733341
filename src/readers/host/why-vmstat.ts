import type { HostPaging } from "../../kernel/model/host-answers.ts";
import { perSecond, samplesOf } from "./why-samples.ts";

/** The section `vmstat`: counters of /proc/vmstat, twice. */
export function pagingOf(lines: readonly string[]): HostPaging | null {
  const samples = samplesOf(lines);
  if (samples === null) return null;
  const [before, after] = [countersIn(samples.first), countersIn(samples.second)];
  const rate = (name: string): number | null => {
    const [from, to] = [before.get(name), after.get(name)];
    return from === undefined || to === undefined ? null : perSecond(from, to, samples.seconds);
  };
  const [swapIn, swapOut, faults] = [rate("pswpin"), rate("pswpout"), rate("pgmajfault")];
  if (swapIn === null || swapOut === null || faults === null) return null;
  const kills = after.get("oom_kill") ?? null;
  // one counter before Linux 4.10, one for each zone since
  const stalls = [...after.keys()].filter((name) => name.startsWith("allocstall")).map((name) => rate(name) ?? 0);
  return {
    swapInPagesPerSecond: swapIn,
    swapOutPagesPerSecond: swapOut,
    majorFaultsPerSecond: faults,
    allocationStallsPerSecond: stalls.length === 0 ? null : stalls.reduce((sum, one) => sum + one, 0),
    oomKills: kills,
    oomKillsNow: kills === null ? null : kills - (before.get("oom_kill") ?? kills),
  };
}

function countersIn(lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    lines.flatMap((line) => {
      const match = /^([a-z]\w+) (\d+)$/.exec(line);
      return match === null ? [] : [[match[1] ?? "", Number(match[2])] as const];
    }),
  );
}
