import type { Stamp } from "../../../src/kernel/clock.ts";
import type { NewEvent } from "../../../src/kernel/event.ts";
import type { Incident } from "../../../src/kernel/model/incident.ts";
import type { Delivery } from "../../../src/kernel/model/notice.ts";
import type { Signal } from "../../../src/kernel/model/signal.ts";

export const noon: Stamp = { atMs: Date.UTC(2026, 10, 22, 3), monotonicMs: 1234.567, bootId: "boot-1" };
export const night: Stamp = { atMs: Date.UTC(2026, 10, 22, 14), monotonicMs: 99_999.001, bootId: "boot-2" };

export const incident: Omit<Incident, "id"> = {
  state: "investigating",
  severity: "critical",
  quiet: false,
  flapping: true,
  subject: "service:shop",
  services: ["shop", "決済"],
  affected: [{ component: "service:mail", because: "service:shop" }],
  scope: {
    id: "service",
    reach: "everyone",
    failingFrom: ["here", "事務所"],
    workingFrom: [],
    reasons: [{ code: "all-vantages-fail", facts: { count: 2, vantages: ["here", "事務所"] } }],
  },
  startedAt: noon,
  detectedAt: night,
  acknowledgedAt: null,
  acknowledgedBy: null,
  assignedTo: null,
  resolvedAt: null,
  resolvedBy: null,
};

export const signal: Signal = {
  id: "signal-1",
  kind: "down",
  subject: "service:shop",
  checkId: "shop/http:www.example.jp",
  severity: "critical",
  openedAt: night,
  startedAt: noon,
  closedAt: null,
  layer: "application",
  error: { code: "status", text: "502 Bad Gateway: 上流のサーバーから不正な応答\0\u001b[31m" },
  failingFrom: ["here"],
  workingFrom: ["office"],
  facts: { status: 502, banner: "nginx", redirected: false, sizes: [1, 2.5, "三"], none: null },
};

export function delivery(id: string, incidentId: number): Delivery {
  return {
    id,
    incidentId,
    kind: "opened",
    channel: "mail",
    recipient: "yamada",
    state: "pending",
    attempts: 0,
    createdAt: noon,
    dueAt: night,
    sentAt: null,
    lastError: null,
    snapshot: { title: "ショップに接続できません", services: ["shop"], at: noon },
  };
}

export function event(incidentId: number | null, text = "様子を見ています"): NewEvent {
  return { kind: "incident.noted", actor: "person:yamada", incidentId, data: { text, attempt: 1 } };
}
