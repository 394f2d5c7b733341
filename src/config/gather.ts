import path from "node:path";
import { err, type Result } from "../kernel/result.ts";
import { inBoth } from "../words/config.ts";
import { maxBytes, readSource, systemCode, tooLarge, type Files, type Unreadable } from "./source.ts";

/** One file of the configuration, as it was named, with its bytes or why there are none. */
export interface Gathered {
  readonly name: string;
  readonly bytes: Result<Uint8Array, Unreadable>;
}

/** A folder of more files is no configuration. */
const maxParts = 200;

/** `koboshi.yml` → `koboshi.d`, the folder beside it whose `*.yml` belong to it. */
export function partsFolder(file: string): string {
  return path.join(path.dirname(file), `${path.basename(file).replace(/\.ya?ml$/, "")}.d`);
}

/** The file first, then the parts beside it by name; together never more than the limit of one. */
export function gatherSources(files: Files, file: string): Gathered[] {
  const main = { name: file, bytes: readSource(files, file) };
  if (!main.bytes.ok) return [main];
  const folder = partsFolder(file);
  const names = partNames(files, folder);
  if (!names.ok) return [main, { name: folder, bytes: names }];
  let size = main.bytes.value.length;
  const parts = names.value.map((name): Gathered => {
    const part = path.join(folder, name);
    const bytes = readSource(files, part);
    if (bytes.ok) size += bytes.value.length;
    return { name: part, bytes: size > maxBytes ? tooLarge() : bytes };
  });
  return [main, ...parts];
}

function partNames(files: Files, folder: string): Result<readonly string[], Unreadable> {
  try {
    if (files.stat(folder)?.kind !== "folder") return { ok: true, value: [] };
    const names = files.list(folder).filter((name) => name.endsWith(".yml") && !name.startsWith("."));
    return names.length > maxParts ? tooLarge() : { ok: true, value: names.toSorted() };
  } catch (thrown) {
    const message = inBoth((w) => w.fileUnreadable(folder, systemCode(thrown)));
    const hint = inBoth((w) => w.fileUnreadableHint);
    return err({ code: "file-unreadable", message, hint, text: "", offset: 0 });
  }
}
