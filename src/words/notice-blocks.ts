import { elapsedMs } from "../kernel/clock.ts";
import { componentId, kindOf, nameOf } from "../kernel/model/component.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Provider, Site } from "../kernel/model/site.ts";
import { fullDateTime, list } from "./format.ts";
import { componentName } from "./incident.ts";
import { jobSignalOf, momentOf, unprobedSentence, type Told } from "./notice-subject.ts";
import { safeLine } from "./one-line.ts";
import { noticeWords } from "./notice-words.ts";
import { layerLine } from "./scope.ts";
import { severityName } from "./states.ts";
import { actorName } from "./timeline.ts";

/** How its reader can take the incident. */
export type AckWay = { readonly by: "link"; readonly url: string } | { readonly by: "command" | "nothing" };

export interface NoticeFacts extends Told {
  readonly site: Site;
  readonly ack: AckWay;
  /** person's key; null for a room */
  readonly reader: string | null;
  /** the channel this one stands in for; null when it is the one that was meant */
  readonly insteadOf: string | null;
}

/** Lines that belong together; an empty block is left out. */
export type Block = readonly string[];

const mostSeen = 4;
const longestNoteChars = 200;

/** Which checks show it, and at which layer they stop. */
export function seenBlock(facts: NoticeFacts, heading: string): Block {
  const { snapshot } = facts;
  const open = snapshot.signals.filter((signal) => signal.closedAt === null);
  const shown = snapshot.incident.resolvedBy === "auto" ? snapshot.signals : open;
  const lines = [...new Set(shown.flatMap((signal) => seenLine(facts, signal)))].slice(0, mostSeen);
  return lines.length === 0 ? [] : [heading, ...lines];
}

function seenLine(facts: NoticeFacts, signal: Signal): readonly string[] {
  const { site, lang } = facts;
  const { checkId, subject, layer, error } = signal;
  const say = noticeWords(lang);
  // the incident of a job itself says so in its first line
  if (signal === jobSignalOf(facts)) return [];
  const beside = unprobedSentence(signal, facts);
  if (beside !== null) return [say.seenLine(componentName(site, whereOf(signal, site), lang), safeLine(beside))];
  if (layer === null) return [];
  const target = site.checks.find(({ id }) => id === checkId)?.target ?? componentName(site, subject, lang);
  return [say.seenLine(safeLine(target), safeLine(layerLine(layer, error, lang)))];
}

/** A job's sentence names the job already: its host stands before it. */
function whereOf({ subject }: Signal, { jobs }: Site): Signal["subject"] {
  const on = kindOf(subject) === "job" ? (jobs.get(nameOf(subject))?.on ?? null) : null;
  return on === null ? subject : componentId("host", on);
}

/** What else is hit, and what is not. */
export function reachBlock({ snapshot, site, lang }: NoticeFacts): Block {
  const say = noticeWords(lang);
  const causes = new Map<string, string[]>();
  for (const { component, because } of snapshot.incident.affected) {
    causes.set(because, [...(causes.get(because) ?? []), componentName(site, component, lang)]);
  }
  const affected = [...causes].map(([because, names]) =>
    say.affected(list(names, lang), componentName(site, because as ReturnType<typeof componentId>, lang)),
  );
  const working = snapshot.working.map((key) => componentName(site, componentId("service", key), lang));
  return [...affected, ...(working.length === 0 ? [] : [say.working(list(working, lang))])];
}

/** The way to take it, and what happens when nobody does. */
export function ackBlock(facts: NoticeFacts): Block {
  const { snapshot, ack, lang, site } = facts;
  const { incident } = snapshot;
  if (incident.acknowledgedAt !== null || incident.resolvedAt !== null) return [];
  const say = noticeWords(lang);
  if (ack.by === "link") return [say.takeIt, ack.url, say.takeItHow, nobodyLine(facts)];
  if (ack.by === "command") return [say.command, `  koboshi ack ${incident.id}`, say.noLink, nobodyLine(facts)];
  return site.url === null
    ? [nobodyLine(facts)]
    : [say.openPage, incidentUrl(site.url, incident.id), nobodyLine(facts)];
}

export function incidentUrl(siteUrl: string, incidentId: number): string {
  return `${siteUrl}/i/${incidentId}`;
}

function nobodyLine({ snapshot, site, lang, reader, ...rest }: NoticeFacts): string {
  const say = noticeWords(lang);
  const coming = snapshot.next.filter(({ at }) => elapsedMs(snapshot.at, at) > 0);
  if (coming.length === 0) return say.nobodyElse;
  const steps = coming.map(({ at, tell, by }) => {
    const told = { snapshot, site, lang, ...rest };
    const who = tell === reader ? say.you : actorName(site, tell, lang);
    const way = by.find((key) => site.notify.channels.has(key));
    return say.step(momentOf(told, at), who, channelName(site, way ?? "mail", lang));
  });
  return say.nobody(steps.join(lang === "ja" ? "、" : ", "));
}

export function channelName(site: Site, key: string, lang: Told["lang"]): string {
  const kind = site.notify.channels.get(key)?.kind ?? key;
  return kind === "mail" ? noticeWords(lang).mail : key;
}

/** What customers see, when the page shows anything of what is hit. */
export function customerBlock(facts: NoticeFacts): Block {
  const { snapshot, site, lang } = facts;
  const { incident, page } = snapshot;
  const hit = new Set([...incident.services, ...incident.affected.map(({ component }) => nameOf(component))]);
  const isShown = site.statusPage?.show.some((key) => hit.has(key)) === true;
  if (!isShown || incident.quiet) return [];
  const say = noticeWords(lang);
  const current = page !== null && page.verified && elapsedMs(incident.resolvedAt ?? incident.detectedAt, page.at) > 0;
  if (!current) return [say.telling];
  const time = momentOf(facts, page.at);
  return [incident.resolvedAt === null ? say.told(time) : say.toldEnd(time)];
}

export function notesBlock(facts: NoticeFacts): Block {
  const { snapshot, site, lang } = facts;
  const say = noticeWords(lang);
  const lines = snapshot.notes.map(({ at, actor, text }) => {
    const line = safeLine(text);
    const bounded = line.length > longestNoteChars ? `${line.slice(0, longestNoteChars)}…` : line;
    return say.note(momentOf(facts, at), actorName(site, actor, lang), bounded);
  });
  return lines.length === 0 ? [] : [say.notes, ...lines];
}

/** Whom to call when koboshi itself cannot be reached: the providers below what is hit. */
export function offlineBlock({ snapshot, site, lang }: NoticeFacts): Block {
  const say = noticeWords(lang);
  const lines = providersOf(site, snapshot.incident.subject).flatMap(({ provider, account }) => {
    const { support, links } = provider;
    const id = support.account ?? account;
    const known = support.phone !== null || id !== null;
    return [
      ...(known ? [say.provider(provider.key, support.phone ?? "", id === null ? "" : say.account(id))] : []),
      ...(support.console === null ? [] : [say.console(support.console)]),
      ...links.map(({ title, url }) => say.link(title, url)),
    ];
  });
  return lines.length === 0 ? [] : [say.offline, ...lines];
}

interface Held {
  readonly provider: Provider;
  readonly account: string | null;
}

/** service → host → place → provider, from wherever the subject stands. */
function providersOf(site: Site, subject: NoticeFacts["snapshot"]["incident"]["subject"]): Held[] {
  const [kind, name] = [kindOf(subject), nameOf(subject)];
  const host = kind === "service" ? site.services.get(name)?.on : kind === "host" ? name : null;
  const hosts = kind === "segment" ? [...site.hosts.values()].filter(({ segment }) => segment === name) : [];
  const places = kind === "place" ? [name] : [...hosts.map(({ at }) => at), site.hosts.get(host ?? "")?.at];
  const held = [...new Set(places)].flatMap((key) => {
    const place = site.places.get(key ?? "");
    const provider = site.providers.get(place?.provider ?? "");
    return provider === undefined ? [] : [{ provider, account: place?.account ?? null }];
  });
  const own = kind === "provider" ? site.providers.get(name) : undefined;
  return own === undefined ? held : [{ provider: own, account: null }];
}

export function footerBlock({ snapshot, site, lang }: NoticeFacts): Block {
  const time = fullDateTime(snapshot.at.atMs, site.timeZone, lang);
  return ["--", noticeWords(lang).footer(time, severityName(snapshot.incident.severity, lang))];
}
