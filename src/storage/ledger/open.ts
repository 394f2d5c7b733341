import { Kysely, SqliteDialect } from "kysely";
import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { copyEveryMs, isCopyDue, keepCopy } from "./copy.ts";
import { refusalOf } from "./failures.ts";
import { prepareFile, refuseDamage, useWriteAheadLog } from "./file.ts";
import { ledgerFiles, prepareFolder, type LedgerFiles } from "./folder.ts";
import { createGate } from "./gate.ts";
import type { Ledger } from "./ledger.ts";
import { takeLock } from "./lock.ts";
import { migrate, versionOf } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { createEventWriter } from "./nouns/events.ts";
import { allReads, readsAndWrites } from "./nouns/index.ts";
import { connect, openDriver, type Connection } from "./sqlite.ts";
import type { Tables } from "./tables.ts";
import { createTransactions } from "./transactions.ts";

export interface OpenLedger {
  /** made, for its owner only, when it is not there */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the ledger of this folder for the one process that may write it.
 * @throws KoboshiError KB2001 another process has it, KB2002 damaged, KB2003 no space, KB2004 written by a newer
 * koboshi, KB2005 the folder cannot be written
 */
export async function openLedger(deps: OpenLedger): Promise<Ledger> {
  const files = ledgerFiles(deps.folder);
  const opened: (() => void)[] = [];
  const undoAll = (): void => {
    for (const undo of opened.splice(0).toReversed()) undo();
  };
  try {
    prepareFolder(files);
    const lock = takeLock(files);
    opened.push(() => lock.release());
    const connections = openConnections(files, deps, (connection) => {
      opened.push(() => connection.close());
    });
    return assemble({ ...deps, files, ...connections, closeAll: undoAll });
  } catch (thrown) {
    undoAll();
    throw refusalOf(thrown, { files, clock: deps.clock });
  }
}

interface Connections {
  readonly writer: Connection;
  readonly reader: Connection;
}

function openConnections(
  files: LedgerFiles,
  { clock, log }: OpenLedger,
  opened: (connection: Connection) => void,
): Connections {
  const isNew = prepareFile(files, { clock, log });
  const open = (): Connection => {
    const connection = connect(openDriver(files.ledger), (thrown) => refusalOf(thrown, { files, clock }));
    opened(connection);
    return connection;
  };
  const writer = open();
  useWriteAheadLog(writer, files);
  // FULL: a commit is on the disk before it is answered. The log beside the file is cut back after a burst.
  writer.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  writer.exec("PRAGMA busy_timeout = 50; PRAGMA journal_size_limit = 8388608; PRAGMA temp_store = MEMORY");
  refuseDamage(writer, { files, clock });
  const pending = versionOf({ connection: writer, files, clock, migrations }) < migrations.length;
  const copy = { files, connection: writer, clock, log };
  if (!isNew && (pending || isCopyDue(files, clock))) keepCopy(copy);
  migrate({ connection: writer, files, clock, migrations });
  if (isNew) keepCopy(copy);
  const reader = open();
  reader.exec("PRAGMA busy_timeout = 1000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY");
  return { writer, reader };
}

interface Parts extends OpenLedger, Connections {
  readonly files: LedgerFiles;
  readonly closeAll: () => void;
}

function assemble({ files, writer, reader, clock, log, closeAll }: Parts): Ledger {
  const gate = createGate(writer);
  const events = createEventWriter(gate.connection, clock);
  const tx = readsAndWrites(kyselyOn(gate.connection), events);
  const transactions = createTransactions({ gate, tx, events, clock, log });
  let copying = clock.after(copyEveryMs, copyDaily);
  let closing: Promise<void> | null = null;

  function copyDaily(): void {
    copying = clock.after(copyEveryMs, copyDaily);
    void transactions.between(() => keepCopy({ files, connection: writer, clock, log }));
  }

  async function close(): Promise<void> {
    copying.cancel();
    await transactions.end();
    try {
      writer.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (thrown) {
      // the next start folds the side file in
      log.warn("the ledger's side file is left", { file: files.wal, reason: errorText(thrown) });
    }
    closeAll();
  }

  return {
    read: allReads(kyselyOn(reader)),
    transaction: transactions.transaction,
    onCommit: transactions.onCommit,
    close: () => (closing ??= close()),
  };
}

function kyselyOn(database: Connection): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
}
