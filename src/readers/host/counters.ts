import { splitFrame, tagged, type HostFrame } from "./frame.ts";

/** What the kernel counts since the machine started; two of them make rates. */
export interface HostCounters {
  readonly uptimeSeconds: number;
  /** user, nice, system, idle, iowait, irq, softirq, steal in ticks; the first is the whole machine, then each core */
  readonly cpus: readonly (readonly number[])[];
  readonly disks: ReadonlyMap<string, DiskCounters>;
  readonly network: ReadonlyMap<string, NetworkCounters>;
  readonly processes: readonly ProcessCounters[];
}

export interface DiskCounters {
  readonly requests: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly waitedMs: number;
  readonly busyMs: number;
}

export interface NetworkCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly errors: number;
  readonly drops: number;
}

export interface ProcessCounters {
  readonly pid: number;
  readonly state: string;
  readonly ticks: number;
  /** ticks after the machine's start; with the pid it names one process */
  readonly startedAt: number;
  readonly pages: number;
  readonly name: string;
}

/** The kernel's sector, whatever the disk's. Source: Documentation/admin-guide/iostats.rst. */
const sectorBytes = 512;
const mostProcesses = 50_000;

/** The counters of a look, to be kept until the next one; null when it has none. */
export function readHostCounters(text: string): HostCounters | null {
  return countersOf(splitFrame(text), "counters");
}

/** @param name `again` for the second ones of a single look */
export function countersOf({ sections }: HostFrame, name: "counters" | "again"): HostCounters | null {
  const lines = sections.get(name)?.lines;
  if (lines === undefined) return null;
  const uptimeSeconds = Number(tagged(lines, "u")[0]?.split(" ")[0]);
  if (!Number.isFinite(uptimeSeconds)) return null;
  return {
    uptimeSeconds,
    cpus: cpusOf(tagged(lines, "c")),
    disks: disksOf(tagged(lines, "d")),
    network: networkOf(tagged(lines, "n")),
    processes: tagged(lines, "p").slice(0, mostProcesses).flatMap(processOf),
  };
}

function cpusOf(rows: readonly string[]): readonly (readonly number[])[] {
  const found = rows.flatMap((row) => {
    const match = /^cpu(\d*)\s+([\d ]+)$/.exec(row.trim());
    return match === null ? [] : [{ core: match[1] === "" ? -1 : Number(match[1]), ticks: ticksOf(match[2] ?? "") }];
  });
  return found.toSorted((a, b) => a.core - b.core).map(({ ticks }) => ticks);
}

/** Kernels before 2.6.11 have no steal. */
function ticksOf(text: string): readonly number[] {
  const ticks = text.trim().split(/\s+/).slice(0, 8).map(Number);
  return [...ticks, ...Array.from({ length: 8 - ticks.length }, () => 0)];
}

/** 11 numbers since 2.6, 15 since 4.18, 17 since 5.5; the first 11 mean the same in all. */
function disksOf(rows: readonly string[]): ReadonlyMap<string, DiskCounters> {
  const all = new Map<string, DiskCounters>();
  for (const row of rows) {
    const [, , name = "", ...rest] = row.trim().split(/\s+/);
    const [reads = NaN, , readSectors = 0, readMs = 0, writes = 0, , writtenSectors = 0, writeMs = 0, , busyMs = NaN] =
      rest.map(Number);
    if (!Number.isFinite(reads) || !Number.isFinite(busyMs)) continue;
    all.set(name.slice(0, 60), {
      requests: reads + writes,
      readBytes: readSectors * sectorBytes,
      writtenBytes: writtenSectors * sectorBytes,
      waitedMs: readMs + writeMs,
      busyMs,
    });
  }
  return new Map([...all].filter(([name]) => !isPartition(name, all)));
}

/** `sda1` of `sda`, `nvme0n1p2` of `nvme0n1`: their disk counts them already. */
function isPartition(name: string, all: ReadonlyMap<string, unknown>): boolean {
  const whole = /^(.*\d)p\d+$/.exec(name)?.[1] ?? /^(.*?)\d+$/.exec(name)?.[1] ?? "";
  return whole !== "" && all.has(whole);
}

/** Old kernels leave no blank between the colon and the first number. */
function networkOf(rows: readonly string[]): ReadonlyMap<string, NetworkCounters> {
  const found = rows.flatMap((row): [string, NetworkCounters][] => {
    const [, name = "lo", text = ""] = /^\s*([^\s:]+(?::\d+)?):\s*(\d[\d\s]*)$/.exec(row) ?? [];
    const numbers = text.trim().split(/\s+/).map(Number);
    const at = (index: number): number => numbers[index] ?? 0;
    if (name === "lo" || numbers.length < 12) return [];
    const counted = { receivedBytes: at(0), sentBytes: at(8), errors: at(2) + at(10), drops: at(3) + at(11) };
    return [[name.slice(0, 60), counted]];
  });
  return new Map(found);
}

function processOf(row: string): readonly ProcessCounters[] {
  const match = /^(\d+) (\S) (\d+) (\d+) (\d+) (-?\d+) (.*)$/.exec(row);
  if (match === null) return [];
  const [, pid, state = "", user, system, startedAt, pages, name = ""] = match;
  const ticks = Number(user) + Number(system);
  return [
    { pid: Number(pid), state, ticks, startedAt: Number(startedAt), pages: Number(pages), name: name.slice(0, 32) },
  ];
}
