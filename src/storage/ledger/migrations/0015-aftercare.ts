import type { Migration } from "./migration.ts";

// The newest answer to each question about each host of a window; what was asked before stands in the events.
export const aftercare: Migration = {
  version: 15,
  name: "aftercare",
  sql: `
CREATE TABLE aftercare_findings (
  window_id INTEGER NOT NULL,
  host TEXT NOT NULL,
  "check" TEXT NOT NULL,
  finding TEXT NOT NULL,
  PRIMARY KEY (window_id, host, "check")
) STRICT;
`,
};
