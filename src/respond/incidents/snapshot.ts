import { later, stampNow, type Clock } from "../../kernel/clock.ts";
import { nameOf, kindOf } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { NoticeKind, NoticeSnapshot } from "../../kernel/model/notice.ts";
import type { Severity, Signal } from "../../kernel/model/signal.ts";
import type { EscalationStep, Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { LedgerReads } from "../../storage/ledger/ledger.ts";

const notesShown = 3;
const severityOrder: readonly Severity[] = ["info", "warning", "critical"];

/** True when a step meant for `only` (or for anything) also serves an incident of this severity. */
export function stepServes(step: EscalationStep, severity: Severity): boolean {
  return step.only === null || severityOrder.indexOf(severity) >= severityOrder.indexOf(step.only);
}

interface SnapshotInput {
  readonly reads: LedgerReads;
  readonly clock: Clock;
  readonly site: Site;
  readonly checks: readonly CheckStatus[];
  readonly kind: NoticeKind;
  readonly incident: Incident;
  readonly by: string | null;
}

/** The facts of this moment that a notice is written from. */
export async function noticeSnapshot(input: SnapshotInput): Promise<NoticeSnapshot> {
  const { reads, clock, site, incident, kind } = input;
  const signals: readonly Signal[] = await reads.signalsOf(incident.id);
  return {
    kind,
    incident,
    signals,
    working: workingServices(site, input.checks, incident),
    next: nextSteps(site, incident),
    by: input.by,
    notes: await lastNotes(reads, incident.id),
    page: await pageState(reads, site),
    at: stampNow(clock),
    diagnosis: (await reads.newestDiagnosis(incident.id))?.diagnosis ?? null,
  };
}

/** Services all of whose checks are confirmed good, which the incident does not touch and which need nothing it touches. */
function workingServices(site: Site, checks: readonly CheckStatus[], incident: Incident): string[] {
  const suffering = incident.affected.map(({ component }) => component).filter((id) => kindOf(id) === "service");
  const touched = withDependents(site, new Set([...incident.services, ...suffering.map(nameOf)]));
  return [...site.services.keys()].filter((key) => {
    const own = checks.filter((check) => check.service === key);
    return !touched.has(key) && own.length > 0 && own.every((check) => check.state === "ok");
  });
}

/** What needs a failed service may still look well for a moment; nobody is told that it works. */
function withDependents(site: Site, failed: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(failed);
  for (let before = -1; before < all.size;) {
    before = all.size;
    for (const { key, needs } of site.services.values()) if (needs.some((need) => all.has(need))) all.add(key);
  }
  return all;
}

function nextSteps(site: Site, incident: Incident): NoticeSnapshot["next"] {
  if (incident.quiet || incident.acknowledgedAt !== null) return [];
  return (site.notify.escalate.get("default") ?? [])
    .filter((step) => step.afterMs > 0 && step.tell !== null && stepServes(step, incident.severity))
    .map((step) => ({ at: later(incident.detectedAt, step.afterMs), tell: step.tell ?? "", by: step.by }));
}

async function lastNotes(reads: LedgerReads, incidentId: number): Promise<NoticeSnapshot["notes"]> {
  const timeline = await reads.timeline(incidentId);
  return timeline
    .filter((event) => event.kind === "incident.noted")
    .slice(-notesShown)
    .map((event) => ({ at: event.at, actor: event.actor, text: noteText(event.data["text"]) }));
}

function noteText(text: unknown): string {
  return typeof text === "string" ? text : "";
}

async function pageState(reads: LedgerReads, site: Site): Promise<NoticeSnapshot["page"]> {
  if (site.statusPage === null || site.statusPage.publish.length === 0) return null;
  const verified = (await reads.publications())
    .map((publication) => publication.verifiedAt)
    .filter((at) => at !== null)
    .toSorted((a, b) => b.atMs - a.atMs)[0];
  return verified === undefined ? null : { at: verified, verified: true };
}
