import { later, stampNow } from "../../src/kernel/clock.ts";
import { randomId } from "../../src/kernel/ids.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import type { NoticeSnapshot } from "../../src/kernel/model/notice.ts";
import type { Signal } from "../../src/kernel/model/signal.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import type { FakeClock } from "../doubles/fake-clock.ts";

const outageVantages = ["here", "東京", "事務所"];

const refusedText = "connect ECONNREFUSED 192.0.2.10:443";

/** An outage of the shop as the hub would have written it down: signal, incident, notice and timeline. */
export async function recordOutage({
  ledger,
  clock,
  incident: change,
}: {
  ledger: Ledger;
  clock: FakeClock;
  incident: Partial<Incident>;
}): Promise<Incident> {
  const now = stampNow(clock);
  const startedAt = later(now, -19 * 60_000);
  const signal: Signal = {
    id: `signal-${randomId()}`,
    kind: "down",
    subject: "service:shop",
    checkId: "shop/http",
    severity: "critical",
    openedAt: later(startedAt, 4_000),
    startedAt,
    closedAt: null,
    layer: "connect",
    error: { code: "refused", text: refusedText },
    failingFrom: outageVantages,
    workingFrom: [],
    facts: {},
  };
  return ledger.transaction(async (tx) => {
    const incident = await tx.insertIncident({
      state: "investigating",
      severity: "critical",
      quiet: false,
      flapping: false,
      subject: "service:shop",
      services: ["shop"],
      affected: [{ component: "service:app", because: "service:shop" }],
      scope: {
        id: "service",
        reach: "everyone",
        failingFrom: outageVantages,
        workingFrom: [],
        reasons: [{ code: "all-vantages-fail", facts: {} }],
      },
      startedAt,
      detectedAt: signal.openedAt,
      acknowledgedAt: null,
      acknowledgedBy: null,
      assignedTo: null,
      resolvedAt: null,
      resolvedBy: null,
      ...change,
    });
    const { id } = incident;
    if (incident.resolvedAt === null) await tx.insertSignal(signal, id);
    await tx.append({
      kind: "incident.opened",
      actor: "koboshi",
      incidentId: id,
      data: { subject: incident.subject, severity: "critical", quiet: false },
    });
    const next = [{ at: later(now, 10 * 60_000), tell: "sato", by: ["mail"] }];
    const snapshot: Pick<NoticeSnapshot, "next"> = { next };
    await tx.enqueue({
      id: `notice-${id}`,
      incidentId: id,
      kind: "opened",
      channel: "mail",
      recipient: "yamada",
      state: "sent",
      attempts: 1,
      createdAt: signal.openedAt,
      dueAt: signal.openedAt,
      sentAt: later(signal.openedAt, 1_000),
      lastError: null,
      snapshot,
    });
    await tx.append({
      kind: "notice.sent",
      actor: "koboshi",
      incidentId: id,
      data: { recipient: "yamada", channel: "mail" },
    });
    return incident;
  });
}
