import type { Migration } from "./migration.ts";

// One row for each job ever seen, also when the configuration no longer names it: its address comes back with it. `data`
// holds all of a report but its body, which is kept for fewer of them.
export const jobs: Migration = {
  version: 3,
  name: "jobs",
  sql: `
CREATE TABLE jobs (
  key TEXT PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  declared INTEGER NOT NULL CHECK (declared IN (0, 1)),
  created_at TEXT NOT NULL,
  paused_at TEXT,
  record TEXT NOT NULL
) STRICT;

CREATE TABLE pings (
  job TEXT NOT NULL REFERENCES jobs (key),
  number INTEGER NOT NULL,
  data TEXT NOT NULL,
  body TEXT,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
`,
};
