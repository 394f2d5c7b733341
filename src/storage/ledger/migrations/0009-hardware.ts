import type { Migration } from "./migration.ts";

// `record` is the newest look at one source of a host with what was learnt on the way: its certificate, its protocols.
// Traps are numbered in order of arrival; only the newest are kept.
export const hardware: Migration = {
  version: 9,
  name: "hardware",
  sql: `
CREATE TABLE hardware (
  host TEXT NOT NULL,
  source TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (host, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE traps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX traps_of_host ON traps (host, id);
`,
};
