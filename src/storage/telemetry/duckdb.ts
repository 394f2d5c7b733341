import path from "node:path";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { addColumnsSql, createTableSql, tableNames, type TableName } from "./tables.ts";

export interface DuckOptions {
  /** absolute; its temporary files lie in there */
  readonly folder: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

export interface Database {
  /** its name in SQL, quoted */
  readonly name: string;
  readonly file: string;
}

export type RowCounts = Readonly<Record<TableName, number>>;

/** One DuckDB in this process. A failed write can make it refuse everything: it is then closed, and another one opened. */
export interface Duck {
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  readonly caretaker: DuckDBConnection;
  /** Opens a day's file, made when it is not there. @returns rows per table, as they were when it was opened */
  attach(database: Database): Promise<RowCounts>;
  /** Lets go of a file; nobody may be using it. */
  detach(name: string): Promise<void>;
  close(): void;
}

const lockName = "lock";

/**
 * The library is loaded only here and now: where it cannot be, everything else of koboshi still starts.
 * @throws whatever DuckDB says
 */
export async function openDuck({ folder, memoryLimitMb, threads }: DuckOptions): Promise<Duck> {
  const { DuckDBInstance: instances } = await import("@duckdb/node-api");
  const instance = await instances.create(":memory:", {
    memory_limit: `${memoryLimitMb}MB`,
    threads: String(threads),
    temp_directory: path.join(folder, "tmp"),
    // nothing is ever fetched from outside
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // memory goes back to the system soon after a large question
    allocator_background_threads: "true",
    allocator_flush_threshold: "1MB",
    allocator_bulk_deallocation_flush_threshold: "1MB",
    preserve_insertion_order: "false",
    // the side file is folded in by the caretaker, never as part of a commit
    checkpoint_threshold: "1TB",
  });
  try {
    const [writer, reader, caretaker] = [await instance.connect(), await instance.connect(), await instance.connect()];
    return assemble(instance, { writer, reader, caretaker });
  } catch (thrown) {
    instance.closeSync();
    throw thrown;
  }
}

function assemble(instance: DuckDBInstance, connections: Pick<Duck, "writer" | "reader" | "caretaker">): Duck {
  const attached = new Map<string, Promise<RowCounts>>();

  async function open({ name, file }: Database): Promise<RowCounts> {
    const connection = await instance.connect();
    try {
      await connection.run(`ATTACH IF NOT EXISTS ${quoted(file)} AS ${name}`);
      for (const table of tableNames) await connection.run(createTableSql(name, table));
      for (const sql of addColumnsSql(name)) await connection.run(sql);
      return await countRows(connection, name);
    } catch (thrown) {
      await connection.run(`DETACH DATABASE IF EXISTS ${name}`);
      throw thrown;
    } finally {
      connection.closeSync();
    }
  }

  return {
    ...connections,
    attach(database) {
      const known = attached.get(database.name);
      if (known !== undefined) return known;
      const opening = open(database);
      attached.set(database.name, opening);
      opening.catch(() => attached.delete(database.name));
      return opening;
    },
    async detach(name) {
      attached.delete(name);
      await connections.caretaker.run(`DETACH DATABASE IF EXISTS ${name}`);
    },
    close() {
      for (const connection of Object.values(connections)) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Makes this process the only one on the folder, until its DuckDB is closed. @throws when another one is */
export async function lockFolder(duck: Duck, folder: string): Promise<void> {
  const file = path.join(folder, "lock.duckdb");
  await duck.caretaker.run(`ATTACH IF NOT EXISTS ${quoted(file)} AS ${lockName}`);
}

export async function countRows(connection: DuckDBConnection, database: string): Promise<RowCounts> {
  const counts = tableNames.map((table) => `(SELECT count(*)::DOUBLE FROM ${database}.${table})`);
  const [row = []] = await rowsOf(connection, `SELECT ${counts.join(", ")}`);
  return { observations: Number(row[0]), metrics: Number(row[1]), logs: Number(row[2]) };
}

export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: readonly DuckDBValue[] = [],
): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(sql, [...values])).getRowsJS();
}

/** As a text literal of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
