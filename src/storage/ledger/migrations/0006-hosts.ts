import type { Migration } from "./migration.ts";

// One row for each host ever looked into; its history is in the measurements, here is what a restart must not forget.
export const hosts: Migration = {
  version: 6,
  name: "hosts",
  sql: `
CREATE TABLE hosts (
  key TEXT PRIMARY KEY,
  pinned_key TEXT,
  pinned_by TEXT,
  pinned_at TEXT,
  seen_key TEXT,
  boot_id TEXT,
  machine_id TEXT,
  reading TEXT,
  read_at TEXT
) STRICT;
`,
};
