import fs from "node:fs";
import { errorText } from "../kernel/errors.ts";
import type { Bilingual } from "../kernel/lang.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { inBoth } from "../words/config.ts";

/** 5 MB: a thousand times the example; more is a wrong file. */
export const maxBytes = 5_000_000;

/** What the configuration needs of the machine's files; a test may put its own in. */
export interface Files {
  /** null: there is nothing */
  stat(path: string): { kind: "file" | "folder" | "other"; mode: number; size: number; modifiedAtMs: number } | null;
  /** names in a folder @throws as node:fs does */
  list(path: string): readonly string[];
  /** @throws as node:fs does */
  read(path: string): Uint8Array;
}

export const machineFiles: Files = {
  stat(path) {
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    return {
      kind: stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other",
      mode: stat.mode & 0o777,
      size: stat.size,
      modifiedAtMs: stat.mtimeMs,
    };
  },
  list: (path) => fs.readdirSync(path),
  read: (path) => fs.readFileSync(path),
};

/** Why a file or its text cannot be used. */
export interface Unreadable {
  readonly code: string;
  readonly message: Bilingual;
  readonly hint: Bilingual;
  /** where in the text, when there is one */
  readonly text: string;
  readonly offset: number;
}

function unreadable(code: string, message: Bilingual, hint: Bilingual): Result<never, Unreadable> {
  return err({ code, message, hint, text: "", offset: 0 });
}

/** Reads the file's bytes; never more than the limit, and only of an ordinary file. */
export function readSource(files: Files, path: string): Result<Uint8Array, Unreadable> {
  try {
    const stat = files.stat(path);
    if (stat === null) return refuse("file-missing", path);
    if (stat.kind === "folder") return refuse("file-folder", path);
    if (stat.kind === "other") return refuse("file-special", path);
    if (stat.size > maxBytes) return tooLarge();
    return ok(files.read(path));
  } catch (thrown) {
    const why = systemCode(thrown);
    if (why === "ENOENT" || why === "ENOTDIR") return refuse("file-missing", path);
    return unreadable(
      "file-unreadable",
      inBoth((w) => w.fileUnreadable(path, why)),
      inBoth((w) => w.fileUnreadableHint),
    );
  }
}

function refuse(code: "file-missing" | "file-folder" | "file-special", path: string): Result<never, Unreadable> {
  const message = {
    "file-missing": inBoth((w) => w.fileMissing(path)),
    "file-folder": inBoth((w) => w.fileFolder(path)),
    "file-special": inBoth((w) => w.fileSpecial(path)),
  }[code];
  const hint = {
    "file-missing": inBoth((w) => w.fileMissingHint),
    "file-folder": inBoth((w) => w.fileFolderHint(path)),
    "file-special": inBoth((w) => w.fileSpecialHint),
  }[code];
  return unreadable(code, message, hint);
}

export function tooLarge(): Result<never, Unreadable> {
  return unreadable(
    "file-too-large",
    inBoth((w) => w.fileTooLarge(maxBytes / 1_000_000)),
    inBoth((w) => w.fileTooLargeHint),
  );
}

/** The code of a system error, `EACCES`, or its text. */
export function systemCode(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : errorText(thrown);
}

/** Bytes to text. A byte order mark stays for the caller to see. */
export function decode(bytes: Uint8Array): Result<string, Unreadable> {
  if (bytes.length > maxBytes) return tooLarge();
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return unreadable(
      "file-utf16",
      inBoth((w) => w.utf16),
      inBoth((w) => w.utf16Hint),
    );
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const offset = wrongByte(bytes, text);
  if (offset === null) return ok(text);
  return err({
    code: "file-not-utf8",
    message: inBoth((w) => w.notUtf8),
    hint: inBoth((w) => w.notUtf8Hint),
    text,
    offset,
  });
}

/** The place in the decoded text of the first byte that is no UTF-8; a written U+FFFD is fine. */
function wrongByte(bytes: Uint8Array, text: string): number | null {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return null;
  } catch {
    const encoder = new TextEncoder();
    for (let at = text.indexOf("\uFFFD"); at >= 0; at = text.indexOf("\uFFFD", at + 1)) {
      const start = encoder.encode(text.slice(0, at)).length;
      if (bytes[start] !== 0xef || bytes[start + 1] !== 0xbf || bytes[start + 2] !== 0xbd) return at;
    }
    return 0;
  }
}
