import type { Migration } from "./migration.ts";

// A moment is one JSON text {"atMs","monotonicMs","bootId"}; only events, which are searched by time, have it in columns.
// `ord` keeps the order of arrival, which no step of the wall clock can change.
export const firstLight: Migration = {
  version: 1,
  name: "first-light",
  sql: `
CREATE TABLE incidents (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL,
  ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
  severity TEXT NOT NULL,
  quiet INTEGER NOT NULL CHECK (quiet IN (0, 1)),
  flapping INTEGER NOT NULL CHECK (flapping IN (0, 1)),
  subject TEXT NOT NULL,
  services TEXT NOT NULL,
  affected TEXT NOT NULL,
  scope TEXT NOT NULL,
  started_at TEXT NOT NULL,
  detected_at TEXT NOT NULL,
  acknowledged_at TEXT,
  acknowledged_by TEXT,
  assigned_to TEXT,
  resolved_at TEXT,
  resolved_by TEXT
) STRICT;
CREATE INDEX incidents_by_ended ON incidents (ended, id);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  incident_id INTEGER REFERENCES incidents (id),
  data TEXT NOT NULL,
  at_ms REAL NOT NULL,
  monotonic_ms REAL NOT NULL,
  boot_id TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_incident ON events (incident_id, seq) WHERE incident_id IS NOT NULL;

CREATE TABLE signals (
  ord INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  incident_id INTEGER REFERENCES incidents (id),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  check_id TEXT,
  severity TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  started_at TEXT NOT NULL,
  closed_at TEXT,
  layer TEXT,
  error TEXT,
  failing_from TEXT NOT NULL,
  working_from TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX signals_open ON signals (ord) WHERE closed_at IS NULL;
CREATE INDEX signals_of_incident ON signals (incident_id, ord) WHERE incident_id IS NOT NULL;

CREATE TABLE deliveries (
  ord INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  incident_id INTEGER NOT NULL REFERENCES incidents (id),
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  sent_at TEXT,
  last_error TEXT,
  snapshot TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_by_state ON deliveries (state, ord);
CREATE INDEX deliveries_of_incident ON deliveries (incident_id, ord);

CREATE TABLE ack_tokens (
  hash TEXT NOT NULL UNIQUE,
  incident_id INTEGER NOT NULL REFERENCES incidents (id),
  person TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  voided_at TEXT,
  PRIMARY KEY (incident_id, person)
) STRICT;

CREATE TABLE vantages (
  name TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  joined_at TEXT NOT NULL,
  revoked_at TEXT,
  last_sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE join_tokens (
  hash TEXT PRIMARY KEY,
  vantage TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  csrf TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE publications (
  target TEXT PRIMARY KEY,
  verified_hash TEXT,
  verified_at TEXT,
  verified_state TEXT,
  last_error TEXT,
  last_tried_at TEXT NOT NULL
) STRICT;

CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  actor TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_kind ON notes (kind, id);
`,
};
