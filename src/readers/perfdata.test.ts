import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isAlarming, readPerfdata, readRange, splitPluginOutput } from "./perfdata.ts";

test("a plugin's output falls into its first line, details and performance data", () => {
  assert.deepEqual(splitPluginOutput("DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n"), {
    summary: "DISK OK - free space: / 3326 MB (56%);",
    details: "",
    perfdata: "/=2643MB;5948;5958;0;5968",
  });
  const long = "DISK OK | /=2643MB\n/ 15272 MB (77%);\n/boot 68 MB (69%); | /boot=68MB\n/home=69357MB";
  assert.deepEqual(splitPluginOutput(long), {
    summary: "DISK OK",
    details: "/ 15272 MB (77%);\n/boot 68 MB (69%);",
    perfdata: "/=2643MB /boot=68MB /home=69357MB",
  });
  assert.equal(splitPluginOutput("").summary, "");
});

test("values are read with their units, thresholds and bounds, in base units", () => {
  const [time, disk, users, loss] = readPerfdata("time=12ms;100;500;0 '/var log'=2MB;3;4;0;5 users=4;;;0 loss=0,5%");
  assert.deepEqual(time, {
    label: "time",
    value: 0.012,
    unit: "s",
    warning: { from: 0, to: 0.1, isInside: false },
    critical: { from: 0, to: 0.5, isInside: false },
    min: 0,
    max: null,
  });
  assert.deepEqual([disk?.label, disk?.value, disk?.unit, disk?.max], ["/var log", 2_097_152, "B", 5_242_880]);
  assert.deepEqual([users?.value, users?.unit, users?.warning], [4, "", null]);
  assert.deepEqual([loss?.value, loss?.unit], [0.5, "%"]);
});

test("labels in quotes, unknown values and what is broken", () => {
  assert.deepEqual(
    readPerfdata("'it''s here'=1 unknown=U bad=abc =5 alone 'open=3 size=7KiB a=1 a=2").map(({ label, value }) => [
      label,
      value,
    ]),
    [
      ["it's here", 1],
      ["unknown", null],
      ["open", 3],
      ["size", 7_168],
      ["a", 1],
    ],
  );
});

test("ranges alarm as the guidelines say", () => {
  const table: readonly (readonly [string, number, boolean])[] = [
    ["10", 10, false],
    ["10", 10.1, true],
    ["10", -1, true],
    ["10:", 9, true],
    ["10:", 1e9, false],
    ["~:10", -1e9, false],
    ["~:10", 11, true],
    ["10:20", 15, false],
    ["10:20", 21, true],
    ["@10:20", 15, true],
    ["@10:20", 9, false],
  ];
  for (const [range, value, alarm] of table) {
    assert.equal(isAlarming(value, readRange(range)), alarm, `${range} ${value}`);
  }
  assert.equal(readRange("x"), null);
  assert.equal(readRange(""), null);
  assert.equal(isAlarming(null, readRange("10")), false);
});

test("whatever a plugin prints, it is read", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ unit: fc.constantFrom("'", "=", ";", ":", "@", "~", "1", "s", " ", "|", "\n") }),
      (one, two) => {
        for (const text of [one, two, `x=${two}`]) {
          const { perfdata } = splitPluginOutput(text);
          for (const { value } of readPerfdata(perfdata)) assert.ok(value === null || Number.isFinite(value));
        }
      },
    ),
  );
});
