import Libsql from "libsql";
import type { SqliteDatabase } from "kysely";

/** What is asked of an SQLite driver: libsql and better-sqlite3 have this shape, node:sqlite needs only `reader` added. */
export interface Driver {
  prepare(sql: string): DriverStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

interface DriverStatement {
  /** true when it answers rows */
  readonly reader: boolean;
  all(parameters: unknown[]): unknown[];
  run(parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

type Row = Record<string, unknown>;

/** One open database: what Kysely drives, and what the hot path uses directly. Everything in it is synchronous. */
export interface Connection extends SqliteDatabase {
  prepare(sql: string): Statement;
  rows(sql: string): readonly Row[];
  exec(sql: string): void;
}

export interface Statement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): Row[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<Row>;
}

/** Distinct queries of the ledger are under a hundred; a driver that prepares anew each time grows by 180 MB. */
const cachedStatements = 200;

export function openDriver(file: string): Driver {
  return new Libsql(file);
}

/**
 * Wraps a driver so that no value it cannot bear reaches it: a boolean aborts the process inside libsql, a NUL ends a
 * text there. Rows are read by `all` only, because `get` adds a column of its own.
 * @param translate makes what the driver threw into what the caller shall see
 */
export function connect(driver: Driver, translate: (thrown: unknown) => unknown): Connection {
  const statements = new Map<string, Statement>();
  let open = true;

  function attempt<T>(call: () => T): T {
    try {
      if (!open) throw new Error("the database is closed");
      return call();
    } catch (thrown) {
      throw translate(thrown);
    }
  }

  function wrap(statement: DriverStatement): Statement {
    const all = (parameters: readonly unknown[]): Row[] =>
      attempt(() => readable(statement.all(parameters.map(bindable)) as Row[]));
    return {
      reader: statement.reader,
      all,
      run: (parameters) => attempt(() => statement.run(parameters.map(bindable))),
      iterate: (parameters) => all(parameters).values(),
    };
  }

  function prepare(sql: string): Statement {
    const known = statements.get(sql);
    if (known !== undefined) {
      statements.delete(sql);
      statements.set(sql, known);
      return known;
    }
    const statement = attempt(() => wrap(driver.prepare(sql)));
    statements.set(sql, statement);
    if (statements.size > cachedStatements) statements.delete(statements.keys().next().value ?? sql);
    return statement;
  }

  return {
    prepare,
    rows: (sql) => prepare(sql).all([]),
    exec: (sql) => {
      attempt(() => driver.exec(sql));
    },
    close() {
      if (!open) return;
      open = false;
      statements.clear();
      driver.close();
    },
  };
}

function bindable(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (value === null || value instanceof Uint8Array) return value;
  throw new TypeError(`a value of type ${typeof value} cannot be stored`);
}

function readable(rows: Row[]): Row[] {
  for (const row of rows) {
    for (const key in row) {
      if (row[key] instanceof ArrayBuffer) row[key] = Buffer.from(row[key]);
    }
  }
  return rows;
}

/** Primary result codes of SQLite this ledger tells apart. Source: sqlite.org/rescode.html */
const resultCodes = {
  5: "busy",
  6: "busy",
  8: "readonly",
  10: "io",
  11: "corrupt",
  13: "full",
  14: "cantopen",
  26: "notadb",
} as const;
export type Trouble = (typeof resultCodes)[keyof typeof resultCodes];

/** What kind of trouble with the file a driver's error tells of; null when it is about the statement. */
export function troubleOf(thrown: unknown): Trouble | null {
  if (!(thrown instanceof Error)) return null;
  const { rawCode, message } = thrown as Error & { readonly rawCode?: unknown };
  const opening =
    /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(message)?.[1] ?? String(thrown).match(/database .*: (\d+)/)?.[1];
  const code = typeof rawCode === "number" ? rawCode : Number(opening ?? 0);
  // the low byte is the primary code, the rest says where it happened
  return (resultCodes as Readonly<Record<number, Trouble>>)[code & 0xff] ?? null;
}
