import type { Migration } from "./migration.ts";

// A way through the network is a row when it differs from the one before. A report holds no address, only its number of the
// day.
export const pathsPeople: Migration = {
  version: 8,
  name: "paths-people",
  sql: `
CREATE TABLE path_routes (
  vantage TEXT NOT NULL,
  target TEXT NOT NULL,
  ord INTEGER NOT NULL,
  route TEXT NOT NULL,
  PRIMARY KEY (vantage, target, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE people_reports (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX people_reports_at ON people_reports (at_ms);
`,
};
