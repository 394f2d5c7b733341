import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import { langs, type Bilingual, type Lang } from "../kernel/lang.ts";
import { isOpen, type Incident, type IncidentState } from "../kernel/model/incident.ts";
import type { ServiceStatus, StateWord } from "../kernel/model/status.ts";
import {
  firstNotice,
  progressNotice,
  resolvedNotice,
  stillNotice,
  type Harm,
  type Written,
} from "../words/customer.ts";

const minuteMs = 60_000;
/** News is promised on the half hour, at least 20 minutes ahead, so that nobody has to promise what cannot be kept. */
const newsEveryMs = 30 * minuteMs;
const newsAheadMs = 20 * minuteMs;

/** What a person released for customers, or that the incident's state moved on (`text` null: the usual sentence). */
export interface PublicUpdate {
  readonly at: Stamp;
  readonly state: IncidentState;
  readonly text: Bilingual | null;
}

/** One line of news. `still`: made by itself at the promised time because nothing had changed. */
export interface PageUpdate {
  readonly atMs: number;
  readonly state: IncidentState;
  readonly kind: "first" | "told" | "still" | "end";
  readonly text: Bilingual;
}

interface Named {
  readonly key: string;
  readonly name: string;
}

export interface NoticeFacts {
  readonly incident: Incident;
  /** oldest first */
  readonly told: readonly PublicUpdate[];
  /** the shown services it hits */
  readonly hit: readonly Named[];
  /** how the site's services are now */
  readonly services: readonly ServiceStatus[];
  readonly zone: string;
  readonly at: Stamp;
}

/** Everything customers are told of one incident, newest first. Made of facts alone, so it is the same after a restart. */
export function pageUpdates(facts: NoticeFacts): readonly PageUpdate[] {
  const { incident, told, at } = facts;
  const { own, suffering } = harmed(facts);
  const sinceMs = incident.startedAt.atMs;
  const first: PageUpdate = {
    atMs: incident.detectedAt.atMs,
    state: "investigating",
    kind: "first",
    text: inBoth(facts.zone, (to) =>
      firstNotice({ harm: harmOf(incident, facts.hit), names: own, also: suffering, sinceMs }, to),
    ),
  };
  const middle = told.flatMap((update) => toldUpdate(update));
  const known = [first, ...middle].sort((a, b) => a.atMs - b.atMs);
  const last = isOpen(incident) ? stillUpdate(facts, lastOf(known)) : endUpdate(facts);
  const all = last === null ? known : [...known, last];
  return all.filter((update) => update.atMs <= at.atMs || update.kind === "first").toReversed();
}

/** The moment customers were promised news by, after what they were told last. */
export function nextNewsAfterMs(updates: readonly PageUpdate[], nowMs: number): number {
  const lastMs = updates[0]?.atMs ?? nowMs;
  return Math.ceil((lastMs + (updates[0]?.kind === "still" ? newsEveryMs : newsAheadMs)) / newsEveryMs) * newsEveryMs;
}

function lastOf(updates: readonly PageUpdate[]): PageUpdate | undefined {
  return updates.at(-1);
}

function inBoth(zone: string, write: (to: Written) => string): Bilingual {
  return Object.fromEntries(langs.map((lang: Lang) => [lang, write({ zone, lang })])) as Bilingual;
}

/** What broke by itself comes first; when customers see nothing of that, what suffers from it stands in its place. */
function harmed({ incident, hit }: Pick<NoticeFacts, "incident" | "hit">): Harmed {
  const own = hit.filter(({ key }) => incident.services.includes(key));
  if (own.length === 0) return { own: namesOf(hit), suffering: [] };
  return { own: namesOf(own), suffering: namesOf(hit.filter((one) => !own.includes(one))) };
}

type Harmed = Readonly<Record<"own" | "suffering", readonly string[]>>;

function namesOf(services: readonly Named[]): readonly string[] {
  return services.map(({ name }) => name);
}

function harmOf(incident: Incident, hit: readonly Named[]): Harm {
  if (!hit.some(({ key }) => incident.services.includes(key))) return "affected";
  return incident.severity === "critical" ? "down" : "warning";
}

/** Nothing is said for a state that has no sentence of its own: the first notice and the end say those. */
function toldUpdate({ at, state, text }: PublicUpdate): readonly PageUpdate[] {
  const hasSentence = state === "identified" || state === "fixing" || state === "monitoring";
  if (text !== null) return [{ atMs: at.atMs, state, kind: "told", text }];
  if (!hasSentence) return [];
  return [{ atMs: at.atMs, state, kind: "told", text: inBoth("UTC", ({ lang }) => progressNotice(state, lang)) }];
}

/** The latest promised moment that has passed without a word from anybody. */
function stillUpdate(facts: NoticeFacts, previous: PageUpdate | undefined): PageUpdate | null {
  const promisedMs = nextNewsAfterMs(previous === undefined ? [] : [previous], facts.at.atMs);
  if (facts.at.atMs < promisedMs) return null;
  const atMs = Math.floor(facts.at.atMs / newsEveryMs) * newsEveryMs;
  return {
    atMs,
    state: facts.incident.state,
    kind: "still",
    text: inBoth(facts.zone, (to) =>
      stillNotice({ ...stateThen(facts, atMs), sinceMs: facts.incident.startedAt.atMs, atMs }, to),
    ),
  };
}

const harmful: ReadonlySet<StateWord> = new Set(["down", "affected", "warning"]);

/** How the hit services were at `thenMs`: what has changed since counts as what it was before, a service still hit. */
function stateThen(facts: NoticeFacts, thenMs: number): { now: Harm | "ok" | "unknown"; names: readonly string[] } {
  const stateOf = (key: string): StateWord => {
    const service = facts.services.find((one) => one.key === key);
    if (service === undefined) return "unknown";
    const changedSince = service.since !== null && service.since.atMs > thenMs;
    return changedSince && service.state === "ok" ? "down" : service.state;
  };
  const then = facts.hit.map((one) => ({ ...one, state: stateOf(one.key) }));
  const stillHit = then.filter(({ state }) => harmful.has(state));
  if (stillHit.length > 0) {
    return { now: harmOf(facts.incident, stillHit), names: harmed({ incident: facts.incident, hit: stillHit }).own };
  }
  const unseen = then.filter(({ state }) => state !== "ok");
  if (unseen.length > 0) return { now: "unknown", names: unseen.map(({ name }) => name) };
  return { now: "ok", names: harmed(facts).own };
}

function endUpdate(facts: NoticeFacts): PageUpdate | null {
  const { incident } = facts;
  if (incident.resolvedAt === null) return null;
  const atMs = incident.resolvedAt.atMs;
  const lastedMs = elapsedMs(incident.startedAt, incident.resolvedAt);
  const write = (to: Written): string =>
    incident.state === "false-alarm"
      ? progressNotice("falseAlarm", to.lang)
      : resolvedNotice({ harm: harmOf(incident, facts.hit), atMs, lastedMs }, to);
  return { atMs, state: incident.state, kind: "end", text: inBoth(facts.zone, write) };
}
