import type { Migration } from "./migration.ts";

// A set may lie in several places, so a run is one of a set into one place. `backup_sets` repeats what the repositories say,
// and is replaced by what they say: the repository wins. Verifications, proofs and restores are never changed once ended.
export const recovery: Migration = {
  version: 11,
  name: "recovery",
  sql: `
CREATE TABLE backup_runs (
  set_id TEXT NOT NULL,
  place TEXT NOT NULL,
  plan TEXT NOT NULL,
  ended INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL,
  run TEXT NOT NULL,
  PRIMARY KEY (set_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX backup_runs_of_plan ON backup_runs (plan, started_at_ms);
CREATE INDEX backup_runs_open ON backup_runs (ended) WHERE ended = 0;

CREATE TABLE backup_copies (
  plan TEXT NOT NULL,
  place TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (plan, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_sets (
  plan TEXT NOT NULL,
  place TEXT NOT NULL,
  set_id TEXT NOT NULL,
  snapshot_at TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (plan, place, set_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_verifications (
  ord INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  plan TEXT NOT NULL,
  place TEXT NOT NULL,
  verification TEXT NOT NULL
) STRICT;
CREATE INDEX backup_verifications_of_copy ON backup_verifications (plan, place, ord);

CREATE TABLE delete_proofs (
  ord INTEGER PRIMARY KEY,
  plan TEXT NOT NULL,
  place TEXT NOT NULL,
  proof TEXT NOT NULL
) STRICT;
CREATE INDEX delete_proofs_of_copy ON delete_proofs (plan, place, ord);

CREATE TABLE restore_runs (
  ord INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  plan TEXT NOT NULL,
  ended INTEGER NOT NULL,
  run TEXT NOT NULL
) STRICT;
CREATE INDEX restore_runs_of_plan ON restore_runs (plan, ord);
`,
};
