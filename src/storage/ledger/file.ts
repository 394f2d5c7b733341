import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { isCopy } from "./copy.ts";
import { damaged, type Place } from "./failures.ts";
import { createFile, setAside, sizeOf, syncPath, type LedgerFiles } from "./folder.ts";
import type { Connection } from "./sqlite.ts";

/**
 * Makes the file when there is none. A new ledger gets its first copy at once, so an empty file beside a copy was emptied
 * by something else: it is not taken for new.
 */
export function prepareFile(files: LedgerFiles, { clock, log }: { clock: Clock; log: Log }): boolean {
  if (createFile(files.ledger)) {
    syncPath(files.folder);
    if (sizeOf(files.copy) !== null) {
      const keptFile = setAside(files.copy, clock);
      log.warn("the ledger was gone: a new one is begun", { file: files.ledger, keptFile });
    }
    return true;
  }
  const walBytes = sizeOf(files.wal) ?? 0;
  if (sizeOf(files.ledger) === 0) {
    if (sizeOf(files.copy) !== null || walBytes > 0) throw damaged({ files, clock }, "the file is empty");
    return true;
  }
  if (walBytes > 0 && isCopy(files.ledger)) {
    const keptFile = setAside(files.wal, clock);
    log.warn("the ledger is a copy put back: the changes beside it are of another file", { keptFile });
  }
  return false;
}

/** Reads the whole file once: about 2 ms per MB. */
export function refuseDamage(connection: Connection, place: Place): void {
  const [{ quick_check: verdict } = {}] = connection.rows("PRAGMA quick_check(1)");
  if (verdict !== "ok") throw damaged(place, String(verdict));
}

/** Readers then never wait for the writer. @throws KoboshiError KB2005 where shared memory files do not work */
export function useWriteAheadLog(connection: Connection, { folder }: LedgerFiles): void {
  const [{ journal_mode: mode } = {}] = connection.rows("PRAGMA journal_mode = WAL");
  if (mode === "wal") return;
  throw new KoboshiError("KB2005", { folder, reason: "this file system cannot keep a write-ahead log" });
}
