export const tableNames = ["observations", "metrics", "logs"] as const;
export type TableName = (typeof tableNames)[number];

export type ColumnType = "VARCHAR" | "BIGINT" | "UINTEGER" | "UTINYINT" | "DOUBLE";
export type Value = string | number | null;

/** The columns of each table, in the order of a row's values. Durations are whole microseconds: exact, and small on disk. */
export const columns = {
  observations: [
    ["checkId", "VARCHAR"],
    ["vantage", "VARCHAR"],
    ["atMs", "BIGINT"],
    ["attempt", "UINTEGER"],
    ["outcome", "VARCHAR"],
    ["layer", "VARCHAR"],
    ["totalUs", "UINTEGER"],
    ["dnsUs", "UINTEGER"],
    ["connectUs", "UINTEGER"],
    ["tlsUs", "UINTEGER"],
    ["firstByteUs", "UINTEGER"],
    ["bodyUs", "UINTEGER"],
    ["address", "VARCHAR"],
    ["facts", "VARCHAR"],
    ["errorCode", "VARCHAR"],
    ["errorText", "VARCHAR"],
  ],
  metrics: [
    ["name", "VARCHAR"],
    ["subject", "VARCHAR"],
    ["labels", "VARCHAR"],
    ["value", "DOUBLE"],
    ["atMs", "BIGINT"],
  ],
  logs: [
    ["atMs", "BIGINT"],
    ["source", "VARCHAR"],
    ["host", "VARCHAR"],
    ["severity", "UTINYINT"],
    ["text", "VARCHAR"],
    ["program", "VARCHAR"],
    ["format", "VARCHAR"],
    ["templateId", "VARCHAR"],
    ["fields", "VARCHAR"],
    ["seq", "BIGINT"],
  ],
} as const satisfies Readonly<Record<TableName, readonly (readonly [string, ColumnType])[]>>;

/** What is read, in this order: 64-bit times as doubles, which hold them exactly and need no bigint. */
export function readColumns(table: TableName): string {
  return columns[table].map(([name, type]) => (type === "BIGINT" ? `${name}::DOUBLE AS ${name}` : name)).join(", ");
}

export function createTableSql(database: string, table: TableName): string {
  const fields = columns[table].map(([name, type]) => `${name} ${type}`).join(", ");
  return `CREATE TABLE IF NOT EXISTS ${database}.${table} (${fields})`;
}

/** Columns that files of earlier versions lack: they are added to a day's DuckDB file when it is opened. */
export function addColumnsSql(database: string): readonly string[] {
  return columns.logs
    .slice(5)
    .map(([name, type]) => `ALTER TABLE ${database}.logs ADD COLUMN IF NOT EXISTS ${name} ${type}`);
}

/** No rows, all columns: united by name with files of an earlier version, those get the columns they lack. */
export function emptyTableSql(table: TableName): string {
  return `SELECT ${columns[table].map(([name, type]) => `NULL::${type} AS ${name}`).join(", ")} WHERE false`;
}

/** One row per check, vantage and hour of a day gone by; kept long after its observations. */
export const hoursName = "hours";
export type FileName = TableName | typeof hoursName;
export const fileNames: readonly FileName[] = [...tableNames, hoursName];
