import type { HardwareHealth, HardwareSensor, SensorKind, SensorLimit } from "../../kernel/model/hardware.ts";
import { nameFrom, numberFrom, sensorOf } from "./health.ts";

type Body = Readonly<Record<string, unknown>>;

const healths: Readonly<Record<string, HardwareHealth>> = { OK: "ok", Warning: "warning", Critical: "critical" };

function statusOf(body: Body): Body {
  const status = body["Status"];
  return typeof status === "object" && status !== null ? (status as Body) : {};
}

/** `roll-up`: with everything inside it, where the controller says so. */
export function healthOf(body: Body, what: "own" | "roll-up"): HardwareHealth {
  const { Health: own, HealthRollup: all } = statusOf(body);
  const said = what === "roll-up" && typeof all === "string" ? all : own;
  return typeof said === "string" ? (healths[said] ?? "unknown") : "unknown";
}

/** An empty bay is no part that fails. */
export function isAbsent(body: Body): boolean {
  const state = statusOf(body)["State"];
  return state === "Absent" || state === "Disabled" || state === "UnavailableOffline";
}

function listIn(body: Body, key: string): readonly Body[] {
  const list = body[key];
  if (!Array.isArray(list)) return [];
  return list.filter((one): one is Body => typeof one === "object" && one !== null && !isAbsent(one as Body));
}

function limits(body: Body, side: "Upper" | "Lower"): SensorLimit {
  const critical = numberFrom(body[`${side}ThresholdCritical`]) ?? numberFrom(body[`${side}ThresholdFatal`]);
  return { warning: numberFrom(body[`${side}ThresholdNonCritical`]), critical };
}

interface Row {
  readonly kind: SensorKind;
  readonly unit: string;
  readonly value: number | null;
}

function rowSensor(body: Body, { kind, unit, value }: Row): HardwareSensor {
  return sensorOf({
    kind,
    name: nameFrom(body["Name"]) ?? nameFrom(body["FanName"]) ?? nameFrom(body["MemberId"]) ?? kind,
    value,
    unit,
    low: limits(body, "Lower"),
    high: limits(body, "Upper"),
    health: healthOf(body, "own"),
  });
}

/** Temperatures and fans of one chassis in the older form; before version 1.1 the reading had another name. */
export function thermalSensors(body: Body): readonly HardwareSensor[] {
  const temperatures = listIn(body, "Temperatures").map((one) =>
    rowSensor(one, {
      kind: "temperature",
      unit: "°C",
      value: numberFrom(one["ReadingCelsius"]) ?? numberFrom(one["CurrentReading"]),
    }),
  );
  const fans = listIn(body, "Fans").map((one) => {
    const unit = (nameFrom(one["ReadingUnits"]) ?? nameFrom(one["Units"]) ?? "RPM").toLowerCase();
    const value = numberFrom(one["Reading"]) ?? numberFrom(one["CurrentReading"]) ?? numberFrom(one["ReadingRPM"]);
    return rowSensor(one, { kind: "fan", unit: unit === "percent" ? "%" : "rpm", value });
  });
  return [...temperatures, ...fans];
}

/** Supplies, voltages and what is drawn of one chassis in the older form. */
export function powerSensors(body: Body): readonly HardwareSensor[] {
  return [
    ...listIn(body, "PowerSupplies").map((one) =>
      rowSensor(one, {
        kind: "psu",
        unit: "W",
        value: numberFrom(one["PowerOutputWatts"]) ?? numberFrom(one["LastPowerOutputWatts"]),
      }),
    ),
    ...listIn(body, "Voltages").map((one) =>
      rowSensor(one, { kind: "voltage", unit: "V", value: numberFrom(one["ReadingVolts"]) }),
    ),
    ...listIn(body, "PowerControl").map((one) =>
      rowSensor(one, { kind: "power", unit: "W", value: numberFrom(one["PowerConsumedWatts"]) }),
    ),
  ];
}

const units: Readonly<Record<string, readonly [SensorKind, string]>> = {
  Cel: ["temperature", "°C"],
  V: ["voltage", "V"],
  W: ["power", "W"],
  A: ["current", "A"],
  RPM: ["fan", "rpm"],
  "{rev}/min": ["fan", "rpm"],
};

/** One sensor in the newer form. Source: DMTF Sensor schema 1.6. */
export function sensorResource(body: Body, path: string): HardwareSensor {
  const written = typeof body["ReadingUnits"] === "string" ? body["ReadingUnits"] : "";
  const isFan = body["ReadingType"] === "Rotational" || /fan/i.test(nameFrom(body["PhysicalContext"]) ?? "");
  const [kind, unit]: readonly [SensorKind, string] = units[written] ?? [
    isFan ? "fan" : "other",
    nameFrom(written) ?? "",
  ];
  return sensorOf({
    kind,
    name: nameFrom(body["Name"]) ?? nameFrom(body["Id"]) ?? path,
    value: numberFrom(body["Reading"]),
    unit,
    low: thresholds(body, "Lower"),
    high: thresholds(body, "Upper"),
    health: healthOf(body, "own"),
  });
}

function thresholds(body: Body, side: "Upper" | "Lower"): SensorLimit {
  const all = body["Thresholds"];
  const at = (name: string): number | null => {
    const one = typeof all === "object" && all !== null ? (all as Body)[`${side}${name}`] : null;
    return typeof one === "object" && one !== null ? numberFrom((one as Body)["Reading"]) : null;
  };
  return { warning: at("Caution"), critical: at("Critical") ?? at("Fatal") };
}

const stateKinds = { psu: "psu", fan: "fan", memory: "memory", processor: "processor", storage: "drive" } as const;

/** A part that has a state of its own; a fan with how fast it turns. */
export function stateSensor(role: keyof typeof stateKinds, body: Body, path: string): HardwareSensor {
  const named = nameFrom(body["Name"]) ?? nameFrom(body["Id"]) ?? path;
  const locator = nameFrom(body["DeviceLocator"]) ?? nameFrom(body["Socket"]);
  return sensorOf({
    kind: stateKinds[role],
    name: locator === null || named.includes(locator) ? named : `${named} ${locator}`,
    health: healthOf(body, role === "storage" ? "roll-up" : "own"),
    text: nameFrom(statusOf(body)["State"]) ?? "",
    ...(role === "fan" ? speedOf(body) : {}),
  });
}

function speedOf(body: Body): Pick<HardwareSensor, "value" | "unit"> {
  const speed = body["SpeedPercent"];
  const turns = typeof speed === "object" && speed !== null ? (speed as Body) : {};
  const rpm = numberFrom(turns["SpeedRPM"]);
  const percent = numberFrom(turns["Reading"]);
  if (rpm !== null) return { value: rpm, unit: "rpm" };
  return { value: percent, unit: percent === null ? "" : "%" };
}
