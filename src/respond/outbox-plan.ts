import { createHash } from "node:crypto";
import { elapsedMs, remainingMs, type Clock } from "../kernel/clock.ts";
import type { Delivery, Undelivered } from "../kernel/model/notice.ts";

const firstRetryMs = 2_000;
const longestRetryMs = 10 * 60_000;
const longestAskedWaitMs = 60 * 60_000; // a far side that asks for more is tried all the same
const jitterRatio = 0.2;
const atOncePerChannel = 4; // so that one recipient's slow server does not keep the others waiting
const giveUpAfterMs = 24 * 60 * 60_000;

/** Failed attempts after which, and how long a due notice may wait until, another channel is asked as well. */
export const patience = { attempts: 2, waitMs: 15_000 };

/** How long until the next attempt: doubling, spread by the delivery's own id, at least as long as the far side asked. */
export function retryWaitMs(delivery: Pick<Delivery, "id" | "attempts">, error: Undelivered): number {
  const doubledMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(20, Math.max(0, delivery.attempts - 1)));
  const [byte = 0] = createHash("sha256").update(`${delivery.id}#${delivery.attempts}`).digest();
  const spreadMs = Math.round(doubledMs * (1 + jitterRatio * ((2 * byte) / 255 - 1)));
  return Math.max(spreadMs, Math.min(error.retryAfterMs ?? 0, longestAskedWaitMs));
}

/** True when a notice has been tried for so long that it is no news any more. */
export function isTooOld(clock: Clock, delivery: Pick<Delivery, "createdAt">): boolean {
  const { bootId } = clock;
  const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), bootId };
  return elapsedMs(delivery.createdAt, now) >= giveUpAfterMs;
}

/** One recipient by one channel: what goes here goes in order. */
function laneOf({ channel, recipient }: Pick<Delivery, "channel" | "recipient">): string {
  return JSON.stringify([channel, recipient]);
}

/**
 * Which deliveries to start now. In each lane one at a time and in order; a notice that waits for its next attempt keeps
 * back later ones of the same incident or window, not those of others. Held ones keep nothing back.
 * @param unsent oldest first
 * @param inFlight the ones being sent now
 */
export function startable(unsent: readonly Delivery[], inFlight: readonly Delivery[], clock: Clock): Delivery[] {
  const busyLanes = new Set(inFlight.map(laneOf));
  const perChannel = new Map<string, number>();
  for (const { channel } of inFlight) perChannel.set(channel, (perChannel.get(channel) ?? 0) + 1);
  const keptBack = new Set<string>();
  const chosen: Delivery[] = [];
  for (const delivery of unsent) {
    const lane = laneOf(delivery);
    const inOrder = JSON.stringify([lane, delivery.incidentId, delivery.windowId]);
    const count = perChannel.get(delivery.channel) ?? 0;
    if (remainingMs(clock, delivery.dueAt) > 0) {
      if (delivery.state !== "held") keptBack.add(inOrder);
      continue;
    }
    if (busyLanes.has(lane) || keptBack.has(inOrder) || count >= atOncePerChannel) continue;
    busyLanes.add(lane);
    perChannel.set(delivery.channel, count + 1);
    chosen.push(delivery);
  }
  return chosen;
}

/** Milliseconds until the next delivery falls due by itself; null when none will. */
export function nextDueMs(unsent: readonly Delivery[], clock: Clock): number | null {
  const waits = unsent.map(({ dueAt }) => remainingMs(clock, dueAt)).filter((ms) => ms > 0);
  return waits.length === 0 ? null : Math.min(...waits);
}
