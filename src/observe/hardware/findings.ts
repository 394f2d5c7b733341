import type { HardwareDrive, HardwareReading, HardwareSensor } from "../../kernel/model/hardware.ts";
import type { Severity } from "../../kernel/model/signal.ts";
import type { HardwareSourceStatus } from "../../kernel/ports-hardware.ts";

/**
 * What is wrong with a machine. `health` is the roll-up when nothing in particular explains it; `log` and `trap` are told
 * once and pass by themselves.
 */
export const findingKinds = ["power-off", "drive", "sensor", "health", "certificate", "log", "trap"] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface HardwareFinding {
  readonly what: FindingKind;
  /** the part; empty for the machine as a whole */
  readonly sensor: string;
  readonly severity: Severity;
  readonly value: number | null;
  readonly unit: string;
  readonly limit: number | null;
  /** what the far side said, one line */
  readonly text: string;
}

const mostFindings = 20;

/** Everything one source shows to be wrong now, the worst first. */
export function findingsOf(
  { reading, certificate }: Pick<HardwareSourceStatus, "reading" | "certificate">,
  { wasOn }: { readonly wasOn: boolean },
): readonly HardwareFinding[] {
  const found = [
    ...(certificate?.trust === "changed"
      ? [finding({ what: "certificate", severity: "warning", text: certificate.fingerprint })]
      : []),
    ...(reading === null ? [] : readingFindings(reading, wasOn)),
  ];
  return found
    .toSorted((a, b) => Number(b.severity === "critical") - Number(a.severity === "critical"))
    .slice(0, mostFindings);
}

function finding(given: Pick<HardwareFinding, "what" | "severity"> & Partial<HardwareFinding>): HardwareFinding {
  return { sensor: "", value: null, unit: "", limit: null, text: "", ...given };
}

function readingFindings(reading: HardwareReading, wasOn: boolean): readonly HardwareFinding[] {
  const off = reading.power === "off" && wasOn ? [finding({ what: "power-off", severity: "critical" })] : [];
  // without power the sensors have nothing to say
  if (reading.power === "off") return off;
  const parts = [
    ...reading.drives.flatMap((drive) => driveFinding(drive)),
    ...reading.sensors.flatMap((sensor) => sensorFinding(sensor, reading)),
  ];
  const isUnexplained = parts.length === 0 && (reading.health === "critical" || reading.health === "warning");
  return isUnexplained
    ? [finding({ what: "health", severity: reading.health === "critical" ? "critical" : "warning" })]
    : parts;
}

function driveFinding({ name, health, failurePredicted, model }: HardwareDrive): readonly HardwareFinding[] {
  if (health !== "critical" && health !== "warning" && failurePredicted !== true) return [];
  const severity = health === "critical" ? "critical" : "warning";
  return [finding({ what: "drive", severity, sensor: name, text: model ?? "" })];
}

/** A part the controller calls critical wakes someone only when the controller calls the whole machine critical, too. */
function sensorFinding(sensor: HardwareSensor, { health }: HardwareReading): readonly HardwareFinding[] {
  if (sensor.health !== "critical" && sensor.health !== "warning") return [];
  const isGrave = sensor.health === "critical" && (health === "critical" || sensor.kind === "drive");
  return [
    finding({
      what: sensor.kind === "drive" ? "drive" : "sensor",
      severity: isGrave ? "critical" : "warning",
      sensor: sensor.name,
      value: sensor.value,
      unit: sensor.unit,
      limit: crossedLimit(sensor),
      text: sensor.text,
    }),
  ];
}

/** The limit it is beyond; null when it gives none, or its state has another reason. */
function crossedLimit({ value, low, high, health }: HardwareSensor): number | null {
  if (value === null) return null;
  const [lowest, highest] = health === "critical" ? [low.critical, high.critical] : [low.warning, high.warning];
  if (highest !== null && value >= highest) return highest;
  return lowest !== null && value <= lowest ? lowest : null;
}
