import type { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import type { DayNumber } from "./days.ts";
import type { Duck, RowCounts } from "./duckdb.ts";
import { databaseOf, type Part } from "./parts.ts";
import { logRow, type Row } from "./rows.ts";
import type { Store } from "./store.ts";
import { columns, tableNames, type ColumnType, type TableName, type Value } from "./tables.ts";
import type { LogLine } from "./telemetry.ts";
import { troubleOf } from "./troubles.ts";

/** A day's file cannot be read: it has to be set aside before rows of its day can be stored. */
export class DamagedPart extends Error {
  readonly part: Part;

  constructor(part: Part, cause: unknown) {
    super("a day's file is damaged", { cause });
    this.part = part;
  }
}

export interface Appending {
  /**
   * Stores rows of one day in one transaction. After a failure the same rows may be given again: those that a failed
   * commit had stored all the same are found out by their number, and not stored twice.
   * @throws DamagedPart, or what DuckDB says
   */
  storeDay(duck: Duck, day: DayNumber, rows: readonly Row[]): Promise<void>;
  /**
   * As `storeDay`, for rows that are told apart by a number of their own: after a failure the caller asks which are there.
   * @throws Error also while rows of `storeDay` are in doubt, which counts them
   */
  storeNumbered(duck: Duck, day: DayNumber, given: GivenLines): Promise<void>;
}

/** Lines become rows one by one while they are stored: there are too many to be in memory twice. */
export interface GivenLines {
  readonly lines: readonly LogLine[];
  /** lets others go first; called every few hundred lines */
  breathe(): Promise<void>;
}

/** The side file is folded in after so much; a kill then costs the next start well below a second. */
const foldInAfterBytes = 16_000_000;
/**
 * Lines come by the hundred thousand, and each folding writes the last 122,880 rows of the day again: it is done about
 * once for so many. A kill then costs the next start about a second.
 */
const foldLinesInAfterBytes = 72_000_000;

interface Known {
  /** rows per part, as this DuckDB has them */
  readonly counts: WeakMap<Duck, Map<string, RowCounts>>;
  /** bytes in side files, by stem */
  readonly unfolded: Map<string, number>;
  /** what the part holds if the commit that failed went through */
  doubt: { readonly stem: string; readonly rowsAfter: RowCounts } | null;
}

export function createAppending(store: Store): Appending {
  const known: Known = { counts: new WeakMap(), unfolded: new Map(), doubt: null };
  return {
    async storeDay(duck, day, rows) {
      const part = store.shelf.writable(day);
      store.shelf.put(part);
      const before = await rowsIn({ store, known, duck }, part);
      const { doubt } = known;
      known.doubt = null;
      if (doubt?.stem === part.stem && isSame(doubt.rowsAfter, before)) return;
      const rowsAfter = countsWith(before, rows);
      known.doubt = { stem: part.stem, rowsAfter };
      await inTransaction(duck.writer, () => appendRows(duck.writer, databaseOf(part), rows));
      known.doubt = null;
      known.counts.get(duck)?.set(part.stem, rowsAfter);
      const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
      await foldIn({ known, duck, afterBytes: foldInAfterBytes }, part, bytes);
    },
    async storeNumbered(duck, day, given) {
      if (known.doubt !== null) throw new Error("rows stored before are in doubt");
      const part = store.shelf.writable(day);
      store.shelf.put(part);
      const before = await rowsIn({ store, known, duck }, part);
      const added = await inTransaction(duck.writer, () => appendLines(duck.writer, databaseOf(part), given));
      known.counts.get(duck)?.set(part.stem, { ...before, logs: before.logs + added.count });
      await foldIn({ known, duck, afterBytes: foldLinesInAfterBytes }, part, added.bytes);
    },
  };
}

async function rowsIn(
  { store, known, duck }: { store: Store; known: Known; duck: Duck },
  part: Part,
): Promise<RowCounts> {
  const byStem = known.counts.get(duck) ?? new Map<string, RowCounts>();
  known.counts.set(duck, byStem);
  const counted = byStem.get(part.stem);
  if (counted !== undefined) return counted;
  try {
    const rows = await store.attach(duck, part);
    byStem.set(part.stem, rows);
    return rows;
  } catch (thrown) {
    throw troubleOf(thrown).kind === "damaged" ? new DamagedPart(part, thrown) : thrown;
  }
}

interface Folding {
  readonly known: Known;
  readonly duck: Duck;
  readonly afterBytes: number;
}

async function foldIn({ known, duck, afterBytes }: Folding, part: Part, addedBytes: number): Promise<void> {
  const bytes = addedBytes + (known.unfolded.get(part.stem) ?? 0);
  known.unfolded.set(part.stem, bytes < afterBytes ? bytes : 0);
  if (bytes >= afterBytes) await duck.writer.run(`CHECKPOINT ${databaseOf(part)}`);
}

async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run("BEGIN");
  try {
    const done = await work();
    await connection.run("COMMIT");
    return done;
  } catch (thrown) {
    await connection.run("ROLLBACK").catch(() => undefined); // none is left after a failed commit
    throw thrown;
  }
}

async function appendRows(connection: DuckDBConnection, database: string, rows: readonly Row[]): Promise<void> {
  const catalog = database.slice(1, -1);
  for (const table of tableNames) {
    const ofTable = rows.filter((row) => row.table === table);
    if (ofTable.length === 0) continue;
    const types = typesOf(table);
    const appender = await connection.createAppender(table, "main", catalog);
    for (const { values } of ofTable) appendRow(appender, types, values);
    appender.closeSync();
  }
}

const linesPerBreath = 512;

async function appendLines(
  connection: DuckDBConnection,
  database: string,
  { lines, breathe }: GivenLines,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const types = typesOf("logs");
  const appender = await connection.createAppender("logs", "main", database.slice(1, -1));
  let [count, bytes] = [0, 0];
  for (let nth = 0; nth < lines.length; nth++) {
    const row = logRow(lines[nth] as LogLine);
    if (row !== null) {
      appendRow(appender, types, row.values);
      bytes += row.bytes;
      count += 1;
    }
    if (nth % linesPerBreath === linesPerBreath - 1) await breathe();
  }
  appender.closeSync();
  return { count, bytes };
}

function typesOf(table: TableName): readonly ColumnType[] {
  return columns[table].map(([, type]) => type);
}

function appendRow(appender: DuckDBAppender, types: readonly ColumnType[], values: readonly Value[]): void {
  for (let nth = 0; nth < types.length; nth++) appendValue(appender, types[nth] ?? "VARCHAR", values[nth] ?? null);
  appender.endRow();
}

function appendValue(appender: DuckDBAppender, type: ColumnType, value: Value): void {
  if (value === null) appender.appendNull();
  else if (typeof value === "string") appender.appendVarchar(value);
  else if (type === "BIGINT") appender.appendBigInt(BigInt(value));
  else if (type === "UINTEGER") appender.appendUInteger(value);
  else if (type === "UTINYINT") appender.appendUTinyInt(value);
  else appender.appendDouble(value);
}

function countsWith(counts: RowCounts, rows: readonly Row[]): RowCounts {
  const added = (table: TableName): number => rows.filter((row) => row.table === table).length;
  return {
    observations: counts.observations + added("observations"),
    metrics: counts.metrics + added("metrics"),
    logs: counts.logs + added("logs"),
  };
}

function isSame(a: RowCounts, b: RowCounts): boolean {
  return tableNames.every((table) => a[table] === b[table]);
}
