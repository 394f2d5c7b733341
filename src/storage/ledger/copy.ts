import fs from "node:fs";
import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { createFile, sizeOf, syncPath, type LedgerFiles } from "./folder.ts";
import type { Connection } from "./sqlite.ts";

export const copyEveryMs = 24 * 60 * 60 * 1000;
/** Left free beside the copy, so that keeping one never fills the disk the ledger lives on. */
const spareBytes = 16 * 1024 * 1024;

export interface CopyDeps {
  readonly files: LedgerFiles;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where the last good copy is and how old it is, as facts of a refusal; empty without one. */
export function copyFacts({ copy }: LedgerFiles, clock: Clock): Readonly<Record<string, string | number>> {
  const stat = fs.statSync(copy, { throwIfNoEntry: false });
  if (stat === undefined) return {};
  const ageMs = Math.max(0, clock.nowMs() - stat.mtimeMs);
  return { backup: copy, backupAgeHours: Math.round(ageMs / 3_600_000) };
}

/** A copy dated in the future is of a time when the wall clock was wrong: it counts as old. */
export function isCopyDue({ copy }: LedgerFiles, clock: Clock): boolean {
  const stat = fs.statSync(copy, { throwIfNoEntry: false });
  return stat === undefined || Math.abs(clock.nowMs() - stat.mtimeMs) >= copyEveryMs;
}

/**
 * Writes the whole ledger, as of the last commit, to `ledger.backup`; the earlier copy is replaced only by a finished
 * one. A copy that cannot be made is told in the log and stops nothing.
 */
export function keepCopy(deps: CopyDeps): void {
  const { files, log } = deps;
  const neededBytes = (sizeOf(files.ledger) ?? 0) + (sizeOf(files.wal) ?? 0) + spareBytes;
  try {
    const { bavail, bsize } = fs.statfsSync(files.folder);
    const freeBytes = bavail * bsize;
    if (freeBytes >= neededBytes) writeCopy(deps);
    else log.warn("copy of the ledger not made: too little space", { folder: files.folder, freeBytes, neededBytes });
  } catch (thrown) {
    log.error("copy of the ledger not made", { folder: files.folder, reason: errorText(thrown) });
  }
}

function writeCopy({ files, connection, clock, log }: CopyDeps): void {
  const part = `${files.copy}.part`;
  const from = clock.monotonicMs();
  fs.rmSync(part, { force: true });
  try {
    createFile(part);
    connection.exec(`VACUUM INTO '${part.replaceAll("'", "''")}'`);
    syncPath(part);
    const atSeconds = clock.nowMs() / 1000;
    fs.utimesSync(part, atSeconds, atSeconds);
    fs.renameSync(part, files.copy);
    syncPath(files.folder);
  } finally {
    fs.rmSync(part, { force: true });
  }
  const tookMs = Math.round(clock.monotonicMs() - from);
  log.info("copy of the ledger kept", { file: files.copy, sizeBytes: sizeOf(files.copy) ?? 0, tookMs });
}

/**
 * Whether this file came from `ledger.backup`: a ledger in use says in its header that it keeps a write-ahead log, a copy
 * does not. A log left by the file it replaces must not be played into it. Source: sqlite.org/fileformat2.html §1.3.3
 */
export function isCopy(file: string): boolean {
  const header = Buffer.alloc(20);
  const handle = fs.openSync(file, "r");
  try {
    fs.readSync(handle, header, 0, header.length, 0);
  } finally {
    fs.closeSync(handle);
  }
  return header[18] === 1 && header[19] === 1;
}
