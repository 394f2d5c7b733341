import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostSnapshot } from "../kernel/model/snapshot.ts";
import type { ClockReading } from "../kernel/model/aftercare.ts";
import { verifyClock } from "./verify-clock.ts";

function read(offsetSeconds: number, monotonicMs: number, uncertaintySeconds = 0.01): ClockReading {
  return { offsetSeconds, uncertaintySeconds, at: { atMs: monotonicMs, monotonicMs, bootId: "b" } };
}

const vmware: HostSnapshot = {
  host: "web1",
  takenAt: { atMs: 0, monotonicMs: 0, bootId: "b" },
  hostClockMs: null,
  uptimeSeconds: null,
  isComplete: true,
  unobserved: {},
  sections: { ident: { virt: "vmware", "dmi-vendor": "VMware, Inc." }, procs: { "proc root vmtoolsd": "" }, clock: {} },
};

function stateOf(...readings: readonly ClockReading[]): string {
  return verifyClock(readings, vmware).state;
}

test("a clock that was set stays only when two readings a minute apart agree", () => {
  assert.equal(stateOf(read(0.02, 0), read(-0.03, 60_000)), "settled");
  assert.equal(stateOf(), "too-early");
  assert.equal(stateOf(read(0, 60_000)), "too-early");
  assert.equal(stateOf(read(0, 0), read(0, 20_000)), "too-early");
  assert.equal(stateOf(read(0, 0), read(-10_800, 60_000)), "off");
  assert.equal(stateOf(read(-10_800, 60_000)), "off");
  assert.equal(stateOf(read(0, 0, 0.5), read(0.4, 60_000, 0.5)), "unsure");
  // what was before it came to rest does not count against it
  assert.equal(stateOf(read(0.6, 0), read(0.02, 60_000), read(0.01, 90_000), read(0.02, 120_000)), "settled");
});

test("what moves a clock that was set is named by the kind of its machine", () => {
  assert.deepEqual(verifyClock([read(0, 0), read(0.6, 60_000)], vmware), {
    state: "moving",
    movedSeconds: 0.6,
    suspects: ["VMware Tools (vmware-toolbox-cmd timesync)"],
  });
});
