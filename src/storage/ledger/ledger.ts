import type { Stamp } from "../../kernel/clock.ts";
import type { LedgerEvent, NewEvent } from "../../kernel/event.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { Delivery, DeliveryState } from "../../kernel/model/notice.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import type { HardwareReads, HardwareWrites } from "./nouns/hardware.ts";
import type { RecoveryReads, RecoveryWrites } from "./nouns/recovery.ts";
import type { RepairReads, RepairWrites } from "./nouns/repairs.ts";
import type { AftercareReads, AftercareWrites } from "./nouns/aftercare.ts";
import type { ReportReads, ReportWrites } from "./nouns/reports.ts";
import type { SnapshotReads, SnapshotWrites } from "./nouns/snapshots.ts";
import type { DiagnosisReads, DiagnosisWrites } from "./nouns/diagnoses.ts";
import type { FeedReads, FeedWrites } from "./nouns/feeds.ts";
import type { HostReads, HostWrites } from "./nouns/hosts.ts";
import type { JobReads, JobWrites } from "./nouns/jobs.ts";
import type { AccountReads, AccountWrites } from "./nouns/accounts.ts";
import type { LearnedReads, LearnedWrites } from "./nouns/learned.ts";
import type { PathReads, PathWrites } from "./nouns/paths.ts";
import type { PeopleReads, PeopleWrites } from "./nouns/people.ts";
import type { WindowReads, WindowWrites } from "./nouns/windows.ts";

/**
 * What happened and what was decided. Everything that changes goes through `transaction`: state, events and outbox rows
 * land together or not at all, and are on disk when the promise resolves. Transactions run one after another.
 */
export interface Ledger {
  /** Reads outside a transaction see the last commit. */
  readonly read: LedgerReads;
  /**
   * `work` waits for nothing but this ledger: all other transactions wait for it. Its `tx` is void when it ends.
   * @throws what `work` throws; KoboshiError KB2003 when the disk is full or fails: nothing of the work is kept, the
   * ledger stays usable; KB2001 when another program holds the file for long; KB2002 when the file is found damaged
   */
  transaction<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T>;
  /** Called after each commit that appended events, in order; what it throws is logged. @returns the way to stop listening */
  onCommit(listener: (events: readonly LedgerEvent[]) => void): () => void;
  close(): Promise<void>;
}

export interface LedgerReads
  extends
    WindowReads,
    DiagnosisReads,
    LearnedReads,
    RecoveryReads,
    RepairReads,
    AftercareReads,
    SnapshotReads,
    FeedReads,
    PathReads,
    PeopleReads,
    HardwareReads,
    HostReads,
    ReportReads,
    AccountReads,
    JobReads {
  /** by id; null when there is none */
  incident(id: number): Promise<Incident | null>;
  /** open ones first, then newest first */
  incidents(query: IncidentQuery): Promise<readonly Incident[]>;
  /** signals not yet closed, oldest first; `incidentId` null: not in any incident */
  openSignals(): Promise<readonly StoredSignal[]>;
  /** oldest first, closed ones too */
  signalsOf(incidentId: number): Promise<readonly StoredSignal[]>;
  /** how bad each signal of a check was and when, of those open now or closed after `sinceMs`; oldest first */
  signalPhases(sinceMs: number): Promise<readonly SignalPhase[]>;
  /** of one incident, in order */
  timeline(incidentId: number): Promise<readonly LedgerEvent[]>;
  /** events after `seq`, in order, at most `limit` */
  eventsAfter(seq: number, limit: number): Promise<readonly LedgerEvent[]>;
  lastSeq(): Promise<number>;
  /** deliveries pending, sending or held, oldest first */
  unsentDeliveries(): Promise<readonly Delivery[]>;
  delivery(id: string): Promise<Delivery | null>;
  /** oldest first */
  deliveriesOf(incidentId: number): Promise<readonly Delivery[]>;
  /** oldest first */
  windowDeliveries(windowId: number): Promise<readonly Delivery[]>;
  ackToken(hash: string): Promise<AckToken | null>;
  vantage(name: string): Promise<StoredVantage | null>;
  /** by name */
  vantages(): Promise<readonly StoredVantage[]>;
  joinToken(hash: string): Promise<JoinToken | null>;
  session(hash: string): Promise<Session | null>;
  /** of one account, or (null) those the start token opened */
  sessionsOf(account: string | null): Promise<readonly Session[]>;
  setting(key: string): Promise<string | null>;
  /** by target */
  publications(): Promise<readonly Publication[]>;
  /** changes, windows and restores written by hand, newest first */
  notes(kind: NotedKind): Promise<readonly Noted[]>;
  /** alerts not ended, in order of arrival, from the one after `after` on */
  openAlerts(page: { after: number; limit: number }): Promise<readonly StoredAlert[]>;
  /** 0 when there was none yet */
  lastAlertId(): Promise<number>;
  /** how many deliveries each channel has in each state */
  deliveryCounts(): Promise<readonly { channel: string; state: DeliveryState; count: number }[]>;
}

export interface IncidentQuery {
  readonly state?: "open" | "ended";
  /** the id of the last incident of the page before this one: those that follow it in the same order */
  readonly before?: number;
  readonly limit: number;
}

export interface LedgerTx
  extends
    LedgerReads,
    WindowWrites,
    DiagnosisWrites,
    LearnedWrites,
    RecoveryWrites,
    RepairWrites,
    AftercareWrites,
    SnapshotWrites,
    FeedWrites,
    PathWrites,
    PeopleWrites,
    HardwareWrites,
    HostWrites,
    AccountWrites,
    ReportWrites,
    JobWrites {
  append(event: NewEvent): Promise<LedgerEvent>;
  /** @returns the incident with its new id */
  insertIncident(incident: Omit<Incident, "id">): Promise<Incident>;
  updateIncident(incident: Incident): Promise<void>;
  insertSignal(signal: Signal, incidentId: number | null): Promise<void>;
  updateSignal(signal: Signal, incidentId: number | null): Promise<void>;
  /** @returns false when a delivery of this id exists already: it is left as it is */
  enqueue(delivery: Delivery): Promise<boolean>;
  updateDelivery(delivery: Delivery): Promise<void>;
  /** Replaces an earlier token of the same person and incident. */
  putAckToken(token: AckToken): Promise<void>;
  putVantage(vantage: StoredVantage): Promise<void>;
  putJoinToken(token: JoinToken): Promise<void>;
  putSession(session: Session): Promise<void>;
  deleteSession(hash: string): Promise<void>;
  putSetting(key: string, value: string): Promise<void>;
  putPublication(publication: Publication): Promise<void>;
  insertNoted(noted: Omit<Noted, "id">): Promise<Noted>;
  /** @param firstId greater than `lastAlertId`; those that follow count up from it */
  insertAlerts(firstId: number, alerts: readonly Omit<StoredAlert, "id">[]): Promise<void>;
  endAlerts(ids: readonly number[], atMs: number): Promise<void>;
  /** Forgets at most `limit` of those that ended before this moment. */
  pruneAlerts(old: { endedBeforeMs: number; limit: number }): Promise<void>;
}

export interface StoredSignal extends Signal {
  readonly incidentId: number | null;
}

/** A stretch in which one signal of a check kept its kind. A signal has one after the other, without a gap. */
export interface SignalPhase {
  readonly signalId: string;
  readonly subject: Signal["subject"];
  readonly kind: Signal["kind"];
  /** Unix epoch UTC; of the first phase when it really began */
  readonly fromMs: number;
  /** null: it lasts */
  readonly toMs: number | null;
}

/** Good for acknowledge and hand-over of one incident by one person. */
export interface AckToken {
  /** sha256 of the token, hex */
  readonly hash: string;
  readonly incidentId: number;
  readonly person: string;
  readonly expiresAt: Stamp;
  /** void once the incident is resolved or a new token was made */
  readonly voidedAt: Stamp | null;
}

export interface StoredVantage {
  readonly name: string;
  /** ed25519 public key, base64url of the raw 32 bytes */
  readonly publicKey: string;
  readonly joinedAt: Stamp;
  readonly revokedAt: Stamp | null;
  /** the highest report number taken in */
  readonly lastSequence: number;
}

export interface JoinToken {
  /** sha256 of the token, hex */
  readonly hash: string;
  readonly vantage: string;
  /** the 15 minutes count from here */
  readonly firstSeenAt: Stamp;
  readonly usedAt: Stamp | null;
}

export interface Session {
  /** sha256 of the session's secret, hex */
  readonly hash: string;
  readonly actor: string;
  /** whose it is; null: the start token opened it */
  readonly account: string | null;
  /** compared with each changing form's own field */
  readonly csrf: string;
  readonly openedAt: Stamp;
  /** when it was last used, to within some minutes */
  readonly seenAt: Stamp;
  /** it ends here however much it is used */
  readonly expiresAt: Stamp;
  /** the client's address when it was opened */
  readonly address: string;
  /** what the browser called itself, foreign text */
  readonly agent: string;
}

/** The last word on one place the status page is published to. */
export interface Publication {
  readonly target: string;
  /** sha256 over the files, hex: what was last written, fetched back and found equal; null when never */
  readonly verifiedHash: string | null;
  readonly verifiedAt: Stamp | null;
  /** the overall state the verified page shows */
  readonly verifiedState: string | null;
  readonly lastError: string | null;
  readonly lastTriedAt: Stamp;
}

export const notedKinds = ["change", "window", "restore", "copy", "contact"] as const;
export type NotedKind = (typeof notedKinds)[number];

/** A noun of a stage that is not built yet, written by hand. */
export interface Noted {
  readonly id: number;
  readonly kind: NotedKind;
  readonly text: string;
  readonly actor: string;
  readonly at: Stamp;
}

/** `api`: `/api/v2/alerts`, ends when nobody repeats it; `webhook`: Alertmanager tells when it ends. */
export type AlertSource = "api" | "webhook";

/** An alert of another monitoring system, as it first came. */
export interface StoredAlert {
  readonly id: number;
  /** of its labels, which are its identity */
  readonly fingerprint: string;
  readonly source: AlertSource;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** where its sender shows it */
  readonly generator: string | null;
  /** by the sender's clock, Unix epoch UTC */
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  readonly receivedAtMs: number;
}
