import type { Migration } from "./migration.ts";

// A part of a snapshot that is as it was is not written again: the row that says so names its hash. `at_ms` is by the hub's
// wall clock. What a host shows from outside is kept beside, for hosts nobody looks into too.
export const snapshots: Migration = {
  version: 13,
  name: "snapshots",
  sql: `
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  head TEXT NOT NULL
) STRICT;
CREATE INDEX snapshots_of_host ON snapshots (host, at_ms);

CREATE TABLE snapshot_parts (
  sha256 TEXT PRIMARY KEY,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot_sections (
  snapshot INTEGER NOT NULL,
  section TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (snapshot, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_sections_part ON snapshot_sections (sha256);

CREATE TABLE snapshot_noise (
  host TEXT PRIMARY KEY,
  comparisons TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outside_views (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX outside_views_of_host ON outside_views (host, at_ms);
`,
};
