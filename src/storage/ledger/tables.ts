import type { ColumnType, Generated } from "kysely";
import type { Stamp } from "../../kernel/clock.ts";
import type { Actor, EventKind } from "../../kernel/event.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Affected, IncidentState } from "../../kernel/model/incident.ts";
import type { Delivery, DeliveryState } from "../../kernel/model/notice.ts";
import type { JobPing } from "../../kernel/model/job.ts";
import type { Facts, Layer, ProbeError } from "../../kernel/model/observation.ts";
import type { ScopeVerdict } from "../../kernel/model/scope.ts";
import type { Severity, SignalKind } from "../../kernel/model/signal.ts";
import type { Json } from "./json.ts";
import type { StoredAlert, NotedKind } from "./ledger.ts";
import type { AccountTables } from "./nouns/accounts.ts";
import type { DiagnosisTables } from "./nouns/diagnoses.ts";
import type { FeedTables } from "./nouns/feeds.ts";
import type { LearnedTables } from "./nouns/learned.ts";
import type { PathTables } from "./nouns/paths.ts";
import type { RecoveryTables } from "./nouns/recovery.ts";
import type { AftercareTables } from "./nouns/aftercare.ts";
import type { RepairTables } from "./nouns/repairs.ts";
import type { SnapshotTables } from "./nouns/snapshots.ts";
import type { PeopleTables } from "./nouns/people.ts";
import type { HostTables } from "./nouns/hosts.ts";
import type { HardwareTables } from "./nouns/hardware.ts";
import type { JobRecord } from "./nouns/jobs.ts";
import type { WindowTables } from "./nouns/windows.ts";

/** 0 or 1 in the file, a boolean when written. */
type Flag = ColumnType<number, boolean, boolean>;

/** What jobs reported. */
export interface JobTables {
  jobs: {
    key: string;
    uuid: string;
    declared: Flag;
    created_at: Json<Stamp>;
    paused_at: Json<Stamp> | null;
    record: Json<JobRecord>;
  };
  pings: { job: string; number: number; data: Json<Omit<JobPing, "body">>; body: Json<string> | null };
}

/** The ledger's tables as the newest migration leaves them. */
export interface Tables
  extends
    WindowTables,
    DiagnosisTables,
    LearnedTables,
    RecoveryTables,
    RepairTables,
    AftercareTables,
    SnapshotTables,
    FeedTables,
    PathTables,
    PeopleTables,
    HardwareTables,
    AccountTables,
    HostTables,
    JobTables {
  incidents: {
    id: Generated<number>;
    state: IncidentState;
    ended: Flag;
    severity: Severity;
    quiet: Flag;
    flapping: Flag;
    subject: ComponentId;
    services: Json<readonly string[]>;
    affected: Json<readonly Affected[]>;
    scope: Json<ScopeVerdict>;
    started_at: Json<Stamp>;
    detected_at: Json<Stamp>;
    acknowledged_at: Json<Stamp> | null;
    acknowledged_by: string | null;
    assigned_to: string | null;
    resolved_at: Json<Stamp> | null;
    resolved_by: string | null;
  };
  events: {
    seq: number;
    kind: EventKind;
    actor: Actor;
    incident_id: number | null;
    data: Json<Readonly<Record<string, unknown>>>;
    at_ms: number;
    monotonic_ms: number;
    boot_id: string;
  };
  signals: {
    ord: Generated<number>;
    id: string;
    incident_id: number | null;
    kind: SignalKind;
    subject: ComponentId;
    check_id: string | null;
    severity: Severity;
    opened_at: Json<Stamp>;
    started_at: Json<Stamp>;
    closed_at: Json<Stamp> | null;
    layer: Layer | null;
    error: Json<ProbeError> | null;
    failing_from: Json<readonly string[]>;
    working_from: Json<readonly string[]>;
    facts: Json<Facts>;
  };
  deliveries: {
    ord: Generated<number>;
    id: string;
    incident_id: number | null;
    window_id: number | null;
    kind: Delivery["kind"];
    channel: string;
    recipient: string;
    state: DeliveryState;
    attempts: number;
    created_at: Json<Stamp>;
    due_at: Json<Stamp>;
    sent_at: Json<Stamp> | null;
    last_error: string | null;
    snapshot: Json<unknown>;
  };
  ack_tokens: {
    hash: string;
    incident_id: number;
    person: string;
    expires_at: Json<Stamp>;
    voided_at: Json<Stamp> | null;
  };
  vantages: {
    name: string;
    public_key: string;
    joined_at: Json<Stamp>;
    revoked_at: Json<Stamp> | null;
    last_sequence: number;
  };
  join_tokens: { hash: string; vantage: string; first_seen_at: Json<Stamp>; used_at: Json<Stamp> | null };
  sessions: {
    hash: string;
    actor: string;
    account: string | null;
    csrf: string;
    opened_at: Json<Stamp>;
    seen_at: Json<Stamp>;
    expires_at: Json<Stamp>;
    address: string;
    agent: string;
  };
  settings: { key: string; value: string };
  publications: {
    target: string;
    verified_hash: string | null;
    verified_at: Json<Stamp> | null;
    verified_state: string | null;
    last_error: string | null;
    last_tried_at: Json<Stamp>;
  };
  report_drafts: {
    incident_id: number;
    draft: Json<unknown>;
    revision: number;
    saved_at: Json<Stamp>;
    saved_by: string;
  };
  report_editions: {
    incident_id: number;
    edition: number;
    stage: string;
    documents: Json<unknown>;
    published_at: Json<Stamp>;
    published_by: string;
  };
  notes: { id: Generated<number>; kind: NotedKind; text: string; actor: string; at: Json<Stamp> };
  alerts: { id: number; told: Json<Omit<StoredAlert, "id">>; ended_at_ms: number | null };
}
