import type { Migration } from "./migration.ts";

// A repair is one row from its offer to its end. `ended` = 0 are those that a restart looks at again.
export const repairs: Migration = {
  version: 14,
  name: "repairs",
  sql: `
CREATE TABLE repairs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  window_id INTEGER,
  host TEXT NOT NULL,
  repair TEXT NOT NULL,
  state TEXT NOT NULL,
  boot_id TEXT,
  run TEXT NOT NULL
) STRICT;
CREATE INDEX repairs_of_window ON repairs (window_id, id);
CREATE INDEX repairs_of_host ON repairs (host, state);
`,
};
