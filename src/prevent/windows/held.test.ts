import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stamp } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import { noCourse, type Window } from "../../kernel/model/window.ts";
import { windowOf } from "../../../test/doubles/no-windows.ts";
import { watchedSite } from "../../../test/doubles/watched-site.ts";
import { coverOf, unknownTarget } from "./cover.ts";
import { heldBy, isCovered, type Holder } from "./held.ts";
import { newWatch } from "./watch.ts";

const site = watchedSite({
  places: { sakura: "sakura-internet", office: null },
  hosts: { web1: { at: "sakura" }, web2: { at: "sakura" }, db1: { at: "office" } },
  services: {
    shop: { on: "web1", needs: ["db"] },
    db: { on: "db1" },
    front: { needs: ["shop"] },
    report: { needs: ["shop", "db"] },
  },
});

function stamp(minutes: number): Stamp {
  return { atMs: minutes * 60_000, monotonicMs: minutes * 60_000, bootId: "hub" };
}

/** alarms are held from minute 50 on */
function holder(targets: readonly ComponentId[], over: Partial<Window> = {}): Holder {
  const cover = coverOf(site, targets);
  const { hosts, services } = cover;
  const course = { ...noCourse, startedAt: stamp(60) };
  const times = { startMs: stamp(60).atMs, endMs: stamp(120).atMs };
  const window = windowOf({ state: "open", targets, hosts, services, course, ...times, ...over });
  return { window, watch: { ...newWatch, holdsSince: stamp(50) }, cover };
}

function signal(over: Partial<Signal>): Signal {
  return {
    id: "s",
    kind: "down",
    subject: "host:web1",
    checkId: null,
    severity: "critical",
    openedAt: stamp(70),
    startedAt: stamp(70),
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts: {},
    ...over,
  };
}

const onWeb1 = [holder(["host:web1"])];

test("a host comes to its services and to those all of whose ways lead to it, a place to its hosts", () => {
  assert.deepEqual(coverOf(site, ["host:web1"]).services, ["shop", "front"]);
  assert.deepEqual(coverOf(site, ["host:web1", "host:db1"]).services, ["shop", "db", "front", "report"]);
  assert.deepEqual(coverOf(site, ["place:sakura"]).hosts, ["web1", "web2"]);
  assert.deepEqual(coverOf(site, ["provider:sakura-internet"]).hosts, ["web1", "web2"]);
  assert.deepEqual(coverOf(site, ["host:*"]).hosts, ["web1", "web2", "db1"]);
});

test("work on one service looks at its host afterwards, and holds the service's alarms alone", () => {
  const cover = coverOf(site, ["service:shop"]);
  assert.deepEqual([cover.hosts, cover.units], [["web1"], ["service:shop"]]);
  const holders = [holder(["service:shop"])];
  assert.equal(heldBy(holders, signal({ subject: "service:shop" })), 1);
  assert.equal(heldBy(holders, signal({})), null);
});

test("alarms of the targets wait, those of others do not", () => {
  assert.equal(heldBy(onWeb1, signal({})), 1);
  assert.equal(heldBy(onWeb1, signal({ subject: "service:front" })), 1);
  assert.equal(heldBy(onWeb1, signal({ subject: "host:web2" })), null);
  assert.equal(heldBy(onWeb1, signal({ subject: "service:db" })), null);
  assert.ok(onWeb1.every((one) => isCovered(one, "service:shop") && !isCovered(one, "service:db")));
});

test("data, fire, intrusion, people and what began before are told whatever is being done", () => {
  const told: readonly Partial<Signal>[] = [
    { startedAt: stamp(49) },
    { kind: "host-key" },
    { kind: "people" },
    { kind: "window" },
    { kind: "hardware", facts: { what: "drive" } },
    { kind: "hardware", facts: { what: "sensor" } },
    { kind: "backup", severity: "warning", facts: { trouble: "deleted" } },
    { kind: "backup", severity: "critical", facts: { trouble: "failed" } },
    { kind: "vital", facts: { finding: "disk-read-only" } },
    { kind: "log", facts: { example: "sshd: Failed password for root from 203.0.113.9" } },
  ];
  for (const one of told) assert.equal(heldBy(onWeb1, signal(one)), null, JSON.stringify(one));
  const waits: readonly Partial<Signal>[] = [
    { kind: "vital", facts: { finding: "unit-failed" } },
    { kind: "clock-off" },
    { kind: "hardware", facts: { what: "power-off" } },
    { kind: "backup", severity: "warning", facts: { trouble: "missed" } },
    { kind: "log", facts: { example: "systemd: Stopping nginx" } },
  ];
  for (const one of waits) assert.equal(heldBy(onWeb1, signal(one)), 1, JSON.stringify(one));
});

test("what goes down after an early end is told at once, and the rest waits on", () => {
  const { course } = holder(["host:web1"]).window;
  const early = [
    holder(["host:web1"], { state: "verifying", course: { ...course, isEarly: true, backAt: stamp(100) } }),
  ];
  for (const kind of ["down", "degraded", "partial", "path", "late"] as const) {
    assert.equal(heldBy(early, signal({ kind, startedAt: stamp(110) })), null, kind);
  }
  assert.equal(heldBy(early, signal({ kind: "clock-off" })), 1);
  assert.equal(heldBy(early, signal({ startedAt: stamp(90) })), 1, "its recovery is being confirmed");
  const goneAgain = [holder(["host:web1"], { state: "open", course: { ...course, isEarly: true } })];
  assert.equal(heldBy(goneAgain, signal({})), null);
});

test("back after its time, only what began since is told", () => {
  const { course } = holder(["host:web1"]).window;
  const back = [holder(["host:web1"], { state: "verifying", course: { ...course, backAt: stamp(121) } })];
  assert.equal(heldBy(back, signal({})), 1);
  assert.equal(heldBy(back, signal({ startedAt: stamp(130) })), null);
});

test("for a start that nobody planned nothing critical waits", () => {
  const own = [holder(["host:web1"], { state: "verifying", origin: "reboot" })];
  assert.equal(heldBy(own, signal({ kind: "clock-off" })), null);
  assert.equal(heldBy(own, signal({ kind: "vital", severity: "warning", facts: { finding: "unit-failed" } })), 1);
});

test("in several windows it waits for the one that ends last, and for none that is over or not begun", () => {
  const other = holder(["place:sakura"], { id: 2, endMs: stamp(300).atMs });
  assert.equal(heldBy([...onWeb1, other], signal({})), 2);
  assert.equal(heldBy([...onWeb1, { ...other, window: { ...other.window, state: "closed" } }], signal({})), 1);
  assert.equal(heldBy([{ ...other, window: { ...other.window, state: "planned" } }], signal({})), null);
});

test("what is not in the file is named with the nearest name", () => {
  assert.equal(unknownTarget(site, ["host:web1", "place:sakura"]), null);
  assert.deepEqual(unknownTarget(site, ["host:wbe1"]), { target: "host:wbe1", nearest: "host:web1" });
  assert.deepEqual(unknownTarget(site, ["host:shop"]), { target: "host:shop", nearest: "service:shop" });
  assert.deepEqual(unknownTarget(site, ["host:zzzzzzzz"]), { target: "host:zzzzzzzz", nearest: null });
});
