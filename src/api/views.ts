import type { z } from "zod";
import { stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, ServiceStatus, SiteStatus, VantageStatus } from "../kernel/model/status.ts";
import { incidentView } from "../respond/index.ts";
import type { Ledger, StoredSignal } from "../storage/ledger/ledger.ts";
import { attentionText } from "../words/attention.ts";
import { rfc3339 } from "../words/format.ts";
import { timelineText } from "../words/timeline.ts";
import type {
  CheckJson,
  EventJson,
  IncidentJson,
  ServiceJson,
  SignalJson,
  StatusJson,
  VantageJson,
} from "./schemas.ts";

// Turns the shared nouns into the JSON of the API: RFC 3339 times in the site's zone, seconds, plain words.

type Json<Schema extends z.ZodType> = z.input<Schema>;
type Cell = Json<typeof CheckJson>["cells"][number];
interface ViewDeps {
  site(): Site;
  readonly clock: Clock;
  readonly ledger: Ledger;
}

function time(stamp: Stamp | null, site: Site): string | null {
  return stamp === null ? null : rfc3339(stamp.atMs, site.timeZone);
}

function reading(last: Observation, site: Site): NonNullable<Cell["last"]> {
  const { outcome, layer, attempt, address, timings, facts, error } = last;
  const at = rfc3339(last.atMs, site.timeZone);
  return { outcome, layer, at, attempt, address, timings: { ...timings }, facts: { ...facts }, error };
}

export function checkView(check: CheckStatus, site: Site): Json<typeof CheckJson> {
  const { id, service, kind, name, target, everyMs, state, confirming } = check;
  const cells = check.cells.map(({ last, ...cell }) => ({ ...cell, last: last === null ? null : reading(last, site) }));
  const since = time(check.since, site);
  return { id, service, kind, name, target, everySeconds: everyMs / 1000, state, since, confirming, cells };
}

export function serviceView(service: ServiceStatus, site: Site): Json<typeof ServiceJson> {
  const checks = service.checks.map((check) => checkView(check, site));
  return { ...service, since: time(service.since, site), checks };
}

export function vantageView(vantage: VantageStatus, site: Site): Json<typeof VantageJson> {
  const { name, state, clockOffsetMs } = vantage;
  const clockOffsetSeconds = clockOffsetMs === null ? null : clockOffsetMs / 1000;
  return { name, state, lastSeenAt: time(vantage.lastSeenAt, site), clockOffsetSeconds };
}

/** A host is shown by the worst of what runs on it, until its own vitals are read. */
export function signalView(signal: StoredSignal, site: Site): Json<typeof SignalJson> {
  const { id, kind, subject, checkId, severity, incidentId, layer, error } = signal;
  return {
    id,
    kind,
    subject,
    checkId,
    severity,
    incidentId,
    startedAt: rfc3339(signal.startedAt.atMs, site.timeZone),
    openedAt: rfc3339(signal.openedAt.atMs, site.timeZone),
    layer,
    error,
    failingFrom: [...signal.failingFrom],
    workingFrom: [...signal.workingFrom],
  };
}

export function eventView(event: LedgerEvent, site: Site): Json<typeof EventJson> {
  const { seq, kind, actor, incidentId } = event;
  const text = { ja: timelineText(event, site, "ja"), en: timelineText(event, site, "en") };
  return { seq, at: rfc3339(event.at.atMs, site.timeZone), kind, actor, incidentId, text, data: { ...event.data } };
}

/** @returns null when there is no such incident */
export async function readIncidentView(
  deps: ViewDeps,
  id: number,
  lang: Lang,
): Promise<Json<typeof IncidentJson> | null> {
  const { read } = deps.ledger;
  const incident = await read.incident(id);
  if (incident === null) return null;
  const [signals, timeline, stored] = await Promise.all([
    read.signalsOf(id),
    read.timeline(id),
    read.newestDiagnosis(id),
  ]);
  const site = deps.site();
  const now = stampNow(deps.clock);
  const diagnosis = stored?.diagnosis ?? null;
  const view = incidentView({ incident, signals, timeline, site, lang, now, diagnosis });
  return { ...view, timeline: timeline.map((event) => eventView(event, site)) };
}

export async function statusView(deps: ViewDeps, status: SiteStatus, lang: Lang): Promise<Json<typeof StatusJson>> {
  const site = deps.site();
  const incidents = await Promise.all(status.openIncidents.map(({ id }) => readIncidentView(deps, id, lang)));
  return {
    schema: "koboshi.status/1",
    ok: status.verdict === "ok",
    at: rfc3339(status.at.atMs, site.timeZone),
    verdict: status.verdict,
    services: status.services.map((service) => serviceView(service, site)),
    vantages: status.vantages.map((vantage) => vantageView(vantage, site)),
    incidents: incidents.filter((incident) => incident !== null),
    attentions: status.attentions.map((attention) => ({
      ...attention,
      facts: { ...attention.facts },
      text: { ja: attentionText(attention, "ja"), en: attentionText(attention, "en") },
    })),
    configHash: status.configHash,
    pulseAgeSeconds: status.pulseAgeMs / 1000,
  };
}
