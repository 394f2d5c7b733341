import type { Migration } from "./migration.ts";

// A notice is about an incident or about a window. SQLite cannot take NOT NULL off a column, so the table is made anew.
export const windowNotices: Migration = {
  version: 16,
  name: "window-notices",
  sql: `
CREATE TABLE deliveries_anew (
  ord INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  incident_id INTEGER REFERENCES incidents (id),
  window_id INTEGER REFERENCES windows (id),
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  sent_at TEXT,
  last_error TEXT,
  snapshot TEXT NOT NULL,
  CHECK ((incident_id IS NULL) <> (window_id IS NULL))
) STRICT;
INSERT INTO deliveries_anew
  (ord, id, incident_id, kind, channel, recipient, state, attempts, created_at, due_at, sent_at, last_error, snapshot)
  SELECT ord, id, incident_id, kind, channel, recipient, state, attempts, created_at, due_at, sent_at, last_error, snapshot
  FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE deliveries_anew RENAME TO deliveries;
CREATE INDEX deliveries_by_state ON deliveries (state, ord);
CREATE INDEX deliveries_of_incident ON deliveries (incident_id, ord) WHERE incident_id IS NOT NULL;
CREATE INDEX deliveries_of_window ON deliveries (window_id, ord) WHERE window_id IS NOT NULL;
`,
};
