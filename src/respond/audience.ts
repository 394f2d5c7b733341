import type { Channel } from "../kernel/model/channel.ts";
import { kindOf, nameOf } from "../kernel/model/component.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Delivery, DeliveryState, NoticeKind } from "../kernel/model/notice.ts";
import type { EscalationStep, Person, Site } from "../kernel/model/site.ts";
import { channelOf } from "./channels/index.ts";
import { everyone } from "./delivery-id.ts";
import { stepServes } from "./incidents/snapshot.ts";

/** One end of a line: a person by a channel, or a room. */
export interface Recipient {
  readonly channel: string;
  /** person's key, or `*` */
  readonly recipient: string;
}

interface Line {
  readonly key: string;
  readonly channel: Channel;
}

/** The policy of the site, as it stands in the file. */
export function policyOf(site: Site): readonly EscalationStep[] {
  return site.notify.escalate.get("default") ?? [];
}

function linesOf(site: Site): Line[] {
  return [...site.notify.channels].flatMap(([key, spec]) => {
    const channel = channelOf(spec.kind);
    return channel === undefined ? [] : [{ key, channel }];
  });
}

/**
 * The channels that reach a person, best first: those of `by` in their order, then any other. A channel that is itself
 * the subject of the incident comes last: the news that it is broken should not go through it.
 */
export function waysTo(site: Site, person: Person, { by, incident }: Wanted): string[] {
  const broken = kindOf(incident.subject) === "channel" ? nameOf(incident.subject) : null;
  const rank = (key: string): number => (key === broken ? 2 : by.includes(key) ? 0 : 1);
  return linesOf(site)
    .filter(({ channel }) => channel.audience === "person" && channel.reaches(person))
    .map(({ key }) => key)
    .sort((a, b) => rank(a) - rank(b) || by.indexOf(a) - by.indexOf(b));
}

interface Wanted {
  /** channel keys, in order of preference */
  readonly by: readonly string[];
  readonly incident: Pick<Incident, "subject">;
}

/** Rooms are heard by everyone in them and wake nobody: chats, machines. */
export function roomsOf(site: Site): string[] {
  return linesOf(site)
    .filter(({ channel }) => channel.audience === "room")
    .map(({ key }) => key);
}

/** Rooms that no step names: they follow every incident from its first moment to its last. */
export function feedsOf(site: Site): Recipient[] {
  const named = new Set(policyOf(site).flatMap((step) => step.by));
  return roomsOf(site)
    .filter((key) => !named.has(key))
    .map(inRoom);
}

export function inRoom(channel: string): Recipient {
  return { channel, recipient: everyone };
}

/** What a notice is about, as far as its way depends on it. */
export type About = Pick<Incident, "subject" | "quiet" | "severity">;

/**
 * Whom one step tells: its person by the best channel that reaches them, and every room it names. A person nothing
 * reaches is told by the first channel named all the same, so that the failure is seen and goes over to another.
 */
export function toldByStep(site: Site, step: EscalationStep, incident: About): Recipient[] {
  const rooms = roomsOf(site)
    .filter((key) => step.by.includes(key))
    .map(inRoom);
  const person = step.tell === null ? undefined : site.people.get(step.tell);
  if (person === undefined || !wakesPeople(incident)) return rooms;
  const way = waysTo(site, person, { by: step.by, incident })[0];
  if (way !== undefined) return [{ channel: way, recipient: person.key }, ...rooms];
  const unreachable = step.by.find((key) => site.notify.channels.has(key));
  if (rooms.length > 0 || unreachable === undefined) return rooms;
  return [{ channel: unreachable, recipient: person.key }];
}

/** Quiet incidents and mere information are written down and shown to rooms; no person is told of them. */
export function wakesPeople(incident: Pick<Incident, "quiet" | "severity">): boolean {
  return !incident.quiet && incident.severity !== "info";
}

/** Whom the steps that are due at once tell of a new incident, and every feed. */
export function toldAtOnce(site: Site, incident: Incident): Recipient[] {
  const steps = policyOf(site).filter((step) => step.afterMs === 0 && stepServes(step, incident.severity));
  return unique([...steps.flatMap((step) => toldByStep(site, step, incident)), ...feedsOf(site)]);
}

const untold: ReadonlySet<DeliveryState> = new Set(["failed", "given-up", "superseded"]);

/** Everyone who was told of the incident, by the channel they were told by, and every feed. */
export function toldBefore(site: Site, deliveries: readonly Delivery[]): Recipient[] {
  const told = deliveries
    .filter(({ state, channel }) => !untold.has(state) && site.notify.channels.has(channel))
    .map(({ channel, recipient }) => ({ channel, recipient }));
  return unique([...told, ...feedsOf(site)]);
}

interface FollowUp {
  readonly site: Site;
  readonly incident: Incident;
  readonly kind: NoticeKind;
  readonly deliveries: readonly Delivery[];
}

/** Whom a notice that follows the first one goes to. An incident handed over is also told to who has it now. */
export function toldAfterwards({ site, incident, kind, deliveries }: FollowUp): Recipient[] {
  const told = toldBefore(site, deliveries);
  if (kind === "unstable" && !deliveries.some(({ recipient }) => recipient !== everyone)) {
    return unique([...told, ...toldAtOnce(site, incident)]);
  }
  const assignee = incident.assignedTo === null ? undefined : site.people.get(incident.assignedTo);
  if (kind !== "updated" || assignee === undefined || told.some(({ recipient }) => recipient === assignee.key))
    return told;
  const way = waysTo(site, assignee, { by: channelsNamedFor(site, assignee), incident })[0];
  return way === undefined ? told : unique([...told, { channel: way, recipient: assignee.key }]);
}

/** The channels the policy names for a person, over all steps. */
export function channelsNamedFor(site: Site, person: Person): string[] {
  return policyOf(site)
    .filter(({ tell }) => tell === person.key)
    .flatMap((step) => step.by);
}

export function unique(recipients: readonly Recipient[]): Recipient[] {
  return recipients.filter(
    (one, index) =>
      recipients.findIndex((other) => other.channel === one.channel && other.recipient === one.recipient) === index,
  );
}
