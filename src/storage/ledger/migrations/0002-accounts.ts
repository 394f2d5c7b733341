import type { Migration } from "./migration.ts";

// Sessions are made anew: whoever was signed in by the start token signs in again.
// The index holds exactly what the audit log shows; the query must spell its condition the same way (nouns/accounts.ts).
export const accounts: Migration = {
  version: 2,
  name: "accounts",
  sql: `
CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
  totp TEXT,
  recovery TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_login_at TEXT
) STRICT;

DROP TABLE sessions;
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  account TEXT REFERENCES accounts (name) ON DELETE CASCADE,
  csrf TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account);

CREATE TABLE api_tokens (
  name TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  last_used_at TEXT,
  revoked_at TEXT
) STRICT;

CREATE INDEX events_of_audit ON events (seq)
WHERE actor <> 'koboshi' OR kind IN ('hub.started', 'hub.stopped', 'config.applied', 'config.refused', 'session.refused');
`,
};
