import { isDeepStrictEqual } from "node:util";
import { KoboshiError } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { editConfig, type Edit, type EditRefusal } from "../edit/edit.ts";
import { changed } from "../edit/value.ts";
import { dotted } from "../finding.ts";
import type { SourceBytes } from "../load.ts";
import { mergeSources, type Merged } from "../merge.ts";
import { parseYaml } from "../parse.ts";
import { decode } from "../source.ts";

/**
 * What is wanted of the configuration: `disk` takes over what the files say now, `text` puts a text into one of them
 * (null: the first), `edits` changes values where they stand.
 */
export type Change =
  | { readonly kind: "disk" }
  | { readonly kind: "text"; readonly text: string; readonly file: string | null }
  | { readonly kind: "edits"; readonly edits: readonly Edit[] };

/** The files as the change would leave them. @returns KB1104 when an edit cannot be made, KB1002 for a file that is none of ours */
export function changeSources(
  sources: readonly SourceBytes[],
  change: Change,
  main: string,
): Result<readonly SourceBytes[], KoboshiError> {
  if (change.kind === "disk") return ok(sources);
  if (change.kind === "text") return withText(sources, change, main);
  const texts = sources.map(({ name, bytes }) => ({ name, decoded: decode(bytes) }));
  const plain = texts.flatMap(({ name, decoded }) => (decoded.ok ? [{ name, text: decoded.value }] : []));
  if (plain.length < texts.length || plain.length === 0) return err(refused({ problem: "unreadable", path: [] }));
  const edited = editAll(plain, change.edits);
  if (!edited.ok) return err(refused(edited.error));
  return ok(edited.value.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) })));
}

function refused({ problem, path }: EditRefusal): KoboshiError {
  return new KoboshiError("KB1104", { problem, path: path.length === 0 ? "koboshi.yml" : dotted(path).slice(0, 200) });
}

function withText(
  sources: readonly SourceBytes[],
  { text, file }: Extract<Change, { kind: "text" }>,
  main: string,
): Result<readonly SourceBytes[], KoboshiError> {
  const bytes = new TextEncoder().encode(text);
  const wanted = file ?? main;
  if (sources.length === 0 && wanted === main) return ok([{ name: main, bytes }]);
  if (!sources.some(({ name }) => name === wanted)) {
    return err(new KoboshiError("KB1002", { what: wanted.slice(0, 200) }));
  }
  return ok(sources.map((source) => (source.name === wanted ? { ...source, bytes } : source)));
}

interface Named {
  readonly name: string;
  readonly text: string;
}

/** Each edit goes into the file that has its entry; the whole must come out as wanted. */
function editAll(texts: readonly Named[], edits: readonly Edit[]): Result<readonly Named[], EditRefusal> {
  let now = texts;
  for (const edit of edits) {
    const before = mergedOf(now);
    if (before === null) return err({ problem: "unreadable", path: edit.path });
    const wanted = changed(before.value, edit);
    if (!wanted.ok) return err({ problem: wanted.error, path: edit.path });
    const { source, path } = before.where(edit.path);
    const done = editConfig(now[source]?.text ?? "", [{ ...edit, path }]);
    if (!done.ok) return err({ problem: done.error.problem, path: edit.path });
    now = now.map((one, index) => (index === source ? { ...one, text: done.value } : one));
    if (!isDeepStrictEqual(mergedOf(now)?.value, wanted.value)) return err({ problem: "differs", path: edit.path });
  }
  return ok(now);
}

function mergedOf(texts: readonly Named[]): Merged | null {
  const values = texts.map(({ text }, index) => {
    const { value, problems } = parseYaml(text.replace(/^\uFEFF/, ""));
    return value ?? (index > 0 && problems.every(({ kind }) => kind === "empty") ? {} : null);
  });
  return values.every((value) => value !== null) ? mergeSources(values) : null;
}
