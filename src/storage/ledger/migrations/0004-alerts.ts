import type { Migration } from "./migration.ts";

// Alerts of other monitoring systems: rows are only ever added at the end, so that a storm writes few pages; which of them
// are open is kept in memory while the hub runs. What its sender told is one JSON text: nothing is ever searched by it.
export const alerts: Migration = {
  version: 4,
  name: "alerts",
  sql: `
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  told TEXT NOT NULL,
  ended_at_ms REAL
) STRICT;
CREATE INDEX alerts_ended ON alerts (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
CREATE INDEX deliveries_by_channel ON deliveries (channel, state);
`,
};
