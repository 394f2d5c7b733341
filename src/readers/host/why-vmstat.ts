import type { HostPaging } from "../../kernel/model/host-answers.ts";
import { perSecond, samplesOf } from "./why-samples.ts";

/** The section `vmstat`: counters of /proc/vmstat and the first line of /proc/stat, twice. */
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
    running: runningIn([before, after]),
    cpu: cpuOf(samples.first, samples.second),
  };
}

/** The fewer of two counts, without the process that counted; what waits for a disk is load, too. */
function runningIn(samples: readonly ReadonlyMap<string, number>[]): number | null {
  const counts = samples.map((sample) => {
    const running = sample.get("procs_running");
    return running === undefined ? null : Math.max(0, running - 1) + (sample.get("procs_blocked") ?? 0);
  });
  const known = counts.filter((count) => count !== null);
  return known.length < counts.length ? null : Math.min(...known);
}

/** `cpu  user nice system idle iowait irq softirq steal …`, ticks since the machine started. */
function cpuOf(first: readonly string[], second: readonly string[]): HostPaging["cpu"] {
  const [before, after] = [ticksIn(first), ticksIn(second)];
  if (before === null || after === null) return null;
  const spent = after.map((ticks, index) => Math.max(0, ticks - (before[index] ?? 0))).slice(0, 8);
  const all = spent.reduce((sum, ticks) => sum + ticks, 0);
  if (all === 0) return null;
  const [idle = 0, ioWait = 0, steal = 0] = [spent[3], spent[4], spent[7]].map((ticks) => (ticks ?? 0) / all);
  return {
    busyRatio: rounded(Math.max(0, 1 - idle - ioWait)),
    stealRatio: rounded(steal),
    ioWaitRatio: rounded(ioWait),
  };
}

function rounded(ratio: number): number {
  return Math.round(ratio * 1_000) / 1_000;
}

function ticksIn(lines: readonly string[]): readonly number[] | null {
  const line = lines.find((one) => one.startsWith("cpu "));
  const ticks = line?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  return ticks.length >= 5 && ticks.every(Number.isFinite) ? ticks : null;
}

function countersIn(lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    lines.flatMap((line) => {
      const match = /^([a-z]\w+) (\d+)$/.exec(line);
      return match === null ? [] : [[match[1] ?? "", Number(match[2])] as const];
    }),
  );
}
