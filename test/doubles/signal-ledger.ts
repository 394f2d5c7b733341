import assert from "node:assert/strict";
import { foldSignals } from "../../src/detect/index.ts";
import type { Stamp } from "../../src/kernel/clock.ts";
import type { Graph } from "../../src/kernel/graph.ts";
import { componentId, type ComponentId } from "../../src/kernel/model/component.ts";
import type { FoldedIncident, Folding, PlacedSignal } from "../../src/kernel/ports.ts";

type FoldInput = Parameters<typeof foldSignals>[0];

export const minuteMs = 60_000;

export function at(ms: number): Stamp {
  return { atMs: 1_000_000_000 + ms, monotonicMs: 5_000_000 + ms, bootId: "boot-1" };
}

/** One that the detector confirmed; a bare name is a service. */
export function placedSignal(subject: string, openedMs: number, fields: Partial<PlacedSignal> = {}): PlacedSignal {
  const kind = fields.kind ?? "down";
  return {
    id: `${subject}@${openedMs}`,
    kind,
    subject: (subject.includes(":") ? subject : componentId("service", subject)) as ComponentId,
    checkId: `${subject}/1`,
    severity: kind === "down" ? "critical" : kind === "partial" ? "info" : "warning",
    openedAt: at(openedMs),
    startedAt: at(openedMs - 2_000),
    closedAt: null,
    layer: "connect",
    error: { code: "refused", text: "" },
    failingFrom: ["here"],
    workingFrom: [],
    facts: {},
    incidentId: null,
    ...fields,
  };
}

/** Plays the ledger: signals come one after another, each folding is written down. */
export function signalLedger(graph: Graph, more: Pick<FoldInput, "watched" | "jobs"> = {}) {
  let signals: PlacedSignal[] = [];
  let incidents: { id: number; subject: ComponentId; services: readonly string[] }[] = [];
  let lastId = 0;
  const mergers: string[] = [];
  function fold(nowMs: number): Folding {
    const folding = foldSignals({ graph, signals, incidents, now: at(nowMs), ...more });
    const ended = new Set(folding.merged.map(({ incidentId }) => incidentId));
    mergers.push(...folding.merged.map(({ incidentId, mergedInto }) => `${incidentId} into ${mergedInto}`));
    incidents = incidents.filter(({ id }) => !ended.has(id));
    for (const { incidentId, signalIds, subject, services } of folding.incidents) {
      const id = incidentId ?? ++lastId;
      incidents = [...incidents.filter((incident) => incident.id !== id), { id, subject, services }];
      signals = signals.map((one) => (signalIds.includes(one.id) ? { ...one, incidentId: id } : one));
    }
    return folding;
  }
  return {
    fold,
    mergers,
    comes(one: PlacedSignal, nowMs = one.openedAt.monotonicMs - 5_000_000): Folding {
      signals = [...signals.filter((other) => other.id !== one.id), one];
      return fold(nowMs);
    },
    goes(id: string, nowMs: number): Folding {
      signals = signals.map((one) => (one.id === id ? { ...one, closedAt: at(nowMs) } : one));
      return fold(nowMs);
    },
    incidentOf: (id: string) => signals.find((one) => one.id === id)?.incidentId,
    open: () => incidents.map(({ id, subject }) => `#${id} ${subject}`).toSorted(),
    partition: () => partitionOf(signals),
  };
}

function partitionOf(signals: readonly PlacedSignal[]): string {
  const groups = new Map<number | null, string[]>();
  for (const { id, incidentId, closedAt } of signals) {
    if (closedAt === null) groups.set(incidentId, [...(groups.get(incidentId) ?? []), id]);
  }
  return [...groups.values()]
    .map((ids) => ids.toSorted().join(" "))
    .toSorted()
    .join(" | ");
}

/** The one incident there is. */
export function only(folding: Folding): FoldedIncident {
  assert.equal(folding.incidents.length, 1);
  return folding.incidents[0] as FoldedIncident;
}
