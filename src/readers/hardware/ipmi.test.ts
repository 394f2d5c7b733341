import assert from "node:assert/strict";
import { test } from "node:test";
import { readSel } from "./ipmi-sel.ts";
import { readIpmi, readSdr } from "./ipmi.ts";

const elist = `CPU Temp         | 01h | ucr |  7.1 | 85 degrees C
Inlet Temp       | 04h | ok  |  7.1 | 21 degrees C
FAN1             | 02h | ok  |  7.1 | 4200 RPM
Fan Redundancy   | 75h | ok  |  7.1 | Redundancy Lost
PS1 Status       | 63h | ok  | 10.1 | Presence detected, Power Supply AC lost
PS2 Status       | 64h | ok  | 10.2 | Presence detected
Drive 0          | 80h | ok  |  4.1 | Drive Present, Predictive Failure
12V              | 03h | ok  |  7.1 | 12 Volts
Pwr Consumption  | 76h | ok  |  7.1 | 154 Watts
Exit Temp        | 05h | ns  |  7.1 | No Reading
not a sensor at all
`;

test("sensors are read with kind, value and health, also those that only say a state", () => {
  assert.deepEqual(
    readSdr(elist).map(({ kind, name, value, unit, health }) => [kind, name, value, unit, health]),
    [
      ["temperature", "CPU Temp", 85, "°C", "critical"],
      ["temperature", "Inlet Temp", 21, "°C", "ok"],
      ["fan", "FAN1", 4200, "rpm", "ok"],
      ["fan", "Fan Redundancy", null, "", "warning"],
      ["psu", "PS1 Status", null, "", "critical"],
      ["psu", "PS2 Status", null, "", "ok"],
      ["drive", "Drive 0", null, "", "warning"],
      ["voltage", "12V", 12, "V", "ok"],
      ["power", "Pwr Consumption", 154, "W", "ok"],
    ],
  );
});

test("the short list and the verbose form are read, too", () => {
  const short =
    "Ambient Temp     | 20 degrees C      | ok\nFan 1            | 0x00              | ok\nECC Corr Err     | Not Readable      | ns\nUnable to send command: Invalid argument\n";
  assert.deepEqual(
    readSdr(short).map(({ kind, name, value }) => [kind, name, value]),
    [
      ["temperature", "Ambient Temp", 20],
      ["fan", "Fan 1", null],
    ],
  );
  const verbose = `Sensor ID              : BB P1 VR Temp (0x20)
 Entity ID             : 7.1 (System Board)
 Sensor Reading        : 25 (+/- 0) degrees C
 Status                : ok
 Upper critical        : 115.000
 Upper non-critical    : 110.000
 Lower critical        : 0.000
 Lower non-critical    : 5.000

Sensor ID              : PS1 Curr Out % (0x58)
 Sensor Reading        : 11 (+/- 0) unspecified
 Status                : ok
`;
  assert.deepEqual(
    readSdr(verbose).map(({ name, value, high, low }) => [name, value, high.critical, low.warning]),
    [
      ["BB P1 VR Temp", 25, 115, 5],
      ["PS1 Curr Out %", 11, null, null],
    ],
  );
});

test("limits and the chassis' own faults come together with the sensors", () => {
  const reading = readIpmi(
    {
      chassis: "System Power         : on\nMain Power Fault     : false\nDrive Fault          : true\n",
      sensors: "CPU Temp         | 01h | ok  |  7.1 | 42 degrees C\n",
      limits:
        "CPU Temp         | 42.000     | degrees C  | ok    | 1.000     | 5.000     | 10.000    | 70.000    | 80.000    | 90.000    \n",
      controller: "Firmware Revision         : 9.08\nManufacturer Name         : Contoso\n",
    },
    { takenAtMs: 0, unobserved: {} },
  );
  assert.equal(reading.health, "critical");
  assert.equal(reading.power, "on");
  assert.deepEqual(reading.sensors[0]?.high, { warning: 70, critical: 80 });
  assert.deepEqual(reading.sensors[0].low, { warning: 10, critical: 5 });
  assert.equal(reading.sensors[1]?.name, "Drive Fault");
  assert.deepEqual(reading.firmware, [{ name: "BMC", version: "9.08" }]);
});

test("the event log is read newest first, with what is grave and what is over", () => {
  const sel = `   1 |  Pre-Init  |0000023479| Fan FAN1 | Upper Non-critical going high | Asserted | Reading 4200 > Threshold 0 RPM
   2 | 11/22/2026 | 05:20:10 | Temperature CPU Temp | Upper Critical going high | Asserted | Reading 85 > Threshold 80 degrees C
   a | 11/22/26 | 05:21:10 UTC | Power Supply PS1 Status | Power Supply AC lost | Asserted
   b | 11/22/26 | 05:22:10 UTC | Power Supply PS1 Status | Power Supply AC lost | Deasserted
SEL has no entries
`;
  assert.deepEqual(
    readSel(sel).map(({ severity, isClearing, atMs, sensor }) => [severity, isClearing, atMs, sensor]),
    [
      ["info", true, Date.UTC(2026, 10, 22, 5, 22, 10), "Power Supply PS1 Status"],
      ["critical", false, Date.UTC(2026, 10, 22, 5, 21, 10), "Power Supply PS1 Status"],
      ["critical", false, Date.UTC(2026, 10, 22, 5, 20, 10), "Temperature CPU Temp"],
      ["warning", false, null, "Fan FAN1"],
    ],
  );
});
