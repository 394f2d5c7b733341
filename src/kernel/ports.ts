import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { CheckStatus } from "./model/status.ts";
import type { ComponentId } from "./model/component.ts";
import type { Incident } from "./model/incident.ts";
import type { JobStatus } from "./model/job.ts";
import type { ScopeVerdict } from "./model/scope.ts";
import type { Signal } from "./model/signal.ts";
import type { Result } from "./result.ts";

/** What a person may do to an incident. Each is one transaction with its event; the actor is always named. */
export interface IncidentVerbs {
  /** Takes the incident: escalation stops. Doing it twice is not an error; the first taker stays. */
  acknowledge(input: { incidentId: number; actor: Actor }): Promise<Result<Incident, KoboshiError>>;
  note(input: { incidentId: number; actor: Actor; text: string }): Promise<Result<Incident, KoboshiError>>;
  /** Hands the incident to another person, who is told. */
  assign(input: { incidentId: number; actor: Actor; to: string }): Promise<Result<Incident, KoboshiError>>;
  /** Ends it. While a signal is still open a reason is required (KB1003). */
  resolve(input: {
    incidentId: number;
    actor: Actor;
    reason: string | null;
    falseAlarm: boolean;
  }): Promise<Result<Incident, KoboshiError>>;
}

/** Where a fault sits and who it reaches, from what every vantage sees; owned by the diagnosis. */
export interface ScopeJudge {
  judge(input: { subject: ComponentId; signals: readonly Signal[] }): ScopeVerdict;
}

/** A signal and the incident it is in already. */
export type PlacedSignal = Signal & { readonly incidentId: number | null };

/** One event in the world, as the open signals show it now. */
export interface FoldedIncident {
  /** the incident it carries on; null: a new one is to be opened */
  readonly incidentId: number | null;
  /** oldest first */
  readonly signalIds: readonly string[];
  readonly subject: ComponentId;
  /** services that show it, those affected included, the first to fail first */
  readonly services: readonly string[];
  readonly affected: Incident["affected"];
  readonly severity: Incident["severity"];
  readonly quiet: boolean;
  readonly flapping: boolean;
  readonly startedAt: Stamp;
  readonly detectedAt: Stamp;
}

export interface Folding {
  /** oldest first; every open signal is in exactly one */
  readonly incidents: readonly FoldedIncident[];
  /** incidents that turned out to be part of an older one */
  readonly merged: readonly { readonly incidentId: number; readonly mergedInto: number }[];
}

/** Which open signals belong to which incident; owned by the detection. */
export interface Folder {
  fold(input: { signals: readonly PlacedSignal[]; incidents: readonly Incident[]; now: Stamp }): Folding;
}

/** One calendar day of one service, in the site's zone. */
export interface DayBar {
  /** `2026-11-22` */
  readonly date: string;
  readonly downMs: number;
  /** worked, with something written in a check not met */
  readonly degradedMs: number;
  /** nobody looked: the hub was off, or the service was not watched yet */
  readonly unknownMs: number;
  /** how much of the day has passed, 86,400,000 for a whole one (23 and 25 hours exist) */
  readonly lengthMs: number;
}

/** A service's past. The bars, the ratio and the times come from one reading, so they cannot contradict each other. */
export interface Availability {
  readonly service: string;
  /** oldest first, today last */
  readonly days: readonly DayBar[];
  readonly downMs: number;
  readonly unknownMs: number;
  /** 1 - downMs / watched time; null when nothing was watched */
  readonly ratio: number | null;
  readonly outages: number;
}

/** How well services worked; owned by the detection. */
export interface AvailabilityReader {
  /** @param query.days 1 to 400, calendar days of the site's zone, today included */
  read(query: { services: readonly string[]; days: number }): Promise<readonly Availability[]>;
}

/** How the jobs stand; owned by the observation. */
export interface JobBoard {
  jobs(): readonly JobStatus[];
}

/** What the checks show now; owned by the detection. */
export interface CheckBoard {
  checks(): readonly CheckStatus[];
}
