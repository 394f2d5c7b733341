import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { CheckStatus } from "./model/status.ts";
import type { ChannelKind } from "./model/channel.ts";
import type { ComponentId } from "./model/component.ts";
import type { Incident } from "./model/incident.ts";
import type { JobAddress, JobPing, JobStatus, NewPing, PingAnswer } from "./model/job.ts";
import type { Undelivered } from "./model/notice.ts";
import type { ScopeVerdict } from "./model/scope.ts";
import type { Severity, Signal } from "./model/signal.ts";
import type { Result } from "./result.ts";

/** What a person may do to an incident. Each is one transaction with its event; the actor is always named. */
export interface IncidentVerbs {
  /**
   * Opens an incident where nothing that is watched says so: somebody telephoned. It is looked into like any other, and is over when
   * a person says so. Where one about the same is open already, that one gets the text as a note. KB1002 no such service or host,
   * KB1001 without a text.
   */
  open(input: {
    subject: ComponentId;
    actor: Actor;
    text: string;
    severity: Severity;
  }): Promise<Result<Incident, KoboshiError>>;
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

/** Where jobs report, and what a person may do to one; owned by the observation. */
export interface JobDesk extends JobBoard {
  /** Takes one report in. @throws KoboshiError KB20xx when the ledger cannot take it: then it was not taken */
  ping(ping: NewPing): Promise<PingAnswer>;
  /** newest first; at most what is kept */
  pings(key: string, limit: number): Promise<readonly JobPing[]>;
  /** null: no such job */
  address(key: string): JobAddress | null;
  /** A paused job is not waited for until it is resumed; what it reports is still kept. KB1002 */
  pause(input: { key: string; paused: boolean; actor: Actor }): Promise<Result<JobStatus, KoboshiError>>;
}

/** What the checks show now; owned by the detection. */
export interface CheckBoard {
  checks(): readonly CheckStatus[];
}

/** A check that is not run for a while, because somebody said so. */
export interface Pause {
  readonly checkId: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly at: Stamp;
  /** when it begins again by itself; nothing is paused for ever */
  readonly until: Stamp;
}

/** Holding checks back and letting them go on; owned by the detection. Each is one transaction with its events. */
export interface PauseVerbs {
  /** A check that is paused already gets the new reason and end. KB1002 for an unknown check, KB1001 without a reason or end */
  pause(input: {
    readonly checkIds: readonly string[];
    readonly reason: string;
    /** 1 minute to 30 days */
    readonly forMs: number;
    readonly actor: Actor;
  }): Promise<Result<readonly Pause[], KoboshiError>>;
  /** Checks that are not paused are passed over. KB1002 for an unknown check */
  resume(input: {
    readonly checkIds: readonly string[];
    readonly actor: Actor;
  }): Promise<Result<readonly string[], KoboshiError>>;
  /** by check id */
  pauses(): ReadonlyMap<string, Pause>;
}

/**
 * How a test of a channel ended: `arrived` its reader typed in what it said, `accepted` the far side took it (whether it
 * was read nobody knows), or why it was not taken.
 */
export type ChannelTestResult = "arrived" | "accepted" | Undelivered["reason"];

export interface ChannelTest {
  readonly at: Stamp;
  readonly actor: Actor;
  readonly result: ChannelTestResult;
  /** what the far side said to a refusal; null when it took it */
  readonly text: string | null;
}

/** One end of a channel that can be tried: a person, or the room itself. */
export interface ChannelLine {
  readonly channel: string;
  readonly kind: ChannelKind;
  /** person's key; `*` for a room */
  readonly to: string;
  /** the newest test; null: never tried */
  readonly last: ChannelTest | null;
}

/** Whether notices would arrive, tried before they must. Each test is one event `channel.tested`. */
export interface ChannelDesk {
  /** every end of every channel, in the order of the file */
  lines(): Promise<readonly ChannelLine[]>;
  /** Sends a test notice through the very channel, and waits for the answer. KB1002 for an end that is not among the lines */
  test(input: {
    readonly channel: string;
    readonly to: string;
    readonly actor: Actor;
  }): Promise<Result<ChannelTest, KoboshiError>>;
  /** Writes down that a mail was shown to arrive. KB1002 for an end that is not among the lines */
  arrived(input: {
    readonly channel: string;
    readonly to: string;
    readonly actor: Actor;
  }): Promise<Result<ChannelTest, KoboshiError>>;
}
