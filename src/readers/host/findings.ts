import type { HostReading } from "../../kernel/model/host-reading.ts";
import { severities, type Severity } from "../../kernel/model/signal.ts";
import type { HostWatch } from "../../kernel/model/site.ts";
import type { HostFinding } from "../../kernel/ports-hosts.ts";
import type { HostBounds, HostJudgement } from "./judgement.ts";
import { judgeClock, judgeJobs } from "./judge-time.ts";
import { judgeCertificates, judgeProcesses, judgeUnits } from "./judge-programs.ts";

const defaults: HostBounds = {
  diskRatio: 0.9,
  inodesRatio: 0.9,
  memoryRatio: 0.95,
  swapRatio: 0.8,
  loadPerCore: 2,
  clockMs: 1_000,
  units: [],
};

/** The bounds of the configuration, with the usual ones where it says nothing. */
export function hostBounds(watch: HostWatch | null): HostBounds {
  const given = Object.entries(watch ?? {}).filter(([, value]) => value !== null);
  return { ...defaults, ...Object.fromEntries(given) };
}

/** Everything of a reading that can be right or wrong, the right ones too: a signal closes when its own is seen right. */
export function hostJudgements(reading: HostReading, bounds: HostBounds): readonly HostJudgement[] {
  return [
    ...judgeDisks(reading, bounds),
    ...judgeMemory(reading, bounds),
    ...judgeLoad(reading, bounds),
    ...judgeClock(reading, bounds),
    ...judgeUnits(reading, bounds),
    ...judgeProcesses(reading),
    ...judgeJobs(reading),
    ...judgeCertificates(reading),
  ];
}

/** What a good administrator would not leave as it is, worst first. */
export function hostFindings(reading: HostReading, bounds: HostBounds): readonly HostFinding[] {
  const wrong = hostJudgements(reading, bounds).flatMap(({ severity, ...rest }): HostFinding[] =>
    severity === null ? [] : [{ ...rest, severity }],
  );
  return wrong.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** From here on nothing works any more that writes. */
const almostFull = 0.98;

/** At the bound or beyond it; `criticalFrom` is never below the bound. */
function beyond(used: number, bound: number, criticalFrom: number): Severity | null {
  if (used < bound) return null;
  return used >= Math.max(bound, criticalFrom) ? "critical" : "warning";
}

function judgeDisks({ disks }: HostReading, bounds: HostBounds): readonly HostJudgement[] {
  return (disks ?? []).flatMap((disk): HostJudgement[] => {
    const { mount: item, freeRatio, freeBytes, sizeBytes, inodesFreeRatio, device } = disk;
    const used = 1 - freeRatio;
    const space = { usedRatio: used, freeBytes, sizeBytes, device };
    // nobody can write there, so it cannot fill up either
    const judged = disk.readOnly
      ? []
      : [{ kind: "disk-full", item, severity: beyond(used, bounds.diskRatio, almostFull), facts: space }];
    const inodes =
      disk.readOnly || inodesFreeRatio === null
        ? []
        : [
            {
              kind: "inodes-full",
              item,
              severity: beyond(1 - inodesFreeRatio, bounds.inodesRatio, almostFull),
              facts: { usedRatio: 1 - inodesFreeRatio, device },
            },
          ];
    const turned = disk.readOnly && disk.meantWritable === true ? ("critical" as const) : null;
    return [...judged, ...inodes, { kind: "disk-read-only", item, severity: turned, facts: { device } }];
  });
}

function judgeMemory({ memory, swap }: HostReading, bounds: HostBounds): readonly HostJudgement[] {
  const judged: HostJudgement[] = [];
  if (memory !== null && memory.totalBytes > 0) {
    const { totalBytes, availableBytes } = memory;
    const usedRatio = 1 - availableBytes / totalBytes;
    const severity = beyond(usedRatio, bounds.memoryRatio, almostFull);
    judged.push({ kind: "memory-low", item: null, severity, facts: { usedRatio, availableBytes, totalBytes } });
  }
  if (swap !== null && swap.totalBytes > 0) {
    const { totalBytes, freeBytes } = swap;
    const usedRatio = 1 - freeBytes / totalBytes;
    const severity = usedRatio >= bounds.swapRatio ? "warning" : null;
    judged.push({ kind: "swap-full", item: null, severity, facts: { usedRatio, freeBytes, totalBytes } });
  }
  return judged;
}

/** Time other machines took of this one's core: noticed by users from about here. */
const muchSteal = 0.2;

function judgeLoad({ load, cpu }: HostReading, bounds: HostBounds): readonly HostJudgement[] {
  const judged: HostJudgement[] = [];
  if (load !== null) {
    const perCore = load.one / Math.max(1, load.cores);
    const severity = perCore >= bounds.loadPerCore ? "warning" : null;
    judged.push({ kind: "load-high", item: null, severity, facts: { perCore, one: load.one, cores: load.cores } });
  }
  if (cpu !== null) {
    const severity = cpu.stealRatio >= muchSteal ? "warning" : null;
    judged.push({ kind: "cpu-steal", item: null, severity, facts: { ratio: cpu.stealRatio } });
  }
  return judged;
}
