import fs from "node:fs/promises";
import { quoted, rowsOf, type Duck } from "./duckdb.ts";
import { parquetForm, syncPath } from "./closing.ts";
import { alone } from "./lanes.ts";
import { parquetFolder, parquetPath, type Part } from "./parts.ts";
import type { Store } from "./store.ts";

interface Thinning {
  readonly store: Store;
  readonly duck: Duck;
  readonly part: Part;
}

/**
 * Writes the lines of a closed day again without those of the sources: under another name, forced to disk, and renamed
 * over the old file while nobody reads or writes. An end at any instant leaves either file whole. The caller holds the caretaker's
 * lane. @returns how many were left out
 * @throws what DuckDB or the disk says; the file is then as it was
 */
export async function removeLinesOf(sources: readonly string[], { store, duck, part }: Thinning): Promise<number> {
  const file = parquetPath(store.folder, part, "logs");
  const from = `read_parquet(${quoted(file)})`;
  const isExpired = `coalesce(source IN (${sources.map(quoted).join(", ")}), false)`;
  const counts = `SELECT count(*) FILTER (${isExpired})::DOUBLE, count(*)::DOUBLE FROM ${from}`;
  const [[expired, all] = []] = await rowsOf(duck.caretaker, counts);
  if (Number(expired) === 0) return 0;
  if (expired === all) {
    await alone(store.lanes, async () => {
      store.shelf.dropFile(part, "logs");
      await fs.rm(file, { force: true });
    });
    return Number(expired);
  }
  const temporary = `${file}.thinned`;
  try {
    await store.requireSpace((await fs.stat(file)).size);
    await duck.caretaker.run(
      `COPY (SELECT * FROM ${from} WHERE NOT ${isExpired}) TO ${quoted(temporary)} (${parquetForm})`,
    );
    const [[kept] = []] = await rowsOf(
      duck.caretaker,
      `SELECT count(*)::DOUBLE FROM read_parquet(${quoted(temporary)})`,
    );
    if (kept !== Number(all) - Number(expired))
      throw new Error(`what was written to ${temporary} reads back as ${String(kept)} lines`);
    await syncPath(temporary);
    await alone(store.lanes, () => fs.rename(temporary, file));
    await syncPath(parquetFolder(store.folder, part));
  } finally {
    await fs.rm(temporary, { force: true });
  }
  return Number(expired);
}
