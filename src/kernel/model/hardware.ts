/** What a machine's own controller, or its SNMP agent, says of itself. `unknown` is never shown as healthy. */
export const hardwareHealths = ["ok", "warning", "critical", "unknown"] as const;
export type HardwareHealth = (typeof hardwareHealths)[number];

export const powerStates = ["on", "off", "unknown"] as const;
export type PowerState = (typeof powerStates)[number];

export const sensorKinds = [
  "temperature",
  "fan",
  "voltage",
  "power",
  "current",
  "drive",
  "memory",
  "processor",
  "psu",
  "other",
] as const;
export type SensorKind = (typeof sensorKinds)[number];

export const hardwareSources = ["redfish", "ipmi", "snmp"] as const;
export type HardwareSource = (typeof hardwareSources)[number];

/** One look at the hardware of one machine through one source. All text is foreign, one line and bounded. */
export interface HardwareReading {
  readonly source: HardwareSource;
  /** when the look ended, by the looker's clock, Unix epoch UTC */
  readonly takenAtMs: number;
  /** the controller's own roll-up; the worst of its parts when it gives none */
  readonly health: HardwareHealth;
  readonly power: PowerState;
  readonly maker: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly sensors: readonly HardwareSensor[];
  readonly drives: readonly HardwareDrive[];
  readonly firmware: readonly { readonly name: string; readonly version: string }[];
  /** newest first, at most 200 */
  readonly entries: readonly HardwareEntry[];
  /** what only this maker knows, as it came: JSON or text by where it stood */
  readonly vendor: Readonly<Record<string, string>>;
  /** part of the look → why it is missing: `too-slow`, `not-there`, `too-large`, `foreign-link` … */
  readonly unobserved: Readonly<Record<string, string>>;
}

export interface HardwareSensor {
  readonly kind: SensorKind;
  readonly name: string;
  /** null: it says a state only */
  readonly value: number | null;
  /** `°C`, `rpm`, `%`, `V`, `W`, `A`; empty without one */
  readonly unit: string;
  readonly low: SensorLimit;
  readonly high: SensorLimit;
  readonly health: HardwareHealth;
  /** what it says in words, for those without a value; empty when nothing */
  readonly text: string;
}

export interface SensorLimit {
  readonly warning: number | null;
  readonly critical: number | null;
}

export interface HardwareDrive {
  readonly name: string;
  readonly model: string | null;
  readonly serial: string | null;
  readonly sizeBytes: number | null;
  readonly health: HardwareHealth;
  /** the drive itself expects to fail soon; null: it does not say */
  readonly failurePredicted: boolean | null;
  /** of its life as flash memory, 0 to 1 */
  readonly lifeLeftRatio: number | null;
}

/** One line of a controller's own log. */
export interface HardwareEntry {
  /** the same entry has the same key at every look */
  readonly key: string;
  /** by the controller's own clock, which may be hours off; null: it had none then */
  readonly atMs: number | null;
  readonly severity: "critical" | "warning" | "info";
  readonly text: string;
  readonly sensor: string | null;
  /** what it tells of is over */
  readonly isClearing: boolean;
}

/** One SNMP notification that was let in. */
export interface Trap {
  /** 1, 2, 3 … in order of arrival */
  readonly id: number;
  readonly atMs: number;
  /** null: the sender is no host of the configuration */
  readonly host: string | null;
  readonly from: string;
  readonly version: "1" | "2c" | "3";
  /** with an acknowledgement */
  readonly isInform: boolean;
  /** as SNMPv2 names it; of v1 by the rules of RFC 3584 */
  readonly oid: string;
  /** `linkDown`; null for one that is not known here */
  readonly name: string | null;
  readonly severity: HardwareEntry["severity"];
  readonly varbinds: readonly TrapVarbind[];
}

export interface TrapVarbind {
  readonly oid: string;
  readonly type: string;
  /** one line, bounded */
  readonly text: string;
}
