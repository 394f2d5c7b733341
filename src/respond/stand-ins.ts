import { isOpen } from "../kernel/model/incident.ts";
import type { Delivery, NoticeSnapshot } from "../kernel/model/notice.ts";
import type { Person, Site } from "../kernel/model/site.ts";
import type { WindowNews } from "../words/window-mail.ts";
import { channelsNamedFor, inRoom, roomsOf, wakesPeople, waysTo, type Recipient } from "./audience.ts";
import { deliveryFacts, everyone } from "./delivery-id.ts";
import { patience } from "./outbox-plan.ts";
import { aboutWindow } from "./window-notices.ts";

export interface Trouble {
  readonly site: Site;
  /** the one that does not get through */
  readonly delivery: Delivery;
  /** every delivery of the same notice, this one included */
  readonly same: readonly Delivery[];
  /** ids of those that have waited too long */
  readonly overdue: ReadonlySet<string>;
}

/** True when this delivery may still do it by itself. */
function isSound({ overdue }: Trouble, { id, state, attempts }: Delivery): boolean {
  if (state === "sent") return true;
  return (
    state !== "failed" &&
    state !== "given-up" &&
    state !== "superseded" &&
    attempts < patience.attempts &&
    !overdue.has(id)
  );
}

/** The other ways the same notice is on to whoever this delivery was for. */
function others({ delivery, same }: Trouble): Delivery[] {
  const isFor = ({ recipient }: Delivery): boolean =>
    delivery.recipient === everyone || recipient === delivery.recipient || recipient === everyone;
  return same.filter((other) => other.id !== delivery.id && isFor(other));
}

/** True when the notice has arrived another way, or is on its way there without trouble. */
export function isCovered(trouble: Trouble): boolean {
  return others(trouble).some((other) => isSound(trouble, other));
}

/**
 * Who else is told when a delivery does not get through: the person by their next channel, a room no one is in yet when
 * they have none left; for a room another room, then the people themselves. Nobody when it is covered already by a
 * channel of theirs.
 */
export function standInsFor(trouble: Trouble): Recipient[] {
  const { site, delivery } = trouble;
  const used = new Set(
    others(trouble)
      .map(({ channel }) => channel)
      .concat(delivery.channel),
  );
  const room = roomsOf(site).find((key) => !used.has(key));
  const person = site.people.get(delivery.recipient);
  if (person === undefined) return instead(trouble, room);
  const reached = others(trouble).some((other) => other.recipient === person.key && isSound(trouble, other));
  if (reached || standsInAlready(trouble)) return [];
  const way = wayFor(trouble, person).find((key) => !used.has(key));
  if (way !== undefined) return [{ channel: way, recipient: person.key }];
  return isCovered(trouble) || room === undefined ? [] : [inRoom(room)];
}

/** A sound delivery that was queued just because this one failed. */
function standsInAlready(trouble: Trouble): boolean {
  return others(trouble).some(
    (other) => deliveryFacts(other).insteadOf === trouble.delivery.channel && isSound(trouble, other),
  );
}

function instead(trouble: Trouble, room: string | undefined): Recipient[] {
  if (isCovered(trouble)) return [];
  if (room !== undefined) return [inRoom(room)];
  if (isForRoomsAlone(trouble.delivery)) return [];
  return [...trouble.site.people.values()].flatMap((person) => {
    const way = wayFor(trouble, person)[0];
    const tried = trouble.same.some(({ recipient }) => recipient === person.key);
    return way === undefined || tried ? [] : [{ channel: way, recipient: person.key }];
  });
}

function isForRoomsAlone({ windowId, snapshot }: Delivery): boolean {
  if (windowId !== undefined) return false;
  const { incident } = snapshot as NoticeSnapshot;
  return !wakesPeople(incident) && isOpen(incident);
}

function wayFor({ site, delivery }: Trouble, person: Person): string[] {
  const { windowId, snapshot } = delivery;
  const about = windowId === undefined ? (snapshot as NoticeSnapshot).incident : aboutWindow(snapshot as WindowNews);
  return waysTo(site, person, { by: channelsNamedFor(site, person), incident: about });
}
