import type { Migration } from "./migration.ts";

// A notice is one row however often its provider rewrites it; each wording is kept. `search` holds title and text in one
// form (NFKC, lower case), so that Japanese is found without word boundaries.
export const feeds: Migration = {
  version: 7,
  name: "feeds",
  sql: `
CREATE TABLE feeds (
  key TEXT PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE provider_notices (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  feed TEXT NOT NULL,
  guid TEXT NOT NULL,
  search TEXT NOT NULL,
  current TEXT NOT NULL,
  UNIQUE (provider, guid)
) STRICT;

CREATE TABLE provider_notice_versions (
  notice INTEGER NOT NULL REFERENCES provider_notices (id),
  number INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (notice, number)
) STRICT, WITHOUT ROWID;
`,
};
