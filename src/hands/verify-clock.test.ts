import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostSnapshot } from "../kernel/model/snapshot.ts";
import { verifyClock, type ClockMeasurement } from "./verify-clock.ts";

function measured(offsetSeconds: number, monotonicMs: number, uncertaintySeconds = 0.01): ClockMeasurement {
  return { offsetSeconds, monotonicMs, uncertaintySeconds };
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

function verdict(first: ClockMeasurement | null, second: ClockMeasurement | null): ReturnType<typeof verifyClock> {
  return verifyClock({ first, second, after: vmware });
}

test("a clock that was set stays only when two measurements a minute apart agree", () => {
  assert.equal(verdict(measured(0.02, 0), measured(-0.03, 60_000)).state, "settled");
  assert.equal(verdict(measured(0, 0), measured(0, 20_000)).state, "too-early");
  assert.equal(verdict(measured(0, 0), measured(-10_800, 60_000)).state, "still-off");
  assert.equal(verdict(measured(0, 0, 0.5), measured(0.4, 60_000, 0.5)).state, "unsure");
  assert.equal(verdict(null, measured(0, 60_000)).state, "unmeasured");
  const moving = verdict(measured(0, 0), measured(0.6, 60_000));
  assert.deepEqual([moving.state, moving.suspects], ["moving", ["vmware-tools"]]);
  assert.match(moving.says.en, /0\.60 s within 60 s.*VMware/);
  assert.match(moving.says.ja, /VMware/);
});
