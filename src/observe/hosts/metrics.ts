import { componentId } from "../../kernel/model/component.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { MetricPoint } from "../../storage/telemetry/telemetry.ts";

type Value = Pick<MetricPoint, "name" | "labels" | "value">;

/** No machine has more of them that anyone looks at; a storage server with a thousand devices must not fill the disk. */
const mostOfOneKind = 64;

/** One look as series of `host:KEY`; what was not observed has no point. */
export function metricsOf(host: string, reading: HostReading): readonly MetricPoint[] {
  const subject = componentId("host", host);
  return [...wholeMachine(reading), ...parts(reading)].map((one) => ({ ...one, subject, atMs: reading.takenAtMs }));
}

function wholeMachine(reading: HostReading): readonly Value[] {
  const { clock, units, processes } = reading;
  return [
    ...resources(reading),
    ...extremes(reading),
    ...point("clockOffsetSeconds", clock?.offsetSeconds),
    ...point("unitsFailed", units?.failed.length),
    ...point("processes", processes?.total),
    ...point("processesUninterruptible", processes?.uninterruptible),
  ];
}

function resources({ load, cpu, memory, swap }: HostReading): readonly Value[] {
  return [
    ...(load === null
      ? []
      : [...point("loadOne", load.one), ...point("loadPerCoreRatio", load.one / Math.max(1, load.cores))]),
    ...(cpu === null
      ? []
      : [
          ...point("cpuBusyRatio", Math.max(0, 1 - cpu.idleRatio - cpu.ioWaitRatio)),
          ...point("cpuStealRatio", cpu.stealRatio),
          ...point("ioWaitRatio", cpu.ioWaitRatio),
        ]),
    ...(memory === null
      ? []
      : [
          ...point("memoryAvailableBytes", memory.availableBytes),
          ...point("memoryAvailableRatio", memory.availableBytes / Math.max(1, memory.totalBytes)),
        ]),
    // a machine without swap uses none of it
    ...(swap === null || swap.totalBytes === 0 ? [] : point("swapUsedRatio", 1 - swap.freeBytes / swap.totalBytes)),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One series for the whole machine, so that a page need not read those of every part. */
function extremes({ disks, io, network }: HostReading): readonly Value[] {
  const outside = (network ?? []).filter(({ name }) => name !== "lo");
  const used = (disks ?? []).map(({ freeRatio }) => 1 - freeRatio);
  return [
    ...(used.length === 0 ? [] : point("fullestDiskUsedRatio", Math.max(...used))),
    ...(io === null || io.length === 0
      ? []
      : point("busiestDeviceRatio", Math.max(...io.map(({ busyRatio }) => busyRatio)))),
    ...(network === null
      ? []
      : [
          ...point("receivedBytesPerSecond", sum(outside.map((one) => one.receivedBytesPerSecond))),
          ...point("sentBytesPerSecond", sum(outside.map((one) => one.sentBytesPerSecond))),
        ]),
  ];
}

function parts({ disks, io, network }: HostReading): readonly Value[] {
  return [
    ...(disks ?? [])
      .slice(0, mostOfOneKind)
      .flatMap(({ mount, freeRatio, inodesFreeRatio }) => [
        ...point("diskFreeRatio", freeRatio, { mount }),
        ...point("inodesFreeRatio", inodesFreeRatio ?? undefined, { mount }),
      ]),
    ...(io ?? [])
      .slice(0, mostOfOneKind)
      .flatMap(({ device, busyRatio, awaitMs, ...moved }) => [
        ...point("ioBusyRatio", busyRatio, { device }),
        ...point("ioAwaitMs", awaitMs ?? undefined, { device }),
        ...point("ioReadBytesPerSecond", moved.readBytesPerSecond, { device }),
        ...point("ioWriteBytesPerSecond", moved.writeBytesPerSecond, { device }),
      ]),
    ...(network ?? [])
      .slice(0, mostOfOneKind)
      .flatMap(({ name: device, errors, ...moved }) => [
        ...point("netReceivedBytesPerSecond", moved.receivedBytesPerSecond, { device }),
        ...point("netSentBytesPerSecond", moved.sentBytesPerSecond, { device }),
        ...point("netErrors", errors, { device }),
      ]),
  ];
}

function point(name: string, value: number | undefined, labels: Value["labels"] = {}): readonly Value[] {
  return value === undefined || !Number.isFinite(value) ? [] : [{ name, labels, value }];
}
