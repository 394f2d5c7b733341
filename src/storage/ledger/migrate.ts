import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { damaged } from "./failures.ts";
import type { LedgerFiles } from "./folder.ts";
import type { Migration } from "./migrations/migration.ts";
import type { Connection } from "./sqlite.ts";

/** "KOBO": tells a ledger of koboshi from any other SQLite file. */
const applicationId = 0x4b_4f_42_4f;

export interface MigrateDeps {
  readonly connection: Connection;
  readonly files: LedgerFiles;
  readonly clock: Clock;
  readonly migrations: readonly Migration[];
}

/**
 * How many migrations the file has seen; 0 for a new file.
 * @throws KoboshiError KB2002 when it is not a ledger, KB2004 when a newer koboshi wrote it
 */
export function versionOf({ connection, migrations, ...place }: MigrateDeps): number {
  const [{ application_id: found } = {}] = connection.rows("PRAGMA application_id");
  const [{ tables } = {}] = connection.rows("SELECT count(*) AS tables FROM sqlite_schema");
  if (found === 0 && tables === 0) return 0;
  if (found !== applicationId) throw damaged(place, "this is a database, but not a ledger of koboshi");
  const [{ version } = {}] = connection.rows("SELECT coalesce(max(version), 0) AS version FROM migrations");
  if (typeof version !== "number") throw damaged(place, "the list of migrations cannot be read");
  if (version > migrations.length) {
    throw new KoboshiError("KB2004", { file: place.files.ledger, found: version, known: migrations.length });
  }
  return version;
}

/** Brings the file to the newest shape, each step whole or not at all. */
export function migrate(deps: MigrateDeps): void {
  for (const migration of deps.migrations.slice(versionOf(deps))) apply(deps, migration);
}

function apply({ connection, clock }: MigrateDeps, { version, name, sql }: Migration): void {
  connection.exec("BEGIN IMMEDIATE");
  try {
    if (version === 1) {
      connection.exec(`PRAGMA application_id = ${applicationId}`);
      connection.exec(
        "CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at_ms REAL NOT NULL) STRICT",
      );
    }
    connection.exec(sql);
    connection.prepare("INSERT INTO migrations VALUES (?, ?, ?)").run([version, name, clock.nowMs()]);
    connection.exec("COMMIT");
  } catch (thrown) {
    undo(connection);
    throw thrown;
  }
}

/** SQLite undoes a transaction by itself when the disk is full; then there is nothing left to undo. */
export function undo(connection: Connection): void {
  try {
    connection.exec("ROLLBACK");
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.message.includes("no transaction is active"))) throw thrown;
  }
}
