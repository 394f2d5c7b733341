import type { Stamp } from "../../kernel/clock.ts";
import { elapsedMs } from "../../kernel/clock.ts";
import type { LedgerEvent } from "../../kernel/event.ts";
import { kindOf, nameOf } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { Delivery } from "../../kernel/model/notice.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Ledger, Noted, StoredSignal } from "../../storage/ledger/ledger.ts";
import { recoveriesOf } from "./recoveries.ts";

/** Changes this long before the beginning are named beside the causes. */
const changeLookBackMs = 24 * 3_600_000;
const nearbyIncidents = 200;
const nearbyRestores = 100;
const similarShown = 5;

/** Everything koboshi knows of one incident, and nothing it does not. */
export interface ReportFacts {
  readonly site: Site;
  readonly incident: Incident;
  /** the moment of reading */
  readonly at: Stamp;
  readonly signals: readonly StoredSignal[];
  readonly timeline: readonly LedgerEvent[];
  readonly deliveries: readonly Delivery[];
  /** keys of services that were out of use, the incident's own first, those that suffered from it after them */
  readonly hit: readonly string[];
  /** watched services no incident of this time touched */
  readonly untouched: readonly string[];
  /** how long it lasted, or has lasted so far */
  readonly lastedMs: number;
  /** what was written down as changed in the day before, newest first */
  readonly changes: readonly Noted[];
  /** what was written down as restored since the beginning, oldest first */
  readonly restores: readonly Noted[];
  /** restores of data it is about, as they were measured, oldest first */
  readonly recoveries: readonly RestoreRun[];
  /** earlier incidents of the same subject, newest first */
  readonly similar: readonly Incident[];
  /** as a person confirmed it; null while nobody has */
  readonly confirmedCause: string | null;
}

/** Reads the facts of one incident. @returns null when there is no such incident */
export async function readFacts(
  { read }: Pick<Ledger, "read">,
  { incidentId, site, at }: { incidentId: number; site: Site; at: Stamp },
): Promise<ReportFacts | null> {
  const incident = await read.incident(incidentId);
  if (incident === null) return null;
  const [signals, timeline, deliveries, changes, restores, others, runs] = await Promise.all([
    read.signalsOf(incidentId),
    read.timeline(incidentId),
    read.deliveriesOf(incidentId),
    read.notes("change"),
    read.notes("restore"),
    read.incidents({ limit: nearbyIncidents }),
    read.restoreRuns({ limit: nearbyRestores }),
  ]);
  const until = incident.resolvedAt ?? at;
  const { startedAt } = incident;
  const hit = hitServices(incident);
  return {
    site,
    incident,
    at,
    signals,
    timeline,
    deliveries,
    hit,
    untouched: untouchedServices(
      site,
      others.filter((other) => overlaps(other, { from: startedAt, until })),
    ),
    lastedMs: elapsedMs(startedAt, until),
    changes: changes.filter((noted) => isBetween(noted.at, startedAt.atMs - changeLookBackMs, until.atMs)),
    restores: restores.filter((noted) => isBetween(noted.at, startedAt.atMs, at.atMs)).toReversed(),
    recoveries: recoveriesOf(runs, { incident, hit, site, at }),
    similar: others
      .filter((other) => other.id < incident.id && other.subject === incident.subject)
      .slice(0, similarShown),
    confirmedCause: confirmedCause(timeline),
  };
}

function hitServices(incident: Incident): readonly string[] {
  const suffering = incident.affected.map(({ component }) => component).filter((id) => kindOf(id) === "service");
  return [...new Set([...incident.services, ...suffering.map(nameOf)])];
}

function overlaps(other: Incident, { from, until }: { from: Stamp; until: Stamp }): boolean {
  return other.startedAt.atMs <= until.atMs && (other.resolvedAt === null || other.resolvedAt.atMs >= from.atMs);
}

/** A service without a check is not known to have worked, so it is not named. */
function untouchedServices(site: Site, incidents: readonly Incident[]): readonly string[] {
  const touched = new Set(incidents.flatMap(hitServices));
  const watched = new Set(site.checks.map(({ service }) => service));
  return [...site.services.keys()].filter((key) => watched.has(key) && !touched.has(key));
}

function isBetween({ atMs }: Stamp, fromMs: number, toMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

function confirmedCause(timeline: readonly LedgerEvent[]): string | null {
  const withdrawn = timeline.filter(({ kind }) => kind === "incident.cause-withdrawn");
  const stands = ({ seq, data: told }: LedgerEvent): boolean =>
    !withdrawn.some((later) => later.seq > seq && later.data["caseId"] === told["caseId"]);
  const data = timeline.findLast((event) => event.kind === "incident.cause-confirmed" && stands(event))?.data;
  const cause = data?.["cause"] ?? data?.["id"];
  return typeof cause === "string" ? cause : null;
}

/** `KB-2026-241`: the year it began in, by the site's zone, and the incident's number. */
export function reportNumber({ incident, site }: Pick<ReportFacts, "incident" | "site">): string {
  const year = new Intl.DateTimeFormat("en-US", { timeZone: site.timeZone, year: "numeric" }).format(
    incident.startedAt.atMs,
  );
  return `KB-${year}-${incident.id}`;
}

/** The first event of a kind; undefined when it did not happen. */
export function firstOf(timeline: readonly LedgerEvent[], kind: LedgerEvent["kind"]): LedgerEvent | undefined {
  return timeline.find((event) => event.kind === kind);
}

export function nameOfService(site: Site, key: string): string {
  return site.services.get(key)?.name ?? key;
}
