import type { HardwareHealth, HardwareSensor, SensorKind } from "../../kernel/model/hardware.ts";
import { safeText } from "../../clients/safe-text.ts";

const order: readonly HardwareHealth[] = ["unknown", "ok", "warning", "critical"];
const longestName = 80;

/** The worst of them; `unknown` only when none is known. */
export function worst(healths: readonly HardwareHealth[]): HardwareHealth {
  return healths.reduce((so, one) => (order.indexOf(one) > order.indexOf(so) ? one : so), "unknown");
}

/** Foreign text as a name: one line, bounded; null when there is none. */
export function nameFrom(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = safeText(value, []).slice(0, longestName).trim();
  return text === "" ? null : text;
}

/** A finite number, also one that a careless controller wrote as text. */
export function numberFrom(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const noLimit = { warning: null, critical: null };

/** A sensor of which only what is given is known. */
export function sensorOf(given: Pick<HardwareSensor, "kind" | "name"> & Partial<HardwareSensor>): HardwareSensor {
  return { value: null, unit: "", low: noLimit, high: noLimit, health: "unknown", text: "", ...given };
}

const byName: readonly (readonly [RegExp, SensorKind])[] = [
  [/\bfan|cooling|tach/i, "fan"],
  [/\bps(u|\d)|power supply|pwr supply/i, "psu"],
  [/drive|disk|\bhdd|\bssd|raid|\bbay\b/i, "drive"],
  [/dimm|\bmem|ecc/i, "memory"],
  [/\bcpu|proc/i, "processor"],
  [/temp|therm/i, "temperature"],
  [/volt|vbat|vcore|\b\d+(\.\d+)?v\b/i, "voltage"],
];

/** What a sensor that says only a state is most likely about. */
export function kindByName(name: string): SensorKind {
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}
