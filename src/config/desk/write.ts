import fs from "node:fs";
import path from "node:path";
import { KoboshiError } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import { systemCode } from "../source.ts";

/** A file as it is to be; `before` null: it must not be there yet. */
export interface Replacement {
  readonly file: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array;
}

/** New contents that lie beside their files, whole and on the disk, and take their place or go away together. */
export interface Prepared {
  /** @throws KoboshiError KB1105 when a file is not as it was read, KB1107 */
  commit(): void;
  /** Puts back what was there before the commit. @throws KoboshiError KB1107 */
  undo(): void;
  discard(): void;
}

interface Staged extends Replacement {
  /** where a link leads: the link itself stays */
  readonly real: string;
  readonly staging: string;
}

const newFileMode = 0o600;
const writeBits = 0o222;

/** Writes every new content into a file of its own beside its place, with the mode and owner of what it replaces. @throws KoboshiError KB1107 */
export function prepareFiles(replacements: readonly Replacement[]): Prepared {
  const staged: Staged[] = [];
  const discard = (): void => staged.forEach(({ staging }) => fs.rmSync(staging, { force: true }));
  for (const replacement of replacements) {
    const real = realPath(replacement.file);
    const staging = path.join(path.dirname(real), `.${path.basename(real)}.${randomId()}.tmp`);
    staged.push({ ...replacement, real, staging });
    try {
      stage({ ...replacement, real, staging });
    } catch (thrown) {
      discard();
      throw refusal(replacement.file, thrown);
    }
  }
  const placed: Staged[] = [];
  return {
    commit() {
      try {
        staged.forEach(isAsRead);
        for (const one of staged) {
          place(one);
          placed.push(one);
        }
      } finally {
        discard();
      }
    },
    undo() {
      for (const { file, real, before, after } of placed) {
        if (before === null) fs.rmSync(real, { force: true });
        else prepareFiles([{ file, before: after, after: before }]).commit();
      }
    },
    discard,
  };
}

/** A file that is not there yet is where it will be. */
function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

function refusal(file: string, thrown: unknown): KoboshiError {
  if (thrown instanceof KoboshiError) return thrown;
  return new KoboshiError("KB1107", { path: path.basename(file), reason: systemCode(thrown) }, thrown);
}

function stage({ file, real, staging, before, after }: Staged): void {
  const stat = before === null ? null : fs.statSync(real);
  const mode = stat === null ? newFileMode : stat.mode & 0o7777;
  // root may write anything; a file nobody may write is left alone all the same
  if ((mode & writeBits) === 0) throw new KoboshiError("KB1107", { path: path.basename(file), reason: "read-only" });
  if (stat !== null) fs.accessSync(real, fs.constants.W_OK);
  const handle = fs.openSync(staging, "wx", newFileMode);
  try {
    fs.writeFileSync(handle, after);
    if (stat !== null) keepOwner(handle, stat, file);
    fs.fchmodSync(handle, mode);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function keepOwner(handle: number, { uid, gid }: fs.Stats, file: string): void {
  const own = fs.fstatSync(handle);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fs.fchownSync(handle, uid, gid);
  } catch (thrown) {
    throw new KoboshiError("KB1107", { path: path.basename(file), reason: "owner" }, thrown);
  }
}

function isAsRead({ file, real, before }: Staged): void {
  const now = contents(real);
  const same = now === null ? before === null : before !== null && Buffer.from(now).equals(before);
  if (!same) throw new KoboshiError("KB1105", { path: path.basename(file) });
}

function contents(file: string): Uint8Array | null {
  try {
    return fs.readFileSync(file);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return null;
    throw refusal(file, thrown);
  }
}

function place({ file, real, staging, before }: Staged): void {
  try {
    // a link fails where a file has appeared meanwhile; a rename would replace it
    if (before === null) fs.linkSync(staging, real);
    else fs.renameSync(staging, real);
    syncFolder(path.dirname(real));
  } catch (thrown) {
    if (systemCode(thrown) === "EEXIST") throw new KoboshiError("KB1105", { path: path.basename(file) }, thrown);
    throw refusal(file, thrown);
  }
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
