import type { HostReading } from "../../kernel/model/host-reading.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { HostPoint, InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { ReadableEvidence, Reading } from "../evidence/evidence.ts";
import type { HostMoment } from "../evidence/inside.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";

/** The figures of one look that are kept as series, too. */
export function momentOf(reading: HostReading, atMs: number): HostMoment {
  const { load, cpu, memory, disks, io, clock } = reading;
  return {
    atMs,
    loadPerCore: load === null ? null : load.one / Math.max(1, load.cores),
    cpuBusyRatio: cpu === null ? null : Math.max(0, 1 - cpu.idleRatio - cpu.ioWaitRatio),
    stealRatio: cpu?.stealRatio ?? null,
    ioWaitRatio: cpu?.ioWaitRatio ?? null,
    memoryAvailableRatio: memory === null ? null : memory.availableBytes / Math.max(1, memory.totalBytes),
    disks: (disks ?? []).map(({ mount, freeRatio, inodesFreeRatio }) => ({
      mount,
      usedRatio: 1 - freeRatio,
      inodesUsedRatio: inodesFreeRatio === null ? null : 1 - inodesFreeRatio,
    })),
    io: (io ?? []).flatMap(({ device, awaitMs }) => (awaitMs === null ? [] : [{ device, awaitMs }])),
    ioHeldRatio: heldIn(reading),
    lineBytesPerSecond: lineOf(reading),
    clockOffsetSeconds: clock?.offsetSeconds ?? null,
  };
}

/**
 * While a program waits for a disk some disk is at work, so the wait of the processors is no more than the busiest disk's time. What goes
 * beyond it was spent in front of the disks: a limit on a group's or a guest's requests, or a disk of the network.
 */
function heldOf(ioWaitRatio: number | null, busyRatios: readonly number[]): number | null {
  return ioWaitRatio === null || busyRatios.length === 0 ? null : Math.max(0, ioWaitRatio - Math.max(...busyRatios));
}

function heldIn({ cpu, io }: HostReading): number | null {
  return cpu === null || io === null
    ? null
    : heldOf(
        cpu.ioWaitRatio,
        io.map(({ busyRatio }) => busyRatio),
      );
}

function lineOf({ network }: HostReading): number | null {
  if (network === null) return null;
  const outside = network.filter(({ name }) => name !== "lo");
  const received = sum(outside.map((one) => one.receivedBytesPerSecond));
  return Math.max(received, sum(outside.map((one) => one.sentBytesPerSecond)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const series = [
  "loadPerCoreRatio",
  "cpuBusyRatio",
  "cpuStealRatio",
  "ioWaitRatio",
  "memoryAvailableRatio",
  "diskFreeRatio",
  "inodesFreeRatio",
  "ioAwaitMs",
  "ioBusyRatio",
  "receivedBytesPerSecond",
  "sentBytesPerSecond",
  "clockOffsetSeconds",
] as const;
type Series = (typeof series)[number];
const mostPoints = 2_000;

export interface Window {
  readonly host: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was kept of a host in the window, oldest first: the points of one look lie at one moment. */
export async function momentsIn(
  { metrics }: Pick<InsideSources, "metrics">,
  { host, fromMs, toMs }: Window,
): Promise<readonly HostMoment[]> {
  const range = { subject: componentId("host", host), fromMs, toMs, limit: mostPoints };
  const found = await Promise.all(series.map(async (name) => [name, await metrics({ ...range, name })] as const));
  const byTime = new Map<number, Map<Series, HostPoint[]>>();
  for (const [name, points] of found) {
    for (const point of points) {
      const at = byTime.get(point.atMs) ?? new Map<Series, HostPoint[]>();
      byTime.set(point.atMs, at.set(name, [...(at.get(name) ?? []), point]));
    }
  }
  return [...byTime].toSorted(([a], [b]) => a - b).map(([atMs, points]) => momentFrom(atMs, points));
}

function momentFrom(atMs: number, points: ReadonlyMap<Series, readonly HostPoint[]>): HostMoment {
  const all = (name: Series): readonly HostPoint[] => points.get(name) ?? [];
  const one = (name: Series): number | null => all(name)[0]?.value ?? null;
  const inodes = new Map(all("inodesFreeRatio").map(({ labels, value }) => [labels["mount"], value]));
  const moved = [one("receivedBytesPerSecond"), one("sentBytesPerSecond")].filter((value) => value !== null);
  return {
    atMs,
    loadPerCore: one("loadPerCoreRatio"),
    cpuBusyRatio: one("cpuBusyRatio"),
    stealRatio: one("cpuStealRatio"),
    ioWaitRatio: one("ioWaitRatio"),
    memoryAvailableRatio: one("memoryAvailableRatio"),
    disks: all("diskFreeRatio").map(({ labels, value }) => {
      const free = inodes.get(labels["mount"]);
      return {
        mount: labels["mount"] ?? "",
        usedRatio: 1 - value,
        inodesUsedRatio: free === undefined ? null : 1 - free,
      };
    }),
    io: all("ioAwaitMs").map(({ labels, value }) => ({ device: labels["device"] ?? "", awaitMs: value })),
    ioHeldRatio: heldOf(
      one("ioWaitRatio"),
      all("ioBusyRatio").map(({ value }) => value),
    ),
    lineBytesPerSecond: moved.length === 0 ? null : Math.max(...moved),
    clockOffsetSeconds: one("clockOffsetSeconds"),
  };
}

/** The worst of the window where that is worse than now. */
export interface Told {
  readonly reading: Reading | MissingReason;
  readonly atMs: number;
  readonly past: boolean;
  /** the first abnormal moment after a normal one; null: not known */
  readonly changedAtMs: number | null;
}

/** Now counts as it is; what was in the window counts where it was worse, at least twice where a worse state exists. */
export function worstOf<Found>(
  evidence: ReadableEvidence<Found>,
  now: { readonly reading: Reading | MissingReason; readonly atMs: number },
  earlier: readonly { readonly atMs: number; readonly found: Found }[],
): Told {
  const rank = (reading: Reading | MissingReason): number =>
    typeof reading === "string" ? -1 : evidence.states.indexOf(reading.state);
  const rows = earlier.map(({ atMs, found }) => {
    const reading = evidence.read(found);
    return { atMs, reading, rank: rank(reading) };
  });
  const last = evidence.states.length - 1;
  const often = (least: number): boolean => rows.filter((row) => row.rank >= least).length > 1;
  const counted = rows.filter((row) => row.rank > 0 && (row.rank === last || often(row.rank)));
  const worst = counted.reduce<(typeof rows)[number] | null>(
    (found, row) => (found === null || row.rank >= found.rank ? row : found),
    null,
  );
  const from = rows.findIndex((row) => row.rank === 0);
  const changedAtMs = from === -1 ? null : (rows.slice(from).find((row) => row.rank > 0)?.atMs ?? null);
  if (worst !== null && worst.rank > rank(now.reading))
    return { reading: worst.reading, atMs: worst.atMs, past: true, changedAtMs };
  return { ...now, past: false, changedAtMs: rank(now.reading) > 0 ? changedAtMs : null };
}
