import type { Delivery } from "../kernel/model/notice.ts";

/** The recipient of a channel that has no people. */
export const everyone = "*";

export interface DeliveryFacts {
  /** null: it is about a window */
  readonly incidentId: number | null;
  readonly windowId?: number;
  readonly kind: Delivery["kind"];
  /** tells this notice from others of the same kind about the same incident: the step it belongs to, the event it follows */
  readonly fact: string;
  readonly channel: string;
  /** person's key, or `*` */
  readonly recipient: string;
  /** the channel it stands in for; null when it is the one that was meant */
  readonly insteadOf: string | null;
}

/** The idempotency key: `241/opened/0s/mail/yamada`, of a window `window-12/maintenance-over/v1/mail/yamada`, standing in for another channel `241/opened/0s/hook/*`, with `/for/mail` behind`. */
export function deliveryId({ incidentId, windowId, kind, fact, channel, recipient, insteadOf }: DeliveryFacts): string {
  const about = windowId === undefined ? String(incidentId) : `window-${windowId}`;
  const parts = [about, kind, fact, channel, recipient, ...(insteadOf === null ? [] : ["for", insteadOf])];
  return parts.map(encodeURIComponent).join("/");
}

export function deliveryFacts(
  delivery: Pick<Delivery, "id" | "incidentId" | "windowId" | "kind" | "channel" | "recipient">,
): DeliveryFacts {
  const [, , fact = "", , , , insteadOf] = delivery.id.split("/").map(decodeURIComponent);
  const { incidentId, windowId, kind, channel, recipient } = delivery;
  const about = windowId === undefined ? { incidentId } : { incidentId, windowId };
  return { ...about, kind, fact, channel, recipient, insteadOf: insteadOf ?? null };
}

/** True when both say the same thing, by whatever channel and to whomever. */
export function sameNotice(a: Delivery, b: Delivery): boolean {
  const isAboutTheSame = a.incidentId === b.incidentId && a.windowId === b.windowId;
  return isAboutTheSame && a.kind === b.kind && deliveryFacts(a).fact === deliveryFacts(b).fact;
}
