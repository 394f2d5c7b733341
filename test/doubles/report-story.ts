import { later, type Stamp } from "../../src/kernel/clock.ts";
import type { EventKind, LedgerEvent } from "../../src/kernel/event.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import type { Signal } from "../../src/kernel/model/signal.ts";
import type { ReportFacts } from "../../src/inform/reports/facts.ts";
import { noticeSite } from "./notice-site.ts";

const start: Stamp = { atMs: Date.UTC(2026, 10, 21, 17, 12, 0), monotonicMs: 1_000_000, bootId: "boot" };
const minutes = (count: number): Stamp => later(start, count * 60_000);

/** Words of machines and people that no customer may read. */
export const insideWords = ["web1", "203.0.113.10", "ECONNREFUSED", "山田", "yamada", "ディスクを掃除中", "shop/http"];

function event(seq: number, kind: EventKind, given: { after: number; data?: Record<string, unknown> }): LedgerEvent {
  const actor = kind === "incident.noted" ? "person:yamada" : "koboshi";
  return { seq, kind, actor, incidentId: 241, data: given.data ?? {}, at: minutes(given.after) };
}

/** The shop was down for 46 minutes in the night; mail went on. */
export function shopStory(given: Partial<Incident> = {}): ReportFacts {
  const incident: Incident = {
    id: 241,
    state: "resolved",
    severity: "critical",
    quiet: false,
    flapping: false,
    subject: "service:shop",
    services: ["shop"],
    affected: [],
    scope: { id: "service", reach: "everyone", failingFrom: ["here", "office"], workingFrom: [], reasons: [] },
    startedAt: start,
    detectedAt: minutes(1),
    acknowledgedAt: minutes(4),
    acknowledgedBy: "yamada",
    assignedTo: "yamada",
    resolvedAt: minutes(46),
    resolvedBy: "auto",
    ...given,
  };
  const signal: Signal = {
    id: "s1",
    kind: "down",
    subject: "service:shop",
    checkId: "shop/http",
    severity: "critical",
    openedAt: minutes(1),
    startedAt: start,
    closedAt: minutes(46),
    layer: "connect",
    error: { code: "refused", text: "connect ECONNREFUSED 203.0.113.10:443" },
    failingFrom: ["here", "office"],
    workingFrom: [],
    facts: {},
  };
  return {
    site: noticeSite({ channels: [] }),
    incident,
    at: minutes(60),
    signals: [{ ...signal, incidentId: 241 }],
    timeline: [
      event(1, "incident.opened", { after: 1, data: { subject: "service:shop", severity: "critical" } }),
      event(2, "page.published", { after: 2, data: { target: "cloud" } }),
      event(3, "incident.acknowledged", { after: 4, data: { by: "yamada" } }),
      event(4, "incident.noted", { after: 19, data: { text: "ディスクを掃除中" } }),
      event(5, "incident.resolved", { after: 46, data: { by: "auto" } }),
    ],
    deliveries: [],
    hit: ["shop"],
    untouched: ["mail"],
    lastedMs: 46 * 60_000,
    changes: [{ id: 1, kind: "change", text: "httpd updated on web1", actor: "person:yamada", at: minutes(-8) }],
    restores: [],
    recoveries: [],
    similar: [],
    confirmedCause: null,
  };
}
