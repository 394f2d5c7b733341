import type { Migration } from "./migration.ts";

// What a window is lies in `window`; `watch` is what its keeper has to remember over a restart. A signal is held once,
// however many windows hold it.
export const windows: Migration = {
  version: 12,
  name: "windows",
  sql: `
CREATE TABLE windows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL,
  origin TEXT NOT NULL,
  reference TEXT,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  window TEXT NOT NULL,
  watch TEXT NOT NULL
) STRICT;
CREATE INDEX windows_by_start ON windows (start_ms);
CREATE INDEX windows_by_origin ON windows (origin, reference);
CREATE INDEX windows_alive ON windows (state) WHERE state NOT IN ('closed', 'cancelled');

CREATE TABLE window_held (
  signal TEXT PRIMARY KEY,
  window INTEGER NOT NULL REFERENCES windows (id),
  held TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX window_held_by ON window_held (window);
`,
};
