import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { langs, type Bilingual, type Lang } from "../kernel/lang.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { ScopeReason, ScopeVerdict } from "../kernel/model/scope.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import { rfc3339 } from "../words/format.ts";
import { incidentTitle } from "../words/incident.ts";
import { reasonLine } from "../words/scope.ts";
import { actorName } from "../words/timeline.ts";

/** An incident as machines read it, in the API and in every webhook: RFC 3339 times with the site's zone, seconds. */
export interface IncidentView {
  id: number;
  state: Incident["state"];
  severity: Incident["severity"];
  quiet: boolean;
  flapping: boolean;
  /** in the reader's language */
  title: string;
  titles: { ja: string; en: string };
  subject: string;
  services: string[];
  affected: { component: string; because: string }[];
  startedAt: string;
  detectedAt: string;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  assignedTo: string | null;
  /** what people call whoever has it */
  lead: string | null;
  resolvedAt: string | null;
  resolvedBy: string | null;
  durationSeconds: number;
  diagnosis: DiagnosisView;
  timeline: EventView[];
}

interface DiagnosisView {
  at: string;
  seconds: number;
  scope: {
    id: ScopeVerdict["id"];
    reach: ScopeVerdict["reach"];
    failingFrom: string[];
    workingFrom: string[];
    reasons: { code: string; facts: Record<string, unknown>; text: { ja: string; en: string } }[];
  };
  causes: { id: string; component: string; probability: number; for: string[]; against: string[] }[];
  unobserved: string[];
  stoppedBecause: string;
}

interface EventView {
  seq: number;
  at: string;
  kind: string;
  actor: string;
  incidentId: number | null;
  data: Record<string, unknown>;
}

export interface IncidentFacts {
  readonly incident: Incident;
  readonly signals: readonly Signal[];
  readonly timeline: readonly LedgerEvent[];
  readonly site: Site;
  readonly lang: Lang;
  /** for how long an open incident has lasted */
  readonly now: Stamp;
}

/**
 * The incident with what is known of it. The scope is judged at once from what the vantages see, so its diagnosis has no
 * causes and says so: `scope-only`.
 */
export function incidentView({ incident, signals, timeline, site, lang, now }: IncidentFacts): IncidentView {
  const time = (stamp: Stamp): string => rfc3339(stamp.atMs, site.timeZone);
  const optional = (stamp: Stamp | null): string | null => (stamp === null ? null : time(stamp));
  const titles = inBoth((each) => incidentTitle(incident, site, each));
  const { id, state, severity, quiet, flapping, subject, acknowledgedBy, assignedTo, resolvedBy } = incident;
  return {
    id,
    state,
    severity,
    quiet,
    flapping,
    title: titles[lang],
    titles,
    subject,
    services: [...incident.services],
    affected: incident.affected.map(({ component, because }) => ({ component, because })),
    startedAt: time(incident.startedAt),
    detectedAt: time(incident.detectedAt),
    acknowledgedAt: optional(incident.acknowledgedAt),
    acknowledgedBy,
    assignedTo,
    lead: assignedTo === null ? null : actorName(site, assignedTo, lang),
    resolvedAt: optional(incident.resolvedAt),
    resolvedBy,
    durationSeconds: Math.round(elapsedMs(incident.startedAt, incident.resolvedAt ?? now) / 1_000),
    diagnosis: {
      at: time(incident.detectedAt),
      seconds: Math.round(elapsedMs(firstSignal(incident, signals), incident.detectedAt)) / 1_000,
      scope: scopeView(incident.scope, site),
      causes: [],
      unobserved: [],
      stoppedBecause: "scope-only",
    },
    timeline: timeline.map(({ seq, at, kind, actor, incidentId, data }) => ({
      seq,
      at: time(at),
      kind,
      actor,
      incidentId,
      data: { ...data },
    })),
  };
}

/** The judgement starts with the first confirmed signal. */
function firstSignal(incident: Incident, signals: readonly Signal[]): Stamp {
  return signals.map(({ openedAt }) => openedAt).toSorted((a, b) => a.atMs - b.atMs)[0] ?? incident.detectedAt;
}

function scopeView(scope: ScopeVerdict, site: Site): DiagnosisView["scope"] {
  const reason = ({ code, facts }: ScopeReason): DiagnosisView["scope"]["reasons"][number] => ({
    code,
    facts: { ...facts },
    text: inBoth((lang) => reasonLine({ code, facts }, site, lang)),
  });
  return {
    id: scope.id,
    reach: scope.reach,
    failingFrom: [...scope.failingFrom],
    workingFrom: [...scope.workingFrom],
    reasons: scope.reasons.map(reason),
  };
}

function inBoth(say: (lang: Lang) => string): { ja: string; en: string } {
  return Object.fromEntries(langs.map((lang) => [lang, say(lang)])) as Bilingual;
}
