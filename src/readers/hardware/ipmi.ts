import type { HardwareHealth, HardwareReading, HardwareSensor, SensorKind } from "../../kernel/model/hardware.ts";
import { kindByName, nameFrom, numberFrom, sensorOf, worst } from "./health.ts";
import { readSel } from "./ipmi-sel.ts";

/** What `ipmitool` printed, by command; a part that could not be asked is left out. */
export interface IpmiTexts {
  /** `chassis status` */
  readonly chassis?: string;
  /** `sdr elist` (or `sdr list`) */
  readonly sensors?: string;
  /** `sensor list`: the same with limits, slow to ask for */
  readonly limits?: string;
  /** `sel elist` */
  readonly log?: string;
  /** `mc info` */
  readonly controller?: string;
  /** `fru print 0` */
  readonly board?: string;
}

export function readIpmi(
  texts: IpmiTexts,
  { takenAtMs, unobserved }: Pick<HardwareReading, "takenAtMs" | "unobserved">,
): HardwareReading {
  const limits = new Map(readSensorList(texts.limits ?? "").map((one) => [one.name, one]));
  const sensors = readSdr(texts.sensors ?? texts.limits ?? "").map((one) => withLimits(one, limits.get(one.name)));
  const chassis = fieldsOf(texts.chassis ?? "");
  const controller = fieldsOf(texts.controller ?? "");
  const board = fieldsOf(texts.board ?? "");
  const faults = chassisFaults(chassis);
  const firmware = nameFrom(controller["Firmware Revision"]);
  return {
    source: "ipmi",
    takenAtMs,
    health: worst([...sensors, ...faults].map(({ health }) => health)),
    power: powerOf(chassis["System Power"]),
    maker: nameFrom(board["Product Manufacturer"]) ?? nameFrom(controller["Manufacturer Name"]),
    model: nameFrom(board["Product Name"]) ?? nameFrom(board["Board Product"]),
    serial: nameFrom(board["Product Serial"]) ?? nameFrom(board["Chassis Serial"]),
    sensors: [...sensors, ...faults],
    drives: [],
    firmware: firmware === null ? [] : [{ name: "BMC", version: firmware }],
    entries: readSel(texts.log ?? ""),
    vendor: {},
    unobserved,
  };
}

function powerOf(said: string | undefined): HardwareReading["power"] {
  return said === "on" || said === "off" ? said : "unknown";
}

/** `Name   : value` lines. */
function fieldsOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").map((line) => /^\s*([^:]{1,60}?)\s*:\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((parts) => (parts === null ? [] : [[parts[1] ?? "", parts[2] ?? ""]])));
}

const faultNames: readonly (readonly [string, SensorKind, HardwareHealth])[] = [
  ["Main Power Fault", "psu", "critical"],
  ["Power Overload", "psu", "critical"],
  ["Drive Fault", "drive", "critical"],
  ["Cooling/Fan Fault", "fan", "warning"],
];

/** The chassis' own flags, only those that are raised. */
function chassisFaults(fields: Readonly<Record<string, string>>): readonly HardwareSensor[] {
  return faultNames.flatMap(([name, kind, health]) =>
    fields[name] === "true" ? [sensorOf({ kind, name, health, text: "true" })] : [],
  );
}

const verboseStart = /^\s*Sensor ID\s*:/m;

/** `sdr list`, `sdr elist` and their verbose form; what is none of their lines is passed over. */
export function readSdr(text: string): readonly HardwareSensor[] {
  if (verboseStart.test(text)) return readVerbose(text);
  return text.split("\n").flatMap((line) => {
    const parts = line.split("|").map((part) => part.trim());
    if (parts.length >= 10) return readLimitLine(parts);
    if (parts.length === 3) return sensorLine({ name: parts[0], status: parts[2], reading: parts[1], entity: "" });
    if (parts.length !== 5) return [];
    const [name, , status, entity = "", reading] = parts;
    return sensorLine({ name, status, reading, entity });
  });
}

interface Line {
  readonly name: string | undefined;
  readonly status: string | undefined;
  readonly reading: string | undefined;
  /** `7.1`: what part of the machine, by IPMI 2.0 table 43-13 */
  readonly entity: string;
}

function sensorLine({ name, status = "", reading = "", entity }: Line): readonly HardwareSensor[] {
  const named = nameFrom(name);
  // no reading now: the part is not there, or the machine is off
  if (named === null || status === "ns" || status === "na" || /^(no reading|disabled|not readable)$/i.test(reading)) {
    return [];
  }
  const [, number, unit = ""] = /^(-?\d+(?:\.\d+)?)\s*(.*)$/.exec(reading) ?? [];
  const isState = number === undefined || /^0x/i.test(reading);
  if (isState) return [stateLine(named, { status, text: reading, entity })];
  const [kind, sign] = unitOf(unit, named);
  const value = /fahrenheit|degrees F/i.test(unit) ? (Number(number) - 32) / 1.8 : Number(number);
  return [sensorOf({ kind, name: named, value, unit: sign, health: statusHealth(status), text: "" })];
}

const failing = /fail(?:ed|ure)\b|fault|\blost\b|non-?recoverable|thermal trip|ierr|uncorrectable|critical/i;
const weakening = /predictive|degraded|redundancy lost|in critical array|rebuild|non-critical|correctable ecc|limit/i;

function stateLine(
  name: string,
  { status, text, entity }: { status: string; text: string; entity: string },
): HardwareSensor {
  const said = /^0x/i.test(text) ? "" : text;
  const bySaid: HardwareHealth = weakening.test(said) ? "warning" : failing.test(said) ? "critical" : "ok";
  return sensorOf({
    kind: entityKinds[entity.split(".")[0] ?? ""] ?? kindByName(name),
    name,
    health: worst([statusHealth(status), bySaid]),
    text: nameFrom(said) ?? "",
  });
}

const entityKinds: Readonly<Record<string, SensorKind>> = {
  "3": "processor",
  "4": "drive",
  "8": "memory",
  "10": "psu",
  "26": "drive",
  "29": "fan",
  "30": "fan",
  "32": "memory",
};

const statusHealths: Readonly<Record<string, HardwareHealth>> = {
  ok: "ok",
  nc: "warning",
  lnc: "warning",
  unc: "warning",
  cr: "critical",
  lcr: "critical",
  ucr: "critical",
  nr: "critical",
  lnr: "critical",
  unr: "critical",
};

function statusHealth(status: string): HardwareHealth {
  const short = statusHealths[status.toLowerCase()];
  if (short !== undefined) return short;
  if (/non-critical/i.test(status)) return "warning";
  return /critical|non-recoverable/i.test(status) ? "critical" : "unknown";
}

const unitKinds: readonly (readonly [RegExp, SensorKind, string])[] = [
  [/degrees [CF]/i, "temperature", "°C"],
  [/^rpm/i, "fan", "rpm"],
  [/^volts/i, "voltage", "V"],
  [/^watts/i, "power", "W"],
  [/^amps/i, "current", "A"],
];

function unitOf(unit: string, name: string): readonly [SensorKind, string] {
  const known = unitKinds.find(([pattern]) => pattern.test(unit));
  if (known !== undefined) return [known[1], known[2]];
  if (/percent/i.test(unit)) return [/fan/i.test(name) ? "fan" : "other", "%"];
  return ["other", unit === "unspecified" ? "" : (nameFrom(unit) ?? "")];
}

/** `sensor list`: name, reading, unit, status, then the limits from the lowest to the highest. */
function readSensorList(text: string): readonly HardwareSensor[] {
  return text.split("\n").flatMap((line) => {
    const parts = line.split("|").map((part) => part.trim());
    return parts.length < 10 ? [] : readLimitLine(parts);
  });
}

function readLimitLine(parts: readonly string[]): readonly HardwareSensor[] {
  const [name, reading = "", unit = "", status = "", ...limits] = parts;
  const found = sensorLine({
    name,
    status: unit === "discrete" ? "ok" : status,
    reading: unit === "discrete" ? reading : `${reading} ${unit}`,
    entity: "",
  });
  const [lowest, lowCritical, lowWarning, highWarning, highCritical, highest] = limits.map((one) => numberFrom(one));
  return found.map((one) => ({
    ...one,
    low: { warning: lowWarning ?? null, critical: lowCritical ?? lowest ?? null },
    high: { warning: highWarning ?? null, critical: highCritical ?? highest ?? null },
  }));
}

function withLimits(sensor: HardwareSensor, limited: HardwareSensor | undefined): HardwareSensor {
  return limited === undefined ? sensor : { ...sensor, low: limited.low, high: limited.high };
}

function readVerbose(text: string): readonly HardwareSensor[] {
  return text.split(/^(?=\s*Sensor ID\s*:)/m).flatMap((block) => {
    const fields = fieldsOf(block);
    const id = fields["Sensor ID"];
    if (id === undefined) return [];
    const name = id.replace(/\s*\(0x[0-9a-f]+\)$/i, "");
    const reading = (fields["Sensor Reading"] ?? "0x00").replace(/\s*\(\+\/-[^)]*\)/, "");
    const limit = (key: string): number | null => numberFrom(fields[key]);
    const entity = /^\d+/.exec(fields["Entity ID"] ?? "")?.[0] ?? "";
    return sensorLine({ name, status: fields["Status"] ?? "ok", reading, entity }).map((one) => ({
      ...one,
      low: {
        warning: limit("Lower non-critical"),
        critical: limit("Lower critical") ?? limit("Lower non-recoverable"),
      },
      high: {
        warning: limit("Upper non-critical"),
        critical: limit("Upper critical") ?? limit("Upper non-recoverable"),
      },
    }));
  });
}
