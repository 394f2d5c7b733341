import { isDeepStrictEqual } from "node:util";
import { visit } from "yaml";
import { parseYaml, type ParsedDocument } from "./parse.ts";

/**
 * The same text without spaces at line ends, without empty lines at its end, and with an end to its last line. Texts over
 * several lines are left alone, and nothing is changed that would read differently. @returns null for what is no YAML
 */
export function tidyConfig(text: string): string | null {
  const before = parseYaml(text.replace(/^\uFEFF/, ""));
  if (before.value === null || before.document === null) return null;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const kept = keptLines(text.replace(/^\uFEFF/, ""), before.document);
  const lines = text.split(/\r?\n/).map((line, index) => (kept.has(index) ? line : line.replace(/[ \t]+$/, "")));
  while (lines.at(-1) === "" && !kept.has(lines.length - 1)) lines.pop();
  const tidy = lines.join(end) + end;
  return isDeepStrictEqual(parseYaml(tidy.replace(/^\uFEFF/, "")).value, before.value) ? tidy : text;
}

/** Lines inside a value that goes over several: their spaces are part of it. */
function keptLines(text: string, document: ParsedDocument): ReadonlySet<number> {
  const kept = new Set<number>();
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length - 1;
  visit(document, {
    Scalar(_, { range }) {
      if (range === null || range === undefined || !text.slice(range[0], range[1]).includes("\n")) return;
      for (let line = lineOf(range[0]); line <= lineOf(range[1]); line++) kept.add(line);
    },
  });
  return kept;
}
