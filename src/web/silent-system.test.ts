import assert from "node:assert/strict";
import { test } from "node:test";
import type { HardwareReading } from "../kernel/model/hardware.ts";
import type { HardwareSourceStatus, HardwareStatus } from "../kernel/ports-hardware.ts";
import type { HostSilence } from "../kernel/ports-hosts.ts";
import { boardOfSilent } from "./silent-system.ts";

const at = { atMs: 1_000, monotonicMs: 1_000, bootId: "boot-1" };
const silent = (reason: HostSilence = "timeout") => ({ silence: { reason, text: "", since: at } });

function source(change: Partial<HardwareSourceStatus>, power: HardwareReading["power"] = "on"): HardwareSourceStatus {
  const reading = { power } as Partial<HardwareReading> as HardwareReading;
  return {
    kind: "redfish",
    address: "192.0.2.8",
    state: "ok",
    reason: null,
    answeredAt: at,
    tookMs: 1,
    certificate: null,
    reading,
    ...change,
  };
}
function machine(sources: readonly HardwareSourceStatus[], state: HardwareStatus["state"] = "ok"): HardwareStatus {
  return { host: "nas1", state, health: "ok", power: "on", answersAtMs: 1_000, sources, vitals: null };
}
const said = (hardware: HardwareStatus | null, reason?: HostSilence): string | null =>
  boardOfSilent(silent(reason), hardware)?.word ?? null;

test("a board that answers tells a silent system from a machine that is off or broken", () => {
  assert.equal(said(machine([source({})])), "boardWell");
  assert.equal(said(machine([source({})], "down")), "boardIll");
  assert.equal(said(machine([source({}, "off")])), "boardOff");
  assert.equal(said(machine([source({}, "unknown")])), "boardUnsure");
});

test("SNMP is the word of a system or a device, not of a board", () => {
  assert.equal(said(machine([source({ state: "silent" }), source({ kind: "snmp" })])), "agentAlive");
  assert.equal(said(machine([source({ kind: "snmp", state: "silent" })], "unknown")), null);
});

test("only silence of the board is told as silence: a refused login or another certificate is an answer", () => {
  assert.equal(said(machine([source({ state: "silent" })], "unknown")), "boardSilent");
  for (const state of ["refused", "certificate", "broken", "missing", "waiting"] as const) {
    assert.equal(said(machine([source({ state })], "unknown")), null, state);
  }
});

test("nothing is said while the system answers in any way, or when nobody asks its hardware", () => {
  assert.equal(boardOfSilent({ silence: null }, machine([source({})])), null);
  for (const reason of ["auth-refused", "key-changed", "not-set-up", "refused"] as const) {
    assert.equal(said(machine([source({})]), reason), null, reason);
  }
  assert.equal(said(null), null);
});
