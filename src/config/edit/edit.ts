import { isDeepStrictEqual } from "node:util";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Path } from "../finding.ts";
import { parseYaml } from "../parse.ts";
import { removeFrom } from "./remove.ts";
import { addTo, setIn } from "./put.ts";
import { changed, type Plain } from "./value.ts";

/** One wanted change of the values; a path that does not exist yet is made. */
export type Edit =
  | { readonly op: "set"; readonly path: Path; readonly value: Plain }
  | { readonly op: "add"; readonly path: Path; readonly value: Plain }
  | { readonly op: "remove"; readonly path: Path };

/**
 * Why a change cannot be made in the text: `unreadable` the text is no YAML; `not-found` there is nothing at the path;
 * `not-a-holder` something that holds no entries is in the way; `shared` the value belongs to an anchor that others use;
 * `last-entry` the file would be empty; `unsupported` a way of writing this editor leaves alone; `differs` the result
 * would not be exactly what was wanted.
 */
export const editProblems = [
  "unreadable",
  "not-found",
  "not-a-holder",
  "shared",
  "last-entry",
  "unsupported",
  "differs",
] as const;
export type EditProblem = (typeof editProblems)[number];

export interface EditRefusal {
  readonly problem: EditProblem;
  readonly path: Path;
}

const mark = "\uFEFF";

/**
 * Makes each change in the text where it stands: only the value's own range is replaced, a new entry is a new line, and
 * every other byte stays. What comes out is read again and must be the old values with exactly these changes.
 */
export function editConfig(source: string, edits: readonly Edit[]): Result<string, EditRefusal> {
  const marked = source.startsWith(mark);
  let text = marked ? source.slice(mark.length) : source;
  for (const edit of edits) {
    const done = editOnce(text, edit);
    if (!done.ok) return err({ problem: done.error, path: edit.path });
    text = done.value;
  }
  return ok(marked ? mark + text : text);
}

function editOnce(text: string, edit: Edit): Result<string, EditProblem> {
  const before = parseYaml(text, true);
  if (before.value === null || before.document === null) return err("unreadable");
  const wanted = changed(before.value, edit);
  if (!wanted.ok) return wanted;
  if (isDeepStrictEqual(wanted.value, before.value)) return ok(text);
  const context = { text, document: before.document };
  const written =
    edit.op === "remove"
      ? removeFrom(context, edit.path)
      : edit.op === "set"
        ? setIn(context, edit.path, edit.value)
        : addTo(context, edit.path, edit.value);
  if (!written.ok) return written;
  const after = parseYaml(written.value);
  return after.value !== null && isDeepStrictEqual(after.value, wanted.value) ? written : err("differs");
}
