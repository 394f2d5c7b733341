import fs from "node:fs";
import path from "node:path";
import { errorText } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { flaw, type Flaw } from "./problem.ts";

/** Twenty times the longest shipped cause. */
const maxFileBytes = 64 * 1024;
const maxFiles = 500;

/** A file of causes, read or not. */
export interface CauseText {
  readonly file: string;
  readonly text: Result<string, Flaw>;
}

/** The files of a folder in the order of their names; none when there is no folder. */
export function readFolder(folder: string): readonly CauseText[] {
  let names: readonly string[];
  try {
    names = fs.readdirSync(folder);
  } catch (thrown) {
    return systemCode(thrown) === "ENOENT" ? [] : [{ file: folder, text: unreadable(thrown) }];
  }
  const files = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted();
  const texts = files.slice(0, maxFiles).map((name) => readFile(path.join(folder, name)));
  if (files.length <= maxFiles) return texts;
  const tooMany = flaw("too-many", null, [(w) => w.tooMany(String(maxFiles)), (w) => w.tooManyHint]);
  return [...texts, { file: folder, text: err(tooMany) }];
}

/** Only an ordinary file is opened: a pipe would never end. */
export function readFile(file: string): CauseText {
  try {
    const stat = fs.statSync(file);
    if (!stat.isFile())
      return { file, text: err(flaw("not-a-file", null, [(w) => w.notAFile, (w) => w.notAFileHint])) };
    if (stat.size > maxFileBytes) return { file, text: err(tooLarge()) };
    return { file, text: decode(fs.readFileSync(file)) };
  } catch (thrown) {
    return { file, text: unreadable(thrown) };
  }
}

function decode(bytes: Uint8Array): Result<string, Flaw> {
  if (bytes.length > maxFileBytes) return err(tooLarge());
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return err(flaw("not-utf8", null, [(w) => w.notUtf8, (w) => w.notUtf8Hint]));
  }
}

function tooLarge(): Flaw {
  return flaw("too-large", null, [(w) => w.tooLarge(String(maxFileBytes / 1024)), (w) => w.tooLargeHint]);
}

function unreadable(thrown: unknown): Result<never, Flaw> {
  const why = systemCode(thrown) ?? errorText(thrown);
  return err(flaw("unreadable", null, [(w) => w.unreadable(why), (w) => w.unreadableHint]));
}

function systemCode(thrown: unknown): string | null {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  return typeof code === "string" ? code : null;
}
