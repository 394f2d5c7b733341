import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { langs, type Bilingual, type Lang } from "../kernel/lang.ts";
import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import { diagnosisView, scopeView, type DiagnosisView } from "../render/diagnosis-view.ts";
import { rfc3339 } from "../words/format.ts";
import { incidentTitle } from "../words/incident.ts";
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
  /** null or left out: only the scope was judged */
  readonly diagnosis?: Diagnosis | null;
}

/** The incident with what is known of it. The scope is judged at once; until a diagnosis began there is nothing else: `scope-only`. */
export function incidentView({ incident, signals, timeline, site, lang, now, diagnosis }: IncidentFacts): IncidentView {
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
    diagnosis:
      diagnosis === undefined || diagnosis === null
        ? scopeOnly({ incident, signals, site })
        : diagnosisView(diagnosis, site, lang),
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

function scopeOnly({ incident, signals, site }: Pick<IncidentFacts, "incident" | "signals" | "site">): DiagnosisView {
  const seconds = Math.round(elapsedMs(firstSignal(incident, signals), incident.detectedAt)) / 1_000;
  return {
    at: rfc3339(incident.detectedAt.atMs, site.timeZone),
    seconds,
    scope: scopeView(incident.scope, site),
    causes: [],
    headline: "",
    ruledOut: [],
    unobserved: [],
    unexplained: [],
    repair: [],
    stoppedBecause: "scope-only",
  };
}

/** The judgement starts with the first confirmed signal. */
function firstSignal(incident: Incident, signals: readonly Signal[]): Stamp {
  return signals.map(({ openedAt }) => openedAt).toSorted((a, b) => a.atMs - b.atMs)[0] ?? incident.detectedAt;
}

function inBoth(say: (lang: Lang) => string): { ja: string; en: string } {
  return Object.fromEntries(langs.map((lang) => [lang, say(lang)])) as Bilingual;
}
