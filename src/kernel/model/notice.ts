import type { Stamp } from "../clock.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Incident } from "./incident.ts";
import type { Signal } from "./signal.ts";

/** What a channel is asked to say about an incident. */
export const noticeKinds = [
  "opened",
  "updated",
  "diagnosed",
  "acknowledged",
  "escalated",
  "resolved",
  "unstable",
  "still-down",
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What a channel is asked to say about a window: something is left when the work is over; it is over, with what was held. */
export const windowNoticeKinds = ["after-maintenance", "maintenance-over"] as const;
export type WindowNoticeKind = (typeof windowNoticeKinds)[number];

export const deliveryStates = ["pending", "sending", "sent", "failed", "given-up", "held", "superseded"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One row of the outbox: one notice to one person by one channel. Sent at least once, shown once by its `id`. */
export interface Delivery {
  /** idempotency key: the same fact, person and channel always give the same id */
  readonly id: string;
  /** null: it is about a window */
  readonly incidentId: number | null;
  /** left out: it is about an incident */
  readonly windowId?: number;
  readonly kind: NoticeKind | WindowNoticeKind;
  readonly channel: string;
  /** person's key; `*` for a channel that has no people, like a webhook */
  readonly recipient: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Stamp;
  /** not before this moment */
  readonly dueAt: Stamp;
  readonly sentAt: Stamp | null;
  readonly lastError: string | null;
  /** the snapshot the text is made from, JSON */
  readonly snapshot: unknown;
}

/** Why a notice was not delivered, and whether trying again can help. */
export interface Undelivered {
  readonly reason: "auth" | "rate-limited" | "server" | "client" | "timeout" | "network" | "not-configured";
  readonly retryable: boolean;
  readonly text: string;
  /** what the far side asked us to wait, if it did */
  readonly retryAfterMs?: number;
}

/** The facts a notice is written from, frozen when it was queued, so that every retry says the same. */
export interface NoticeSnapshot {
  readonly kind: NoticeKind;
  readonly incident: Incident;
  readonly signals: readonly Signal[];
  /** service keys that are confirmed up at this moment */
  readonly working: readonly string[];
  /** what happens if nobody acts, in order */
  readonly next: readonly { readonly at: Stamp; readonly tell: string; readonly by: readonly string[] }[];
  /** for `acknowledged`, `resolved`, `escalated`: who or what did it; person's key or `auto` */
  readonly by: string | null;
  /** the last notes people wrote, newest last, at most 3 */
  readonly notes: readonly { readonly at: Stamp; readonly actor: string; readonly text: string }[];
  /** what the public page says, and since when; null without a page */
  readonly page: { readonly at: Stamp; readonly verified: boolean } | null;
  readonly at: Stamp;
  /** as far as it had come; left out where there was none */
  readonly diagnosis?: Diagnosis | null;
}
