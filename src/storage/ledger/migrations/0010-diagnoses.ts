import type { Migration } from "./migration.ts";

// A diagnosis is one row that grows while it runs; the newest of an incident is the one shown, older ones are its history. A
// case is a cause somebody confirmed, with all that was seen: what is learned is computed from the cases that stand.
export const diagnoses: Migration = {
  version: 10,
  name: "diagnoses",
  sql: `
CREATE TABLE diagnoses (
  id INTEGER PRIMARY KEY,
  incident_id INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  diagnosis TEXT NOT NULL
) STRICT;
CREATE INDEX diagnoses_incident ON diagnoses (incident_id, id);

CREATE TABLE cause_cases (
  id INTEGER PRIMARY KEY,
  incident_id INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  "case" TEXT NOT NULL
) STRICT;

`,
};
