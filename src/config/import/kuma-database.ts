import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { connect, openDriver, type Connection } from "../../storage/ledger/sqlite.ts";
import type { ImportSource } from "./importer.ts";
import type { Values } from "./move.ts";
import { numberOf, oneLine, textOf } from "./text.ts";

export interface KumaDatabase {
  readonly monitors: readonly Values[];
  readonly tags: ReadonlyMap<number, readonly string[]>;
  readonly notifications: readonly Values[];
  readonly statusPages: readonly Values[];
  /** groups of the status pages, and which monitors stand in them */
  readonly pageGroups: readonly Values[];
  readonly pageMonitors: readonly Values[];
  readonly maintenance: readonly Values[];
  readonly maintained: readonly Values[];
}

const magic = "SQLite format 3\0";
/** The monitors' history lies in the same file and is never read. */
const mostRows = 50_000;

export function isDatabase(bytes: Buffer): boolean {
  return bytes.subarray(0, magic.length).toString("latin1") === magic;
}

/**
 * Reads a copy of the file, with the log beside it that a running Uptime Kuma has not folded in yet, so that the original is
 * not touched. Tables and columns are taken as far as they are there: their number grows with every version.
 * @returns KB1302 when it is damaged or no database of Uptime Kuma
 */
export function readKumaDatabase({ name, path: file, bytes }: ImportSource): Result<KumaDatabase, KoboshiError> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-import-"));
  const copy = path.join(folder, "kuma.db");
  try {
    fs.writeFileSync(copy, bytes, { mode: 0o600 });
    if (fs.existsSync(`${file}-wal`)) fs.copyFileSync(`${file}-wal`, `${copy}-wal`);
    return readCopy(copy);
  } catch (thrown) {
    const why = oneLine(errorText(thrown), 120);
    return err(new KoboshiError("KB1302", { file: name, wanted: "kuma.db", why }, thrown));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readCopy(copy: string): Result<KumaDatabase, KoboshiError> {
  const connection = connect(openDriver(copy), (thrown) => thrown);
  try {
    connection.exec("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0");
    const monitors = rowsOf(connection, "monitor");
    if (monitors === null) throw new Error("no table «monitor»");
    const rows = (table: string): readonly Values[] => rowsOf(connection, table) ?? [];
    return ok({
      monitors,
      tags: tagsByMonitor(rows("tag"), rows("monitor_tag")),
      notifications: rows("notification"),
      statusPages: rows("status_page"),
      pageGroups: rows("group"),
      pageMonitors: rows("monitor_group"),
      maintenance: rows("maintenance"),
      maintained: rows("monitor_maintenance"),
    });
  } finally {
    connection.close();
  }
}

/** All columns of a table, a view never; null when there is no such table. */
function rowsOf(connection: Connection, table: string): readonly Values[] | null {
  const [found] = connection
    .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .all([table]);
  if (found?.["count"] !== 1) return null;
  return connection.prepare(`SELECT * FROM "${table}" LIMIT ${mostRows}`).all([]);
}

function tagsByMonitor(tags: readonly Values[], used: readonly Values[]): ReadonlyMap<number, readonly string[]> {
  const names = new Map(tags.map((tag) => [numberOf(tag["id"]), textOf(tag["name"])]));
  const found = new Map<number, string[]>();
  for (const { monitor_id: monitor, tag_id: tag, value } of used) {
    const [id, name] = [numberOf(monitor), names.get(numberOf(tag))];
    if (id === null || name === undefined) continue;
    const written = textOf(value) === "" ? name : `${name}=${textOf(value)}`;
    found.set(id, [...(found.get(id) ?? []), written].slice(0, 50));
  }
  return found;
}
