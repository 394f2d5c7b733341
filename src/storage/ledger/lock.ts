import fs from "node:fs";
import { KoboshiError } from "../../kernel/errors.ts";
import { createFile, type LedgerFiles } from "./folder.ts";
import { connect, openDriver, troubleOf } from "./sqlite.ts";

/** SQLite's lock bytes begin at 1 GB, far past the end of the empty file. Source: sqlite.org/lockingv3.html */
const lockedByte = 0x4000_0000;

export interface Lock {
  release(): void;
}

/**
 * Makes this the only hub on the folder. The lock is SQLite's own exclusive lock on an empty database beside the ledger:
 * the kernel keeps it with the file, so it holds across every namespace and container that sees the folder (a socket's
 * name would not), the kernel frees it when the process ends in whatever way, and SQLite refuses a second one inside the
 * same process too. The file itself means nothing and may stay.
 * @throws KoboshiError KB2001 at once when it is taken
 */
export function takeLock(files: LedgerFiles): Lock {
  createFile(files.lock);
  const connection = connect(openDriver(files.lock), (thrown) => {
    if (troubleOf(thrown) !== "busy") return thrown;
    const pid = holderOf(files.lock);
    return new KoboshiError("KB2001", { folder: files.folder, ...(pid === null ? {} : { pid }) }, thrown);
  });
  try {
    connection.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = NORMAL");
    connection.exec("BEGIN EXCLUSIVE");
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
  return {
    release() {
      connection.exec("ROLLBACK");
      connection.close();
    },
  };
}

/** @returns null where the system does not say, or when the holder lives in another process namespace */
function holderOf(file: string): number | null {
  try {
    const { ino } = fs.statSync(file);
    const line = fs
      .readFileSync("/proc/locks", "utf8")
      .split("\n")
      .find((text) => text.includes(" WRITE ") && text.includes(`:${ino} ${lockedByte} `));
    const pid = Number(line?.trim().split(/\s+/)[4]);
    return pid > 0 ? pid : null;
  } catch {
    return null; // no such list on this system: the refusal stands without the number
  }
}
