import type { ColumnType, Generated } from "kysely";
import type { Stamp } from "../../kernel/clock.ts";
import type { Actor, EventKind } from "../../kernel/event.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Affected, IncidentState } from "../../kernel/model/incident.ts";
import type { DeliveryState, NoticeKind } from "../../kernel/model/notice.ts";
import type { Facts, Layer, ProbeError } from "../../kernel/model/observation.ts";
import type { ScopeVerdict } from "../../kernel/model/scope.ts";
import type { Severity, SignalKind } from "../../kernel/model/signal.ts";
import type { Json } from "./json.ts";
import type { NotedKind } from "./ledger.ts";

/** 0 or 1 in the file, a boolean when written. */
type Flag = ColumnType<number, boolean, boolean>;

/** The ledger's tables as the newest migration leaves them. */
export interface Tables {
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
    incident_id: number;
    kind: NoticeKind;
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
  sessions: { hash: string; actor: string; csrf: string; expires_at: Json<Stamp> };
  settings: { key: string; value: string };
  publications: {
    target: string;
    verified_hash: string | null;
    verified_at: Json<Stamp> | null;
    verified_state: string | null;
    last_error: string | null;
    last_tried_at: Json<Stamp>;
  };
  notes: { id: Generated<number>; kind: NotedKind; text: string; actor: string; at: Json<Stamp> };
}
