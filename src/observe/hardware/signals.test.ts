import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import type { HardwareFinding } from "./findings.ts";
import { createHardwareSignals, passesAfterMs, type Where } from "./signals.ts";

const where: Where = { host: "web1", source: "ipmi" };

function finding(over: Partial<HardwareFinding> = {}): HardwareFinding {
  return { what: "sensor", sensor: "CPU", severity: "warning", value: 85, unit: "°C", limit: 80, text: "", ...over };
}

test("another value beyond the same limit is no news; another severity is", () => {
  const signals = createHardwareSignals(createFakeClock(), []);
  assert.equal(signals.become(where, [finding()])[0]?.change, "opened");
  assert.deepEqual(signals.become(where, [finding({ value: 86 })]), []);
  const [changed] = signals.become(where, [finding({ severity: "critical", limit: 90 })]);
  assert.equal(changed?.change, "changed");
  assert.equal(changed.signal.severity, "critical");
});

test("one good look between two bad ones closes nothing", () => {
  const signals = createHardwareSignals(createFakeClock(), []);
  signals.become(where, [finding()]);
  assert.deepEqual(signals.become(where, []), []);
  assert.deepEqual(signals.become(where, [finding()]), []);
  assert.deepEqual(signals.become(where, []), []);
  assert.equal(signals.become(where, [])[0]?.change, "closed");
});

test("what was told once outlasts good looks, ends when it is over, and passes after a day", () => {
  const clock = createFakeClock();
  const signals = createHardwareSignals(clock, []);
  const told = finding({ what: "log", sensor: "PSU", severity: "critical" });
  const [opened] = signals.tell(where, told);
  assert.deepEqual(signals.become(where, []), []);
  assert.deepEqual(signals.become(where, []), []);
  assert.equal(signals.end(where, { what: "log", sensor: "PSU" })[0]?.change, "closed");
  assert.ok(opened !== undefined);
  // opened before a restart, it is known again
  const later = createHardwareSignals(clock, [opened.signal]);
  const nothing = later.tidy(() => true);
  assert.deepEqual(nothing, []);
  clock.stepWall(passesAfterMs);
  assert.deepEqual(
    later.tidy(() => true),
    [],
    "a step of the wall clock is no day",
  );
});

test("a day later what was told once is closed", async () => {
  const clock = createFakeClock();
  const signals = createHardwareSignals(clock, []);
  signals.tell(where, finding({ what: "trap" }));
  await clock.advance(passesAfterMs);
  assert.equal(signals.tidy(() => true)[0]?.change, "closed");
});

test("a machine that tells of more and more things opens only so many", () => {
  const signals = createHardwareSignals(createFakeClock(), []);
  const opened = Array.from({ length: 30 }, (_, nth) =>
    signals.tell(where, finding({ what: "log", sensor: `${nth}` })),
  );
  assert.equal(opened.flat().length, 10);
});

test("what belongs to a host that is asked no more is closed", () => {
  const signals = createHardwareSignals(createFakeClock(), []);
  signals.become(where, [finding()]);
  signals.become({ ...where, host: "web2" }, [finding()]);
  const closed = signals.tidy(({ host }) => host === "web2");
  assert.deepEqual(
    closed.map(({ change, signal }) => `${change} ${signal.subject}`),
    ["closed host:web1"],
  );
});
