import type { Stamp } from "./clock.ts";

/**
 * Everything that happens. Appended in the transaction that changes the state it tells of; the timeline, the report and
 * the audit log read nothing else. Kinds are never renamed or reused.
 */
export const eventKinds = [
  "hub.started",
  "hub.stopped",
  "config.applied",
  "config.refused",
  "clock.jumped",
  "vantage.joined",
  "vantage.revoked",
  "vantage.blind",
  "vantage.sighted",
  "signal.opened",
  "signal.changed",
  "signal.closed",
  "incident.opened",
  "incident.updated",
  "incident.acknowledged",
  "incident.assigned",
  "incident.noted",
  "incident.escalated",
  "incident.flapping",
  "incident.settled",
  "incident.resolved",
  "incident.cause-confirmed",
  "diagnosis.asked",
  "diagnosis.ended",
  "notice.queued",
  "notice.sent",
  "notice.failed",
  "notice.given-up",
  "notice.superseded",
  "page.published",
  "page.publish-failed",
  "change.noted",
  "window.noted",
  "restore.noted",
  "session.opened",
  "session.closed",
  "session.refused",
  "account.created",
  "account.changed",
  "account.removed",
  "token.created",
  "token.revoked",
  "config.edited",
  "check.paused",
  "check.resumed",
  "channel.tested",
  "job.key-made",
  "job.created",
  "job.paused",
  "job.resumed",
  "hardware.certificate-kept",
  "hardware.certificate-trusted",
  "provider-notice.received",
  "provider-notice.changed",
  "provider-notice.confirmed",
  "provider-notice.rejected",
  "report.saved",
  "report.published",
  "watchdog.failed",
  "watchdog.recovered",
  "peer.silent",
  "peer.heard",
  "host.key-seen",
  "host.key-confirmed",
  "host.rebooted",
  "host.machine-changed",
  "path.changed",
  "backup.started",
  "backup.committed",
  "backup.partial",
  "backup.failed",
  "backup.verified",
  "backup.proof",
  "backup.accepted",
  "backup.tidied",
  "restore.started",
  "restore.ended",
  "drill.started",
  "drill.ended",
  "repair.offered",
  "repair.approved",
  "repair.refused",
  "repair.withdrawn",
  "repair.step",
  "repair.done",
  "repair.failed",
  "repair.unknown",
  "window.planned",
  "window.moved",
  "window.changed",
  "window.cancelled",
  "window.preparing",
  "window.snapshot-taken",
  "window.snapshot-failed",
  "window.started",
  "window.host-rebooted",
  "window.host-paused",
  "window.other-machine",
  "window.lost-again",
  "window.back",
  "window.never-went-down",
  "window.overrun",
  "window.reopened",
  "window.done",
  "window.checked",
  "window.signed",
  "window.closed",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Who did it: `koboshi`, `person:yamada`, `vantage:office`, `token:NAME`. */
export type Actor = "koboshi" | `person:${string}` | `vantage:${string}` | `token:${string}`;

export interface NewEvent {
  readonly kind: EventKind;
  readonly actor: Actor;
  readonly incidentId: number | null;
  /** facts of this kind of event, JSON */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LedgerEvent extends NewEvent {
  /** 1, 2, 3 … without gaps, in order of commit */
  readonly seq: number;
  readonly at: Stamp;
}
