import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stamp } from "../kernel/clock.ts";
import { siteGraph } from "../kernel/graph.ts";
import type { ComponentId } from "../kernel/model/component.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import { foldSignals } from "./index.ts";

const minuteMs = 60_000;
const graph = siteGraph(
  watchedSite({
    hosts: { web1: {}, web2: {} },
    services: { shop: { on: "web1" }, mail: { on: "web1" }, other: { on: "web2" } },
  }),
);

function at(ms: number): Stamp {
  return { atMs: 1_000_000_000 + ms, monotonicMs: 5_000_000 + ms, bootId: "boot-1" };
}

function signal(id: string, subject: ComponentId, fields: Partial<PlacedSignal> & { openedMs: number }): PlacedSignal {
  const { openedMs, ...rest } = fields;
  return {
    id,
    kind: "vital",
    subject,
    checkId: null,
    severity: "warning",
    openedAt: at(openedMs),
    startedAt: at(openedMs),
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts: {},
    incidentId: null,
    ...rest,
  };
}

/** Subjects with the signals folded under each. */
function folded(
  signals: readonly PlacedSignal[],
  known: readonly { id: number; subject: ComponentId }[] = [],
): unknown {
  const incidents = known.map((one) => ({ ...one, services: [] }));
  const { incidents: found } = foldSignals({ graph, signals, incidents, now: at(60 * minuteMs) });
  return found.map(({ subject, signalIds, quiet, severity, incidentId }) => ({
    subject,
    signalIds,
    quiet,
    severity,
    incidentId,
  }));
}

function subjects(signals: readonly PlacedSignal[]): readonly string[] {
  return (folded(signals) as { subject: string }[]).map(({ subject }) => subject);
}

const disk = signal("disk", "host:web1", { openedMs: 0 });
const down = (openedMs: number): PlacedSignal =>
  signal("down", "service:shop", { openedMs, kind: "down", severity: "critical", failingFrom: ["here"] });

test("a full disk and the service that stops on it are one incident, named by what customers miss", () => {
  const one = {
    subject: "service:shop",
    signalIds: ["disk", "down"],
    quiet: false,
    severity: "critical",
    incidentId: null,
  };
  assert.deepEqual(folded([disk, down(2 * minuteMs)]), [one]);
});

test("what was wrong with the host long before, or on another host, stays an incident of its own", () => {
  assert.deepEqual(subjects([disk, down(20 * minuteMs)]), ["host:web1", "service:shop"]);
  assert.deepEqual(subjects([{ ...disk, subject: "host:web2" }, down(minuteMs)]), ["host:web2", "service:shop"]);
});

test("of one host together, and quiet while it only informs", () => {
  const info = signal("path", "host:web1", { openedMs: minuteMs, kind: "path", severity: "info" });
  const one = { subject: "host:web1", quiet: false, severity: "warning", incidentId: null };
  assert.deepEqual(folded([disk, info]), [{ ...one, signalIds: ["disk", "path"] }]);
  assert.deepEqual(folded([info]), [{ ...one, signalIds: ["path"], quiet: true, severity: "info" }]);
});

test("people's word about a service belongs to that service's outage, and alone is quiet", () => {
  const people = signal("people", "service:shop", { openedMs: minuteMs, kind: "people", severity: "info" });
  assert.deepEqual(folded([down(0), people]), [
    { subject: "service:shop", signalIds: ["down", "people"], quiet: false, severity: "critical", incidentId: null },
  ]);
  assert.deepEqual((folded([people]) as { quiet: boolean }[])[0]?.quiet, true);
});

test("what is one incident in the ledger stays one, however far apart its signals began", () => {
  const late = { ...down(30 * minuteMs), incidentId: 7 };
  assert.deepEqual(folded([{ ...disk, incidentId: 7 }, late], [{ id: 7, subject: "service:shop" }]), [
    { subject: "service:shop", signalIds: ["disk", "down"], quiet: false, severity: "critical", incidentId: 7 },
  ]);
});
