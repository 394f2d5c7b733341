import type { Migration } from "./migration.ts";

// A draft is what people add to an incident's facts; an edition is a whole report as it was published, never changed again.
export const reports: Migration = {
  version: 5,
  name: "reports",
  sql: `
CREATE TABLE report_drafts (
  incident_id INTEGER PRIMARY KEY REFERENCES incidents (id),
  draft TEXT NOT NULL,
  revision INTEGER NOT NULL,
  saved_at TEXT NOT NULL,
  saved_by TEXT NOT NULL
) STRICT;

CREATE TABLE report_editions (
  incident_id INTEGER NOT NULL REFERENCES incidents (id),
  edition INTEGER NOT NULL,
  stage TEXT NOT NULL,
  documents TEXT NOT NULL,
  published_at TEXT NOT NULL,
  published_by TEXT NOT NULL,
  PRIMARY KEY (incident_id, edition)
) STRICT;
`,
};
