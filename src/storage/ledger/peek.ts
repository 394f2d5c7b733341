import fs from "node:fs";
import { Kysely, SqliteDialect } from "kysely";
import type { Clock } from "../../kernel/clock.ts";
import { refusalOf } from "./failures.ts";
import { ledgerFiles } from "./folder.ts";
import type { LedgerReads } from "./ledger.ts";
import { versionOf } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { allReads } from "./nouns/index.ts";
import { connect, openDriver } from "./sqlite.ts";
import type { Tables } from "./tables.ts";

/** A ledger that is looked at and never written, whether a hub has it open or not. */
interface LedgerPeek {
  readonly read: LedgerReads;
  close(): void;
}

/**
 * Opens the ledger of a folder for reading alone: nothing is made, brought up to date or locked.
 * @returns null where there is no ledger, or one of an older koboshi, whose tables are not these yet
 * @throws KoboshiError KB2002 damaged, KB2004 written by a newer koboshi, KB2005 not readable by this user
 */
export function peekLedger(folder: string, clock: Clock): LedgerPeek | null {
  const files = ledgerFiles(folder);
  if ((fs.statSync(files.ledger, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  const translate = (thrown: unknown): unknown => refusalOf(thrown, { files, clock });
  try {
    const connection = connect(openDriver(files.ledger), translate);
    try {
      connection.exec("PRAGMA query_only = ON; PRAGMA busy_timeout = 1000; PRAGMA temp_store = MEMORY");
      if (versionOf({ connection, files, clock, migrations }) < migrations.length) {
        connection.close();
        return null;
      }
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
    return { read: allReads(db), close: () => connection.close() };
  } catch (thrown) {
    throw translate(thrown);
  }
}
