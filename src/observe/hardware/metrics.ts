import type { HardwareReading, HardwareSensor } from "../../kernel/model/hardware.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { MetricPoint } from "../../storage/telemetry/telemetry.ts";

const names: Readonly<Record<string, string>> = {
  "°C": "hardwareTemperatureCelsius",
  rpm: "hardwareFanRpm",
  "%": "hardwarePercent",
  V: "hardwareVolts",
  W: "hardwareWatts",
  A: "hardwareAmperes",
};
const healthValues = { ok: 0, warning: 1, critical: 2 } as const;
const mostSeries = 200;

/** The sensors as series; health as 0 ok, 1 warning, 2 critical, absent while unknown. */
export function sensorMetrics(
  host: string,
  { sensors, health, power, source, takenAtMs }: HardwareReading,
): MetricPoint[] {
  const point = (name: string, value: number, labels: Record<string, string> = {}): MetricPoint => ({
    name,
    subject: `host:${host}`,
    labels: { source, ...labels },
    value,
    atMs: takenAtMs,
  });
  return [
    ...(health === "unknown" ? [] : [point("hardwareHealth", healthValues[health])]),
    ...(power === "unknown" ? [] : [point("hardwarePowerOn", power === "on" ? 1 : 0)]),
    ...sensors.slice(0, mostSeries).flatMap((sensor) => {
      const name = names[sensor.unit];
      return name === undefined || sensor.value === null ? [] : [point(name, sensor.value, labelsOf(sensor))];
    }),
  ];
}

function labelsOf({ name, kind }: HardwareSensor): Record<string, string> {
  return { sensor: name, kind };
}

/** What SNMP tells of a system, under the same names as every other look into one. */
export function vitalMetrics(host: string, reading: HostReading): MetricPoint[] {
  const { load, cpu, memory, swap, disks, network, takenAtMs } = reading;
  const point = (name: string, value: number, labels: Record<string, string> = {}): MetricPoint => ({
    name,
    subject: `host:${host}`,
    labels,
    value,
    atMs: takenAtMs,
  });
  return [
    ...(load === null ? [] : [point("loadOne", load.one)]),
    ...(cpu === null ? [] : [point("cpuBusyRatio", 1 - cpu.idleRatio), point("ioWaitRatio", cpu.ioWaitRatio)]),
    ...(memory === null
      ? []
      : [
          point("memoryAvailableBytes", memory.availableBytes),
          point("memoryAvailableRatio", memory.availableBytes / Math.max(1, memory.totalBytes)),
        ]),
    ...(swap === null || swap.totalBytes === 0 ? [] : [point("swapUsedRatio", 1 - swap.freeBytes / swap.totalBytes)]),
    ...(disks ?? []).map(({ mount, freeRatio }) => point("diskFreeRatio", freeRatio, { mount })),
    ...(network ?? []).flatMap(({ name, receivedBytesPerSecond, sentBytesPerSecond }) => [
      point("netReceivedBytesPerSecond", receivedBytesPerSecond, { device: name }),
      point("netSentBytesPerSecond", sentBytesPerSecond, { device: name }),
    ]),
  ];
}
