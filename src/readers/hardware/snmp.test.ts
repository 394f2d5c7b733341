import assert from "node:assert/strict";
import { test } from "node:test";
import type { SnmpValue } from "../../clients/snmp.ts";
import { readSnmpVitals } from "./snmp-vitals.ts";
import { readSnmp } from "./snmp.ts";
import { snmpTables, type SnmpTable, type SnmpTold } from "./snmp-tables.ts";
import { keptTrap, meaningOf } from "./traps.ts";

function told(values: readonly (readonly [SnmpTable, string, number | string])[]): SnmpTold {
  const tables: Record<string, SnmpValue[]> = {};
  for (const [table, below, value] of values) {
    const number = typeof value === "number" ? value : null;
    const type = number === null ? "text" : "integer";
    (tables[table] ??= []).push({ oid: `${snmpTables[table]}.${below}`, type, number, text: String(value) });
  }
  return tables;
}

const look = { takenAtMs: 0, unobserved: {} };

test("a UPS on battery is critical, with its charge", () => {
  const reading = readSnmp(
    told([
      ["ups", "1.1.0", "Eaton"],
      ["ups", "2.1.0", 2],
      ["ups", "2.4.0", 87],
      ["ups", "4.1.0", 5],
      ["ups", "6.1.0", 1],
      ["ups", "4.4.1.5.1", 34],
    ]),
    look,
  );
  assert.equal(reading.health, "critical");
  assert.deepEqual(
    reading.sensors.map(({ name, value, unit, health, text }) => [name, value, unit, health, text]),
    [
      ["UPS battery", 87, "%", "ok", "normal"],
      ["UPS output", null, "", "critical", "battery"],
      ["UPS alarms", 1, "", "warning", ""],
      ["UPS load 1", 34, "%", "ok", ""],
    ],
  );
});

test("entity sensors are scaled and named; what cannot be measured is left out", () => {
  const reading = readSnmp(
    told([
      ["entities", "1", "CPU"],
      ["sensors", "1.1", 8],
      ["sensors", "2.1", 9],
      ["sensors", "3.1", 1],
      ["sensors", "4.1", 425],
      ["sensors", "5.1", 1],
      ["sensors", "1.2", 4],
      ["sensors", "2.2", 8],
      ["sensors", "4.2", 12_040],
      ["sensors", "1.3", 10],
      ["sensors", "4.3", 1_000_000_000],
    ]),
    look,
  );
  assert.deepEqual(
    reading.sensors.map(({ name, value, unit }) => [name, value, unit]),
    [
      ["CPU", 42.5, "°C"],
      ["sensor 2", 12.04, "V"],
    ],
  );
});

test("CPU and traffic are made of two looks; an agent that was restarted between them gives none", () => {
  const at = (ticks: number, idle: number, octets: number): SnmpTold =>
    told([
      ["system", "3.0", ticks],
      ["cpu", "50.0", 100],
      ["cpu", "53.0", idle],
      ["interfaces", "2.1", "eth0"],
      ["interfaces", "10.1", octets],
      ["interfaces", "16.1", 0],
    ]);
  const first = readSnmpVitals(at(100, 0, 0), { takenAtMs: 0, before: null });
  assert.equal(first.reading.network, null);
  const second = readSnmpVitals(
    {
      ...at(6_100, 300, 6_000_000),
      cpu:
        told([
          ["cpu", "50.0", 200],
          ["cpu", "53.0", 300],
        ]).cpu ?? [],
    },
    { takenAtMs: 60_000, before: first.counters },
  );
  assert.equal(second.reading.cpu?.idleRatio, 0.75);
  assert.equal(second.reading.network?.[0]?.receivedBytesPerSecond, 100_000);
  const restarted = readSnmpVitals(at(50, 400, 7_000_000), { takenAtMs: 120_000, before: second.counters });
  assert.equal(restarted.reading.network, null);
});

test("disks above 2 TB with small units are read from numbers that turned negative", () => {
  const { reading } = readSnmpVitals(
    told([
      ["storage", "2.31", "1.3.6.1.2.1.25.2.1.4"],
      ["storage", "3.31", "/data"],
      ["storage", "4.31", 1_024],
      ["storage", "5.31", -1_294_967_296],
      ["storage", "6.31", 1_500_000_000],
    ]),
    { takenAtMs: 0, before: null },
  );
  assert.equal(reading.disks?.[0]?.sizeBytes, 3_000_000_000 * 1_024);
  assert.equal(reading.disks[0].freeRatio, 0.5);
});

/** Byte 26 of the one value is the severity. */
function platformValues(severity: string): SnmpValue[] {
  const text = `${"00".repeat(26)}${severity}${"00".repeat(20)}`;
  return [{ oid: "1.3.6.1.4.1.3183.1.1.1", type: "text", number: null, text }];
}

// 65801 is sensor type 1 (temperature), offset 9; 65929 the same with the bit that says it is over
test("a controller's own trap tells its severity, and that it is over", () => {
  assert.equal(meaningOf({ oid: "1.3.6.1.4.1.3183.1.1.0.65801", values: platformValues("10") })?.severity, "critical");
  const over = meaningOf({ oid: "1.3.6.1.4.1.3183.1.1.0.65929", values: platformValues("10") });
  assert.equal(over?.severity, "info");
  assert.deepEqual(over.ends, [over.name]);
  assert.equal(meaningOf({ oid: "1.3.6.1.4.1.5.5", values: [] }), null);
});

test("what a trap carries is bounded in number and length", () => {
  const value: SnmpValue = { oid: "1.3", type: "text", number: null, text: "x\n\u202e".repeat(2_000) };
  const kept = keptTrap(
    {
      from: "192.0.2.1",
      version: "2c",
      isInform: false,
      oid: "1.3",
      agentAddress: null,
      values: Array.from({ length: 60 }, () => value),
      valuesLeftOut: 0,
    },
    { host: null, atMs: 0 },
  );
  assert.equal(kept.varbinds.length, 32);
  assert.ok(kept.varbinds.every(({ text }) => text.length <= 300 && !/[\n\u202e]/.test(text)));
});
