import type { HardwareHealth, HardwareReading, HardwareSensor, SensorKind } from "../../kernel/model/hardware.ts";
import { safeText } from "../../clients/safe-text.ts";
import { nameFrom, sensorOf, worst } from "./health.ts";
import { rowsOf, scalar, type SnmpTold } from "./snmp-tables.ts";

const mostVendor = 100;

/** The hardware an SNMP agent tells of: its sensors, and those of a UPS. */
export function readSnmp(
  told: SnmpTold,
  { takenAtMs, unobserved }: Pick<HardwareReading, "takenAtMs" | "unobserved">,
): HardwareReading {
  const sensors = [...entitySensors(told), ...lmSensors(told), ...upsSensors(told)];
  const description = nameFrom(scalar(told, "system", "1.0")?.text);
  const vendor = (told.vendor ?? []).slice(0, mostVendor);
  return {
    source: "snmp",
    takenAtMs,
    health: worst(sensors.map(({ health }) => health)),
    // it would not answer without
    power: "unknown",
    maker: nameFrom(scalar(told, "ups", "1.1.0")?.text),
    model: nameFrom(scalar(told, "ups", "1.2.0")?.text) ?? description,
    serial: null,
    sensors,
    drives: [],
    firmware: upsFirmware(told),
    entries: [],
    vendor: Object.fromEntries([
      ...(scalar(told, "system", "2.0") === null ? [] : [["sysObjectID", scalar(told, "system", "2.0")?.text ?? ""]]),
      ...vendor.map(({ oid, text }) => [oid, safeText(text, []).slice(0, 120)]),
    ]),
    unobserved,
  };
}

/** Source: RFC 3433. Type 3 to 10; scale in powers of a thousand around 9 (units); status 1 ok, 2 unavailable, 3 defect. */
const entityTypes: Readonly<Record<number, readonly [SensorKind, string]>> = {
  3: ["voltage", "V"],
  4: ["voltage", "V"],
  5: ["current", "A"],
  6: ["power", "W"],
  8: ["temperature", "°C"],
  9: ["other", "%"],
  10: ["fan", "rpm"],
};

/** What cannot be measured is told as ±1,000,000,000. */
const unmeasured = 1e9;

function entitySensors(told: SnmpTold): readonly HardwareSensor[] {
  const names = new Map((told.entities ?? []).map(({ oid, text }) => [oid.split(".").at(-1), text]));
  return [...rowsOf(told, "sensors")].flatMap(([index, row]) => {
    const number = (column: string, otherwise: number): number => row[column]?.number ?? otherwise;
    const known = entityTypes[number("1", 0)];
    const status = number("5", 1);
    const raw = number("4", unmeasured);
    if (known === undefined || status === 2 || Math.abs(raw) >= unmeasured) return [];
    const [kind, unit] = known;
    const exponent = 3 * (number("2", 9) - 9) - number("3", 0);
    const value = exponent < 0 ? raw / 10 ** -exponent : raw * 10 ** exponent;
    const health: HardwareHealth = status === 3 ? "critical" : "ok";
    return [sensorOf({ kind, name: nameFrom(names.get(index)) ?? `sensor ${index}`, value, unit, health })];
  });
}

/** UCD's lm-sensors tables: temperatures in m°C, fans in rpm, voltages in mV. They know no limits, so no health. */
const lmTables: readonly (readonly [string, SensorKind, string, number])[] = [
  ["2.1", "temperature", "°C", 1_000],
  ["3.1", "fan", "rpm", 1],
  ["4.1", "voltage", "V", 1_000],
];

function lmSensors(told: SnmpTold): readonly HardwareSensor[] {
  return lmTables.flatMap(([under, kind, unit, divisor]) =>
    [...rowsOf(told, "lmSensors", `${under}.`).values()].flatMap((row) => {
      const value = row["3"]?.number ?? null;
      const name = nameFrom(row["2"]?.text);
      return value === null || name === null ? [] : [sensorOf({ kind, name, value: value / divisor, unit })];
    }),
  );
}

type Said = Readonly<Record<number, { readonly health: HardwareHealth; readonly text: string }>>;

/** upsBatteryStatus and upsOutputSource of RFC 1628; what is not here is unknown. */
const batteries: Said = {
  2: { health: "ok", text: "normal" },
  3: { health: "critical", text: "low" },
  4: { health: "critical", text: "depleted" },
};
const outputs: Said = {
  2: { health: "critical", text: "none" },
  3: { health: "ok", text: "normal" },
  4: { health: "warning", text: "bypass" },
  5: { health: "critical", text: "battery" },
  6: { health: "warning", text: "booster" },
  7: { health: "warning", text: "reducer" },
};

function upsSensors(told: SnmpTold): readonly HardwareSensor[] {
  if (told.ups === undefined || told.ups.length === 0) return [];
  const at = (below: string): number | null => scalar(told, "ups", below)?.number ?? null;
  const [status, charge, alarms, temperature] = [at("2.1.0"), at("2.4.0"), at("6.1.0"), at("2.7.0")];
  return [
    sensorOf({ kind: "psu", name: "UPS battery", value: charge, unit: "%", ...batteries[status ?? 0] }),
    sensorOf({ kind: "psu", name: "UPS output", ...outputs[at("4.1.0") ?? 0] }),
    ...(temperature === null
      ? []
      : [sensorOf({ kind: "temperature", name: "UPS battery temperature", value: temperature, unit: "°C" })]),
    ...(alarms === null
      ? []
      : [sensorOf({ kind: "other", name: "UPS alarms", value: alarms, health: alarms > 0 ? "warning" : "ok" })]),
    ...upsLoads(told),
  ];
}

function upsLoads(told: SnmpTold): readonly HardwareSensor[] {
  return [...rowsOf(told, "ups", "4.4.1.")].flatMap(([index, row]) => {
    const load = row["5"]?.number ?? null;
    if (load === null) return [];
    const health: HardwareHealth = load > 100 ? "critical" : "ok";
    return [sensorOf({ kind: "power", name: `UPS load ${index}`, value: load, unit: "%", health })];
  });
}

function upsFirmware(told: SnmpTold): HardwareReading["firmware"] {
  const version = nameFrom(scalar(told, "ups", "1.3.0")?.text);
  return version === null ? [] : [{ name: "UPS", version }];
}
