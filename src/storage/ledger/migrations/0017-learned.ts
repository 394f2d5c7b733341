import type { Migration } from "./migration.ts";

// What an evidence looks like on healthy days, one row each with its last days; an empty vantage is none. A picture belongs to an
// incident, its body lies beside what tells of it so that lists stay small.
export const learned: Migration = {
  version: 17,
  name: "learned",
  sql: `
CREATE TABLE habits (
  evidence TEXT NOT NULL,
  target TEXT NOT NULL,
  vantage TEXT NOT NULL,
  withdrawn INTEGER NOT NULL,
  days TEXT NOT NULL,
  PRIMARY KEY (evidence, target, vantage)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_pictures (
  id INTEGER PRIMARY KEY,
  incident_id INTEGER NOT NULL,
  picture TEXT NOT NULL
) STRICT;
CREATE INDEX incident_pictures_incident ON incident_pictures (incident_id, id);

CREATE TABLE picture_bodies (
  picture INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
`,
};
