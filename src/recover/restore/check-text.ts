import type { SetTable, TextClasses } from "../../kernel/model/backup.ts";
import { createClassCounter, textClassNames, type ClassCounter } from "../text/classes.ts";
import { createColumnReader, type ColumnReader, type ColumnVerdict } from "../text/column.ts";
import { seededRandom } from "../verify/ladder.ts";
import { ScratchRefusal } from "../verify/scratch.ts";
import type { DatabaseHands } from "./database.ts";

export interface TextLook {
  /** why it must not take its name; null: the texts are those of the record */
  readonly trouble: { readonly code: "garbled" | "load-failed"; readonly text: string } | null;
  /** values that were read */
  readonly values: number;
}

/** A table of this many rows is read whole; of a larger one about `sampleRows`, so that a restore stays as quick as it is. */
const wholeRows = 20_000;
const sampleRows = 5_000;
/** By how much the kinds of characters in a sample may differ from the record's, 0–1. */
const sampleTolerance = 0.05;

/** Whether the texts of a database that was just loaded are still those that were dumped, by the classes in the set's record. */
export async function lookAtTexts(
  hands: Pick<DatabaseHands, "texts">,
  {
    restoring,
    tables,
    seed,
  }: { readonly restoring: string; readonly tables: readonly SetTable[]; readonly seed: string },
): Promise<TextLook> {
  const random = seededRandom(seed);
  let values = 0;
  try {
    for (const table of tables) {
      const looked = await lookAtTable(hands, { restoring, table, random });
      values += looked.values;
      if (looked.trouble !== null) return { trouble: { code: "garbled", text: looked.trouble }, values };
    }
  } catch (thrown) {
    if (!(thrown instanceof ScratchRefusal)) throw thrown;
    return { trouble: { code: "load-failed", text: thrown.message }, values };
  }
  return { trouble: null, values };
}

interface TableLook {
  readonly restoring: string;
  readonly table: SetTable;
  readonly random: () => number;
}

async function lookAtTable(
  hands: Pick<DatabaseHands, "texts">,
  { restoring, table, random }: TableLook,
): Promise<{ readonly trouble: string | null; readonly values: number }> {
  const columns = Object.keys(table.textClasses);
  if (columns.length === 0 || table.rows === 0) return { trouble: null, values: 0 };
  const isWhole = table.rows <= wholeRows;
  const readers = columns.map((column) => ({
    column,
    source: table.textClasses[column] ?? null,
    reader: createColumnReader(random),
    sample: isWhole ? null : createClassCounter(),
  }));
  const ratio = isWhole ? null : sampleRows / table.rows;
  for await (const row of hands.texts(restoring, { table: table.table, columns, ratio })) {
    for (const [at, { reader, sample }] of readers.entries()) {
      reader.add(row[at] ?? "");
      sample?.add(row[at] ?? "");
    }
  }
  let values = 0;
  for (const each of readers) {
    const { verdict, differs } = judge(each);
    values += verdict.values;
    if (differs) return { trouble: said(`${table.table}.${each.column}`, verdict), values };
  }
  return { trouble: null, values };
}

interface Read {
  readonly source: TextClasses | null;
  readonly reader: ColumnReader;
  /** null: all of it was read */
  readonly sample: ClassCounter | null;
}

function judge({ source, reader, sample }: Read): { readonly verdict: ColumnVerdict; readonly differs: boolean } {
  const verdict = reader.verdict(sample === null ? source : null, null);
  const differs = sample === null ? verdict.differences.length > 0 : isAnother(verdict, source, sample.totals());
  return { verdict, differs };
}

/** A sample is garbled, and of other characters than the record counted: what was garbled at its source already is not. */
function isAnother({ state }: ColumnVerdict, source: TextClasses | null, sample: TextClasses): boolean {
  return state === "garbled" && source !== null && distance(source, sample) > sampleTolerance;
}

/** Between two mixes of characters: 0 the same, 1 nothing in common. */
function distance(a: TextClasses, b: TextClasses): number {
  const [allA, allB] = [sumOf(a), sumOf(b)];
  return textClassNames.reduce((all, name) => all + Math.abs(a[name] / allA - b[name] / allB), 0) / 2;
}

function sumOf(classes: TextClasses): number {
  return Math.max(
    1,
    textClassNames.reduce((all, name) => all + classes[name], 0),
  );
}

function said(where: string, { flagged, sampled, kind, differences }: ColumnVerdict): string {
  const counts = differences.slice(0, 3).map(({ name, source, copy }) => `${name} ${source} → ${copy}`);
  return [`${where}: ${flagged}/${sampled}`, ...(kind === null ? [] : [kind]), ...counts].join(", ");
}
