import fs from "node:fs";
import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError, errorText } from "../../kernel/errors.ts";

export interface LedgerFiles {
  /** absolute */
  readonly folder: string;
  readonly ledger: string;
  /** commits not yet folded into the ledger; SQLite names it */
  readonly wal: string;
  readonly lock: string;
  /** the last good copy */
  readonly copy: string;
}

export function ledgerFiles(folder: string): LedgerFiles {
  const absolute = path.resolve(folder);
  const inside = (name: string): string => path.join(absolute, name);
  return {
    folder: absolute,
    ledger: inside("ledger.sqlite"),
    wal: inside("ledger.sqlite-wal"),
    lock: inside("ledger.lock"),
    copy: inside("ledger.backup"),
  };
}

/**
 * Makes the folder, readable by its owner only, unless it is there.
 * @throws KoboshiError KB2005 when nothing can be written there, KB2003 when the disk is full
 */
export function prepareFolder({ folder }: LedgerFiles): void {
  reaching(folder, () => {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.accessSync(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  });
}

/**
 * Makes an empty file only its owner can read; SQLite gives its side files the same rights. An existing file is not even
 * opened: closing it would drop the locks this process holds on it.
 * @returns false when it existed
 */
export function createFile(file: string): boolean {
  return reaching(path.dirname(file), () => {
    try {
      fs.closeSync(fs.openSync(file, "wx", 0o600));
      return true;
    } catch (thrown) {
      if (errorCode(thrown) === "EEXIST") return false;
      throw thrown;
    }
  });
}

/** Makes a new or renamed name in the folder survive a power cut. */
export function syncPath(file: string): void {
  const handle = fs.openSync(file, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Renames what must not be used but not be lost either. @returns the new path */
export function setAside(file: string, clock: Clock): string {
  const aside = `${file}.aside-${clock.nowMs()}`;
  fs.renameSync(file, aside);
  return aside;
}

export function sizeOf(file: string): number | null {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

function reaching<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const full = ["ENOSPC", "EDQUOT", "EIO"].includes(errorCode(thrown) ?? "");
    throw new KoboshiError(full ? "KB2003" : "KB2005", { folder, reason: errorText(thrown) }, thrown);
  }
}

function errorCode(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException).code;
}
