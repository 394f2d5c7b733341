import assert from "node:assert/strict";
import { test } from "node:test";
import type { HardwareReading } from "../../kernel/model/hardware.ts";
import { sensorOf } from "../../readers/hardware/health.ts";
import { findingsOf } from "./findings.ts";

function reading(over: Partial<HardwareReading>): HardwareReading {
  return {
    source: "redfish",
    takenAtMs: 0,
    health: "ok",
    power: "on",
    maker: null,
    model: null,
    serial: null,
    sensors: [],
    drives: [],
    firmware: [],
    entries: [],
    vendor: {},
    unobserved: {},
    ...over,
  };
}

function told(over: Partial<HardwareReading>, wasOn = true): string[] {
  const found = findingsOf({ reading: reading(over), certificate: null }, { wasOn });
  return found.map(({ severity, what, sensor, limit }) => [severity, what, sensor, limit ?? ""].join(" ").trim());
}

const hot = sensorOf({
  kind: "temperature",
  name: "CPU",
  value: 95,
  unit: "°C",
  health: "critical",
  high: { warning: 80, critical: 90 },
});
const drive = { model: null, serial: null, sizeBytes: null, failurePredicted: null, lifeLeftRatio: null };

test("a part beyond its limit is critical only while the whole machine is", () => {
  assert.deepEqual(told({ health: "critical", sensors: [hot] }), ["critical sensor CPU 90"]);
  assert.deepEqual(told({ health: "warning", sensors: [hot] }), ["warning sensor CPU 90"]);
});

test("a drive that failed is critical whatever the roll-up says; one that expects to fail is a warning", () => {
  assert.deepEqual(told({ drives: [{ ...drive, name: "Bay 1", health: "critical" }] }), ["critical drive Bay 1"]);
  const predicted = { ...drive, name: "Bay 2", health: "ok" as const, failurePredicted: true };
  assert.deepEqual(told({ drives: [predicted] }), ["warning drive Bay 2"]);
});

test("the roll-up is told by itself only when no part explains it", () => {
  assert.deepEqual(told({ health: "critical" }), ["critical health"]);
  assert.deepEqual(told({ health: "warning", sensors: [{ ...hot, health: "warning" }] }), ["warning sensor CPU 80"]);
});

test("off is told where it was on, and then nothing else is", () => {
  assert.deepEqual(told({ power: "off", sensors: [hot], health: "critical" }), ["critical power-off"]);
  assert.deepEqual(told({ power: "off", sensors: [hot], health: "critical" }, false), []);
});

test("what is unknown tells nothing", () => {
  assert.deepEqual(told({ health: "unknown", sensors: [sensorOf({ kind: "fan", name: "F" })] }), []);
});
