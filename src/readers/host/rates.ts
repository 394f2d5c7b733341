import type { HostCpu, HostInterface, HostIo, HostProcesses } from "../../kernel/model/host-reading.ts";
import type { HostCounters } from "./counters.ts";
import { firstTagged, tagged } from "./frame.ts";

/** Two looks at the counters of one boot, the earlier one first. */
export interface Span {
  readonly before: HostCounters;
  readonly after: HostCounters;
  readonly seconds: number;
}

/** USER_HZ, the same on every Linux we can meet. Source: proc(5). */
const ticksPerSecond = 100;
const mostShown = 10;

/** @returns null when one is missing, or the machine started anew between them */
export function spanOf(before: HostCounters | null, after: HostCounters | null): Span | null {
  if (before === null || after === null) return null;
  const seconds = after.uptimeSeconds - before.uptimeSeconds;
  return seconds > 0.05 ? { before, after, seconds } : null;
}

export function cpuOf({ before, after }: Span): HostCpu | null {
  const shares = after.cpus.map((ticks, index) => sharesOf(before.cpus[index] ?? [], ticks));
  const [whole] = shares;
  if (whole === undefined || whole === null) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = whole;
  return {
    userRatio: user + nice,
    systemRatio: system + irq + softIrq,
    ioWaitRatio: ioWait,
    stealRatio: steal,
    idleRatio: idle,
    cores: shares.slice(1).map((share) => (share === null ? 0 : 1 - (share[3] ?? 0) - (share[4] ?? 0))),
  };
}

/** iowait may go back on some kernels; a share is never below zero. */
function sharesOf(before: readonly number[], after: readonly number[]): readonly number[] | null {
  const spent = after.map((ticks, index) => Math.max(0, ticks - (before[index] ?? 0)));
  const sum = spent.reduce((total, ticks) => total + ticks, 0);
  return sum === 0 ? null : spent.map((ticks) => ticks / sum);
}

export function ioOf({ before, after, seconds }: Span): readonly HostIo[] {
  return [...after.disks].flatMap(([device, now]) => {
    const then = before.disks.get(device);
    if (then === undefined || now.requests < then.requests) return [];
    const requests = now.requests - then.requests;
    return [
      {
        device,
        busyRatio: ratio((now.busyMs - then.busyMs) / 1_000 / seconds),
        awaitMs: requests === 0 ? null : Math.max(0, (now.waitedMs - then.waitedMs) / requests),
        readBytesPerSecond: Math.max(0, (now.readBytes - then.readBytes) / seconds),
        writeBytesPerSecond: Math.max(0, (now.writtenBytes - then.writtenBytes) / seconds),
      },
    ];
  });
}

export function networkOf({ before, after, seconds }: Span): readonly HostInterface[] {
  return [...after.network].flatMap(([name, now]) => {
    const then = before.network.get(name);
    if (then === undefined || now.receivedBytes < then.receivedBytes || now.sentBytes < then.sentBytes) return [];
    return [
      {
        name,
        receivedBytesPerSecond: (now.receivedBytes - then.receivedBytes) / seconds,
        sentBytesPerSecond: (now.sentBytes - then.sentBytes) / seconds,
        errors: now.errors,
        drops: now.drops,
      },
    ];
  });
}

function ratio(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** @param lines of the section `procs`: the page size and who each process belongs to */
export function processesOf(after: HostCounters, span: Span | null, lines: readonly string[]): HostProcesses {
  const pageBytes = Number(firstTagged(lines, "page") ?? 4_096);
  const owners = new Map(tagged(lines, "o").map((row) => row.split(" ", 2) as [string, string]));
  const earlier = new Map(span?.before.processes.map((one) => [`${one.pid} ${one.startedAt}`, one.ticks]));
  const shown = after.processes.map((one) => {
    const seconds = span?.seconds ?? Math.max(1, after.uptimeSeconds - one.startedAt / ticksPerSecond);
    const began = span === null ? 0 : (earlier.get(`${one.pid} ${one.startedAt}`) ?? 0);
    return {
      pid: one.pid,
      user: (owners.get(String(one.pid)) ?? "?").slice(0, 32),
      name: one.name,
      cpuRatio: Math.max(0, (one.ticks - began) / ticksPerSecond / seconds),
      memoryBytes: Math.max(0, one.pages) * pageBytes,
    };
  });
  const count = (states: string): number => after.processes.filter(({ state }) => states.includes(state)).length;
  return {
    total: after.processes.length,
    zombies: count("Z"),
    uninterruptible: count("D"),
    top: shown.toSorted((a, b) => b.cpuRatio - a.cpuRatio || b.memoryBytes - a.memoryBytes).slice(0, mostShown),
  };
}
