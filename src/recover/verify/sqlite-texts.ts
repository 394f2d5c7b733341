import type { Workplace } from "../workplace/workplace.ts";
import { linesOf } from "./scratch.ts";

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** random() of SQLite is a signed 64-bit number; a millionth is fine enough for a share of rows */
const parts = 1_000_000;

/**
 * Texts of a table in the order of `columns`; any column may hold text there, what is of another type is "".
 * @param wanted.ratio about which share of the rows, 0–1; null: all
 * @throws ScratchRefusal with SQLite's words
 */
export async function* sqliteTexts(
  workplace: Workplace,
  file: string,
  {
    table,
    columns,
    ratio,
  }: { readonly table: string; readonly columns: readonly string[]; readonly ratio: number | null },
): AsyncIterable<readonly string[]> {
  const values = columns.map(
    (name) => `CASE typeof(${quoted(name)}) WHEN 'text' THEN hex(${quoted(name)}) ELSE '' END`,
  );
  const sample = ratio === null ? "" : ` WHERE abs(random() % ${parts}) < ${Math.round(ratio * parts)}`;
  const sql = `SELECT ${values.length === 0 ? "''" : values.join(", ")} FROM ${quoted(table)}${sample}`;
  const argv = ["sqlite3", "-batch", "-bail", "-readonly", "-noheader", "-list", file, sql];
  for await (const line of linesOf(workplace, { argv })) {
    yield line.split("|").map((hex) => Buffer.from(hex, "hex").toString("utf8"));
  }
}

/** Names of a table's columns, in their order. */
export async function sqliteColumns(workplace: Workplace, file: string, table: string): Promise<readonly string[]> {
  const sql = `SELECT hex(name) FROM pragma_table_info('${table.replaceAll("'", "''")}')`;
  const argv = ["sqlite3", "-batch", "-bail", "-readonly", "-noheader", "-list", file, sql];
  const found: string[] = [];
  for await (const line of linesOf(workplace, { argv })) found.push(Buffer.from(line, "hex").toString("utf8"));
  return found;
}
