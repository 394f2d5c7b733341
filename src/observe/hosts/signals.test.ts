import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import type { HostFinding } from "../../kernel/ports-hosts.ts";
import { createHostSignals, type HostSignals, type SignalRule } from "./signals.ts";

function disk(severity: HostFinding["severity"], item = "/var"): HostFinding {
  return { kind: "disk", item, severity, facts: { usedRatio: 0.95 } };
}
function ruleOf(kind: string): SignalRule | null {
  if (kind === "zombies") return null;
  return kind === "clock" ? { signal: "clock-off", atOnce: true } : { signal: "vital", atOnce: false };
}
const signalsOf = (open: readonly Signal[] = []): HostSignals => createHostSignals(createFakeClock(), open, ruleOf);
/** a look that saw everything */
const told = (signals: HostSignals, ...found: readonly HostFinding[]): readonly string[] =>
  signals
    .judge("web1", { found, lookedFor: () => true })
    .map(({ change, signal }) => `${change} ${signal.kind} ${signal.severity}`);

test("a finding opens at its second look in a row, and closes at the second good one", () => {
  const signals = signalsOf();
  assert.deepEqual(told(signals, disk("warning")), []);
  assert.deepEqual(told(signals), []);
  assert.deepEqual(told(signals, disk("warning")), [], "one good look in between begins anew");
  assert.deepEqual(told(signals, disk("warning")), ["opened vital warning"]);
  assert.deepEqual(told(signals, disk("warning")), []);
  assert.deepEqual(told(signals), []);
  const blind = signals.judge("web1", { found: [], lookedFor: (kind) => kind !== "disk" });
  assert.deepEqual(blind, [], "what was not looked for neither closes nor counts");
  assert.deepEqual(told(signals), ["closed vital warning"]);
});

test("a finding that gets worse is told as a change of the same signal", () => {
  const signals = signalsOf();
  const look = (finding: HostFinding) => signals.judge("web1", { found: [finding], lookedFor: () => true });
  const opened = [disk("warning"), disk("warning")].flatMap(look);
  const changed = [disk("critical"), disk("critical")].flatMap(look);
  assert.deepEqual(
    changed.map(({ change, signal }) => [change, signal.severity, signal.id]),
    [["changed", "critical", opened[0]?.signal.id]],
  );
});

test("a wrong clock is told at once, each mount has a signal of its own, and some findings are shown only", () => {
  const signals = signalsOf();
  const clock: HostFinding = { kind: "clock", item: null, severity: "critical", facts: {} };
  const zombies: HostFinding = { kind: "zombies", item: null, severity: "warning", facts: {} };
  assert.deepEqual(told(signals, clock, disk("warning"), disk("warning", "/home"), zombies), [
    "opened clock-off critical",
  ]);
  assert.deepEqual(told(signals, clock, disk("warning"), disk("warning", "/home"), zombies), [
    "opened vital warning",
    "opened vital warning",
  ]);
  assert.deepEqual(told(signals, disk("warning"), disk("warning", "/home")), ["closed clock-off critical"]);
  assert.equal(signals.openOf("web1").length, 2);
  assert.deepEqual(signals.openOf("web2"), []);
});

test("a clock that is a little off is told at its second look, for one look may have been held up", () => {
  const signals = signalsOf();
  const clock: HostFinding = { kind: "clock", item: null, severity: "warning", facts: {} };
  assert.deepEqual(told(signals, clock), []);
  assert.deepEqual(told(signals), []);
  assert.deepEqual(told(signals, clock), []);
  assert.deepEqual(told(signals, clock), ["opened clock-off warning"]);
});

test("what was open before a restart goes on, and ends with the host", () => {
  const before = signalsOf();
  told(before, disk("warning"));
  told(before, disk("warning"));
  const signals = signalsOf(before.openOf("web1"));
  assert.deepEqual(told(signals, disk("warning")), []);
  const closed = signals.forget(new Set(["web2"]));
  assert.deepEqual(
    closed.map(({ change, signal }) => [change, signal.facts["item"]]),
    [["closed", "/var"]],
  );
});
