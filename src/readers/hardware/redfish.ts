import type {
  HardwareDrive,
  HardwareEntry,
  HardwareHealth,
  HardwareReading,
  HardwareSensor,
  PowerState,
} from "../../kernel/model/hardware.ts";
import { safeText } from "../../clients/safe-text.ts";
import { nameFrom, numberFrom, worst } from "./health.ts";
import { entriesOf } from "./redfish-log.ts";
import { healthOf, isAbsent, powerSensors, sensorResource, stateSensor, thermalSensors } from "./redfish-sensors.ts";

/** What a resource is to us, by the link that led to it. */
export const redfishRoles = [
  "root",
  "system",
  "chassis",
  "manager",
  "thermal",
  "power",
  "sensor",
  "fan",
  "psu",
  "drive",
  "simple-storage",
  "storage",
  "memory",
  "processor",
  "log-entry",
] as const;
export type RedfishRole = (typeof redfishRoles)[number];

export interface RedfishResource {
  readonly path: string;
  readonly role: RedfishRole;
  readonly body: Readonly<Record<string, unknown>>;
}

const mostSensors = 400;
const mostDrives = 200;
const mostEntries = 200;
const vendorChars = { each: 2_000, all: 16_000 };

/** One machine from the resources of its controller; nothing in them is taken for granted. Source: DMTF DSP0266, DSP2046. */
export function readRedfish(
  resources: readonly RedfishResource[],
  { takenAtMs, unobserved }: Pick<HardwareReading, "takenAtMs" | "unobserved">,
): HardwareReading {
  const of = (role: RedfishRole): readonly RedfishResource["body"][] =>
    resources.filter((one) => one.role === role).map(({ body }) => body);
  const [system] = of("system");
  const [chassis] = of("chassis");
  const described = system ?? chassis ?? {};
  const sensors = sensorsOf(resources).slice(0, mostSensors);
  const drives = drivesOf(resources).slice(0, mostDrives);
  const entries = entriesOf(of("log-entry"));
  return {
    source: "redfish",
    takenAtMs,
    health: rollUp([...of("system"), ...of("chassis")], { sensors, drives }),
    power: powerOf(system ?? chassis),
    maker: nameFrom(described["Manufacturer"]),
    model: nameFrom(described["Model"]),
    serial: nameFrom(described["SerialNumber"]),
    sensors,
    drives,
    firmware: firmwareOf(of("manager"), of("system")),
    entries: newestFirst(entries).slice(0, mostEntries),
    vendor: vendorOf(resources),
    unobserved,
  };
}

/** What the systems and chassis say themselves; the worst of the parts when they say nothing. */
function rollUp(
  bodies: readonly RedfishResource["body"][],
  { sensors, drives }: Pick<HardwareReading, "sensors" | "drives">,
): HardwareHealth {
  const said = worst(bodies.map((body) => healthOf(body, "roll-up")));
  return said === "unknown" ? worst([...sensors, ...drives].map(({ health }) => health)) : said;
}

function powerOf(body: RedfishResource["body"] | undefined): PowerState {
  const said = body?.["PowerState"];
  if (said === "On" || said === "PoweringOff") return "on";
  return said === "Off" || said === "PoweringOn" ? "off" : "unknown";
}

function sensorsOf(resources: readonly RedfishResource[]): HardwareSensor[] {
  return resources.flatMap(({ role, body, path }): readonly HardwareSensor[] => {
    if (role === "thermal") return thermalSensors(body);
    if (role === "power") return powerSensors(body);
    if (isAbsent(body)) return [];
    if (role === "sensor") return [sensorResource(body, path)];
    return isPart(role) ? [stateSensor(role, body, path)] : [];
  });
}

function isPart(role: RedfishRole): role is Parameters<typeof stateSensor>[0] {
  return role === "psu" || role === "fan" || role === "memory" || role === "processor" || role === "storage";
}

function drivesOf(resources: readonly RedfishResource[]): HardwareDrive[] {
  return resources.flatMap(({ role, body, path }) => {
    if (role === "drive") return isAbsent(body) ? [] : [driveOf(body, path)];
    if (role !== "simple-storage") return [];
    const devices = Array.isArray(body["Devices"]) ? (body["Devices"] as unknown[]) : [];
    return devices
      .filter((one): one is RedfishResource["body"] => typeof one === "object" && one !== null)
      .filter((one) => !isAbsent(one))
      .map((one) => driveOf(one, path));
  });
}

function driveOf(body: RedfishResource["body"], path: string): HardwareDrive {
  const life = numberFrom(body["PredictedMediaLifeLeftPercent"]);
  const predicted = body["FailurePredicted"];
  return {
    name: nameFrom(body["Name"]) ?? nameFrom(body["Id"]) ?? path,
    model: nameFrom(body["Model"]),
    serial: nameFrom(body["SerialNumber"]),
    sizeBytes: numberFrom(body["CapacityBytes"]),
    health: healthOf(body, "own"),
    failurePredicted: typeof predicted === "boolean" ? predicted : null,
    lifeLeftRatio: life === null ? null : Math.min(1, Math.max(0, life / 100)),
  };
}

function firmwareOf(
  managers: readonly RedfishResource["body"][],
  systems: readonly RedfishResource["body"][],
): HardwareReading["firmware"] {
  const listed = [
    ...managers.map((body) => ({ name: nameFrom(body["Model"]) ?? "BMC", version: nameFrom(body["FirmwareVersion"]) })),
    ...systems.map((body) => ({ name: "BIOS", version: nameFrom(body["BiosVersion"]) })),
  ];
  return listed.flatMap(({ name, version }) => (version === null ? [] : [{ name, version }]));
}

/** Entries of several logs in one order; those without a time stay behind, in their own order. */
function newestFirst(entries: readonly HardwareEntry[]): readonly HardwareEntry[] {
  return entries.toSorted((a, b) => (b.atMs ?? -Infinity) - (a.atMs ?? -Infinity) || 0);
}

/** What the standard leaves to the makers, as it came. */
function vendorOf(resources: readonly RedfishResource[]): Readonly<Record<string, string>> {
  let left = vendorChars.all;
  const kept: Record<string, string> = {};
  for (const { path, body, role } of resources) {
    const oem = body["Oem"];
    if (role === "log-entry" || typeof oem !== "object" || oem === null || Object.keys(oem).length === 0) continue;
    const text = safeText(JSON.stringify(oem), []).slice(0, vendorChars.each);
    if (text.length > left) break;
    left -= text.length;
    kept[path] = text;
  }
  return kept;
}
