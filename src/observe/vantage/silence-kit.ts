import type { Site, VantageSpec } from "../../kernel/model/site.ts";
import { writeSpec } from "./spec-text.ts";
import type { SilenceKit } from "./wire.ts";

const mostPeople = 50;

/** A vantage that has joined mails by itself unless the configuration says no. */
function mayTell({ token, tellsIfSilent }: VantageSpec): boolean {
  return tellsIfSilent ?? token !== null;
}

/**
 * What a vantage needs to mail by itself, its password opened: only for the vantage it is meant for. Told are those whom
 * the usual escalation tells by that channel. @returns null when it must not, or nobody could be told by mail
 */
export function silenceKitOf(site: Site, vantage: string): SilenceKit | null {
  const spec = site.vantages.get(vantage);
  const channel = [...site.notify.channels.values()].find(({ kind }) => kind === "mail");
  if (spec === undefined || !mayTell(spec) || channel === undefined) return null;
  const steps = site.notify.escalate.get("default") ?? [];
  const told = new Set(steps.filter(({ by }) => by.includes(channel.key)).map(({ tell }) => tell));
  const people = [...site.people.values()].flatMap(({ key, name, mail, lang }) =>
    mail !== null && told.has(key) ? [{ name, mail, lang }] : [],
  );
  if (people.length === 0) return null;
  return { site: site.name, timeZone: site.timeZone, channel: writeSpec(channel), people: people.slice(0, mostPeople) };
}
