import fs from "node:fs/promises";
import path from "node:path";
import { dayMs, hourMs } from "./days.ts";
import { countRows, quoted, rowsOf, type Duck, type RowCounts } from "./duckdb.ts";
import { alone } from "./lanes.ts";
import { closingPath, databaseOf, duckdbPath, parquetFolder, type Part } from "./parts.ts";
import type { Store } from "./store.ts";
import { hoursName, tableNames, type FileName } from "./tables.ts";

/**
 * Makes a day's DuckDB file into Parquet files: written under another name, forced to disk, read back, renamed as one
 * folder, and only then is the DuckDB file removed. An end at any instant leaves either the one or the other whole. Rows
 * of the day that come meanwhile go into a part of their own. The caller holds the caretaker's lane.
 * @throws what DuckDB or the disk says; the part is then as it was
 */
export async function closePart(store: Store, duck: Duck, part: Part): Promise<void> {
  const { lanes, shelf, folder } = store;
  const source = duckdbPath(folder, part);
  await store.requireSpace((await fs.stat(source)).size);
  await lanes.writer.run(async () => shelf.put({ ...part, form: "sealed" }));
  const files = await writeFolder({ store, duck, part }).catch((thrown: unknown) => {
    shelf.put({ ...part, form: "open" });
    throw thrown;
  });
  await syncPath(folder);
  await alone(lanes, async () => {
    if (files.length > 0) shelf.put({ ...part, form: "parquet", files: new Set(files) });
    else shelf.drop(part);
    await duck.detach(databaseOf(part));
  });
  await removeDuckdb(source);
}

/** @returns the files of the part's folder, which has its final name when it has any */
async function writeFolder({ store, duck, part }: Omit<Closing, "counts" | "temporary">): Promise<FileName[]> {
  const temporary = closingPath(store.folder, part);
  try {
    await store.attach(duck, part);
    const counts = await countRows(duck.caretaker, databaseOf(part));
    await fs.rm(temporary, { recursive: true, force: true });
    await fs.mkdir(temporary, { mode: 0o700 });
    const files = await writeFiles({ duck, part, counts, temporary });
    for (const file of files) await syncPath(path.join(temporary, `${file}.parquet`));
    await syncPath(temporary);
    if (files.length > 0) await fs.rename(temporary, parquetFolder(store.folder, part));
    return files;
  } finally {
    await fs.rm(temporary, { recursive: true, force: true });
  }
}

/** The side file first: alone it would mean nothing, but a later file of the name must not find it. */
export async function removeDuckdb(file: string): Promise<void> {
  await fs.rm(`${file}.wal`, { force: true });
  await fs.rm(file, { force: true });
}

interface Closing {
  readonly store: Store;
  readonly duck: Duck;
  readonly part: Part;
  readonly counts: RowCounts;
  readonly temporary: string;
}

/** Exact medians keep their values in memory: of more rows than this, they are taken hour by hour. */
const mostRowsAtOnce = 500_000;

async function writeFiles({ duck, part, counts, temporary }: Omit<Closing, "store">): Promise<FileName[]> {
  const database = databaseOf(part);
  const files: FileName[] = [];
  for (const table of tableNames.filter((one) => counts[one] > 0)) {
    await copyTo(duck, `${database}.${table}`, path.join(temporary, `${table}.parquet`));
    files.push(table);
  }
  if (counts.observations === 0) return files;
  await duck.caretaker.run(`CREATE OR REPLACE TEMP TABLE ${hoursName} (${hourColumns})`);
  const [dayFromMs, dayToMs] = [part.day * dayMs, (part.day + 1) * dayMs];
  const spanMs = counts.observations <= mostRowsAtOnce ? dayMs : hourMs;
  for (let fromMs = dayFromMs; fromMs < dayToMs; fromMs += spanMs)
    await duck.caretaker.run(`INSERT INTO ${hoursName} ${hourSql(`${database}.observations`, { fromMs, spanMs })}`);
  await copyTo(duck, hoursName, path.join(temporary, `${hoursName}.parquet`));
  await duck.caretaker.run(`DROP TABLE ${hoursName}`);
  return [...files, hoursName];
}

/** Small row groups keep the memory for writing one small. */
export const parquetForm = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 40960";

async function copyTo({ caretaker }: Duck, table: string, file: string): Promise<void> {
  await caretaker.run(`COPY ${table} TO ${quoted(file)} (${parquetForm})`);
  const totals = (from: string): Promise<readonly (readonly unknown[])[]> =>
    rowsOf(caretaker, `SELECT count(*)::DOUBLE, coalesce(sum(atMs), 0)::DOUBLE FROM ${from}`);
  const [[ours], [theirs]] = [await totals(table), await totals(`read_parquet(${quoted(file)})`)];
  if (ours?.[0] !== theirs?.[0] || ours?.[1] !== theirs?.[1])
    throw new Error(`what was written to ${file} reads back as ${String(theirs)} instead of ${String(ours)}`);
}

const hourColumns =
  "checkId VARCHAR, vantage VARCHAR, atMs BIGINT, attempts UINTEGER, downs UINTEGER, degradeds UINTEGER, unknowns UINTEGER, medianUs DOUBLE, p95Us DOUBLE";

function hourSql(table: string, { fromMs, spanMs }: { fromMs: number; spanMs: number }): string {
  const answered = "FILTER (outcome IN ('up', 'degraded'))";
  return `SELECT checkId, vantage, atMs // ${hourMs} * ${hourMs} AS hour, count(*), count_if(outcome = 'down'),
    count_if(outcome = 'degraded'), count_if(outcome = 'unknown'),
    quantile_cont(totalUs, 0.5) ${answered}, quantile_cont(totalUs, 0.95) ${answered}
    FROM ${table} WHERE atMs >= ${fromMs} AND atMs < ${fromMs + spanMs} GROUP BY checkId, vantage, hour`;
}

export async function syncPath(file: string): Promise<void> {
  const handle = await fs.open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
