import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { Lang } from "../kernel/lang.ts";
import { kindOf, nameOf } from "../kernel/model/component.ts";
import type { NoticeKind, NoticeSnapshot } from "../kernel/model/notice.ts";
import { severities, type Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import { besideSentence } from "./beside.ts";
import { catalogue } from "./catalogue.ts";
import { fit, mailColumns } from "./fit.ts";
import { clockTime, dateTime, duration } from "./format.ts";
import { componentName, incidentTitle, personName } from "./incident.ts";
import { jobSentence, jobTroubleWord } from "./jobs.ts";
import { glyphs } from "./states.ts";
import { actorName } from "./timeline.ts";

type Named = Pick<Site, "services" | "people" | "timeZone"> & Partial<Pick<Site, "jobs">>;

export interface Told {
  readonly snapshot: NoticeSnapshot;
  readonly site: Named;
  readonly lang: Lang;
}

/** 30 full-width or 60 latin characters: what the lists of mail readers show. */
const subjectColumns = 60;

const words = catalogue(
  {
    down: "障害",
    attention: "注意",
    updated: "続報",
    cause: "原因",
    taken: "対応中",
    notTaken: (length: string) => `未対応${length}`,
    resolved: "復旧",
    ended: "終了",
    falseAlarm: "誤報",
    unstable: "不安定",
    still: "継続",
    since: (time: string) => `(${time}から)`,
    fromTo: (from: string, to: string, length: string) => `${from}–${to}(${length})`,
    by: (name: string) => ` 担当: ${name}`,
    comesAndGoes: (name: string) => `${name} 止まっては戻っています`,
  },
  {
    down: "DOWN",
    attention: "WARNING",
    updated: "UPDATE",
    cause: "CAUSE",
    taken: "TAKEN",
    notTaken: (length: string) => `NOT TAKEN ${length}`,
    resolved: "RESOLVED",
    ended: "ENDED",
    falseAlarm: "FALSE ALARM",
    unstable: "UNSTABLE",
    still: "STILL DOWN",
    since: (time: string) => ` since ${time}`,
    fromTo: (from: string, to: string, length: string) => `${from}–${to} (${length})`,
    by: (name: string) => `, ${name} on it`,
    comesAndGoes: (name: string) => `${name} stops and comes back`,
  },
);

/** A moment of the incident: the time alone on the day of the notice, with its date on any other. */
export function momentOf({ snapshot, site, lang }: Told, at: Stamp): string {
  const sameDay = dateOf(at.atMs, site.timeZone) === dateOf(snapshot.at.atMs, site.timeZone);
  return (sameDay ? clockTime : dateTime)(at.atMs, site.timeZone, lang);
}

function dateOf(atMs: number, timeZone: string): string {
  return dateTime(atMs, timeZone, "en").split(" ").slice(0, 3).join(" ");
}

/** How long it has lasted, or did. */
export function lastedMs({ incident, at }: NoticeSnapshot): number {
  return elapsedMs(incident.startedAt, incident.resolvedAt ?? at);
}

/** State word first, because people filter on it; the number last, because they search for it. */
export function noticeSubject(told: Told): string {
  const { head, name, tail } = parts[told.snapshot.kind](told);
  const number = `${told.lang === "ja" && tail.endsWith(")") ? "" : " "}#${told.snapshot.incident.id}`; // the full-width bracket of mail fonts is space enough
  return `${head} ${fit(name, subjectColumns - mailColumns(`${head} ${tail}${number}`))}${tail}${number}`;
}

interface SubjectParts {
  /** glyph and state word */
  readonly head: string;
  /** shortened when the whole is too long */
  readonly name: string;
  readonly tail: string;
}

const parts: Readonly<Record<NoticeKind, (told: Told) => SubjectParts>> = {
  opened: (told) => ({ head: `${glyphOf(told)}${stateWord(told)}`, name: titleOf(told), tail: since(told) }),
  updated: (told) => ({
    head: `${glyphOf(told)}${words(told.lang).updated}`,
    name: titleOf(told),
    tail: assignee(told) || since(told),
  }),
  diagnosed: (told) => ({
    head: `${glyphOf(told)}${words(told.lang).cause}`,
    name: told.snapshot.diagnosis?.told[told.lang].causes[0]?.title ?? titleOf(told),
    tail: ` ${nameIn(told)}`,
  }),
  acknowledged: (told) => ({
    head: `${glyphOf(told)}${words(told.lang).taken}`,
    name: nameIn(told),
    tail: assignee(told),
  }),
  escalated: (told) => ({
    head: `${glyphOf(told)}${words(told.lang).notTaken(waited(told))}`,
    name: titleOf(told),
    tail: since(told),
  }),
  resolved: (told) => ({ head: `${glyphs.ok}${endWord(told)}`, name: nameIn(told), tail: ` ${span(told)}` }),
  unstable: (told) => ({
    head: `${glyphs.warning}${words(told.lang).unstable}`,
    name: words(told.lang).comesAndGoes(nameIn(told)),
    tail: "",
  }),
  "still-down": (told) => ({
    head: `${glyphOf(told)}${words(told.lang).still}`,
    name: nameIn(told),
    tail: ` ${lasted(told)}${assignee(told)}`,
  }),
};

function glyphOf({ snapshot: { incident } }: Told): string {
  return incident.severity === "critical" && !incident.quiet ? glyphs.down : glyphs.warning;
}

function stateWord(told: Told): string {
  const signal = jobSignalOf(told);
  const word = signal === null ? null : jobTroubleWord(signal, told.lang);
  if (word !== null) return word;
  return glyphOf(told) === glyphs.down ? words(told.lang).down : words(told.lang).attention;
}

/** Ended by hand is not the same as seen working again. */
function endWord({ snapshot: { incident }, lang }: Told): string {
  if (incident.state === "false-alarm") return words(lang).falseAlarm;
  return incident.resolvedBy === "auto" ? words(lang).resolved : words(lang).ended;
}

/** What a job's incident is about: its newest signal that is still open. */
export function jobSignalOf({ snapshot }: Pick<Told, "snapshot">): Signal | null {
  if (kindOf(snapshot.incident.subject) !== "job") return null;
  return snapshot.signals.findLast(({ closedAt }) => closedAt === null) ?? snapshot.signals.at(-1) ?? null;
}

/** The sentence an incident begins with; of a job with the times it is about. */
export function titleIn(told: Told): string {
  const { snapshot, site, lang } = told;
  const signal = jobSignalOf(told);
  if (signal !== null) return jobSentence(signal, site, { nowMs: snapshot.at.atMs, lang });
  return besideTitle(told) ?? incidentTitle(snapshot.incident, site, lang);
}

/** Of a host on which nothing fails that customers use: the worst of what was seen inside it. */
function besideTitle({ snapshot, site, lang }: Told): string | null {
  const { subject, services } = snapshot.incident;
  if (kindOf(subject) !== "host" || services.length > 0) return null;
  const worstFirst = snapshot.signals
    .filter(({ closedAt }) => closedAt === null)
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const sentences = worstFirst.flatMap((signal) => unprobedSentence(signal, { snapshot, site, lang }) ?? []);
  const [first] = sentences;
  return first === undefined ? null : `${nameOf(subject)}: ${first.replaceAll(/[\p{Cc}\s]+/gu, " ")}`;
}

/** What was seen beside the probes, or a job did not do; null for what probes tell. */
export function unprobedSentence(signal: Signal, { snapshot, site, lang }: Told): string | null {
  if (kindOf(signal.subject) === "job") return jobSentence(signal, site, { nowMs: snapshot.at.atMs, lang });
  return besideSentence(signal, { lang, timeZone: site.timeZone });
}

/** In English «DOWN Net shop» says it all; Japanese reads better with the verb. */
function titleOf(told: Told): string {
  const { snapshot, lang } = told;
  const bare = lang === "en" && kindOf(snapshot.incident.subject) === "service" && glyphOf(told) === glyphs.down;
  return bare ? nameIn(told) : titleIn(told);
}

export function nameIn({ snapshot, site, lang }: Told): string {
  return componentName(site, snapshot.incident.subject, lang);
}

function since(told: Told): string {
  // a job's sentence has its own times
  if (jobSignalOf(told) !== null) return "";
  return words(told.lang).since(momentOf(told, told.snapshot.incident.startedAt));
}

/** `2:12–2:58(46分)` */
export function span(told: Told): string {
  const { incident } = told.snapshot;
  const [from, to] = [incident.startedAt, incident.resolvedAt ?? told.snapshot.at].map((at) => momentOf(told, at));
  return words(told.lang).fromTo(from ?? "", to ?? "", lasted(told));
}

function lasted(told: Told): string {
  return duration(lastedMs(told.snapshot), told.lang);
}

/** How long nobody has taken it. */
export function waited({ snapshot: { incident, at }, lang }: Told): string {
  return duration(elapsedMs(incident.detectedAt, at), lang);
}

function assignee({ snapshot: { incident }, site, lang }: Told): string {
  const key = incident.assignedTo ?? incident.acknowledgedBy;
  return key === null
    ? ""
    : words(lang).by(key.includes(":") ? actorName(site, key, lang).trim() : personName(site, key));
}
