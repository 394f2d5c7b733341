import type { SetTable } from "../../kernel/model/backup.ts";
import type { RunResult } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { sqliteTexts } from "../verify/sqlite-texts.ts";
import { lookAtTexts } from "./check-text.ts";
import type { DatabaseHands } from "./database.ts";
import type { RestoreTask } from "./ports.ts";
import { nameOf, startDump, type DatabaseDone, type DatabaseEnd } from "./restore-database.ts";
import { streamInto, type Streaming } from "./stream.ts";
import type { Target } from "./target.ts";
import { isOf, type DatabaseUnit } from "./units.ts";
import { placeScript, sqliteScript } from "./scripts.ts";

export interface SqliteFolders {
  readonly stage: string;
  readonly before: string;
}

/** Brings an SQLite file back beside its place, has SQLite look at all of it, and puts it into place in one step. */
export async function restoreSqlite(
  unit: DatabaseUnit,
  wanted: {
    readonly task: RestoreTask;
    readonly target: Target;
    readonly folders: SqliteFolders;
    readonly streaming: Streaming & { readonly downBitsPerSecond: number | null };
  },
): Promise<Result<DatabaseDone, DatabaseEnd>> {
  const { task, target, folders, streaming } = wanted;
  const [name, { clock }] = [nameOf(unit), streaming];
  const file = `${folders.stage}${name}`;
  const began = clock.monotonicMs();
  const script = 'umask 077; rm -rf -- "$1" && mkdir -p -- "${2%/*}" && cat >"$2" && sync "$2"';
  const sink = task.fetching.start({ argv: ["sh", "-c", script, "sh", folders.stage, file] });
  const end = await streamInto(startDump(unit, task, streaming), sink, streaming);
  const fail = (
    code: "dump-damaged" | "garbled" | "load-failed" | "rows-differ" | "no-space" | "placing-failed",
    text: string,
  ): Result<DatabaseDone, DatabaseEnd> => err({ code, of: unit.label, text });
  if (!end.ok) {
    if (end.error === "damaged") return fail("dump-damaged", unit.part.snapshot);
    if (typeof end.error !== "object" || !("taken" in end.error)) return err({ again: end.error });
    return fail(/no space left/i.test(end.error.taken) ? "no-space" : "load-failed", end.error.taken);
  }
  const fetchedAt = clock.monotonicMs();
  const tables = task.record.tables.filter(({ database }) => isOf(unit.part, database));
  const { trouble: wrong, values } = await lookAt(task, file, tables);
  if (wrong !== null) return fail(wrong.code, wrong.text);
  const path = Buffer.from(name, "utf8").toString("latin1");
  const env = { KOBOSHI_STAGE: folders.stage, KOBOSHI_BEFORE: folders.before };
  // whoever dies between here and the end has left nothing that stands in its own way
  await target.mark(`${unit.id}.verified`, folders.before);
  const owned = await target.each(sqliteScript, [path], env);
  const placed = owned.code === 0 ? await target.each(placeScript, [path], env) : owned;
  if (placed.code !== 0) return fail("placing-failed", safeText(placed.stderr, []));
  return ok({
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    texts: values,
    fetchSeconds: (fetchedAt - began) / 1_000,
    verifySeconds: (clock.monotonicMs() - fetchedAt) / 1_000,
  });
}

/** The stream had its sum; what SQLite finds besides lay in the database itself. Without its program the sum has to do. */
async function lookAt(
  { fetching, looksAtText, record }: RestoreTask,
  file: string,
  tables: readonly SetTable[],
): Promise<Looked> {
  const ask = (sql: string): Promise<RunResult> =>
    fetching.run({ argv: ["sqlite3", "-batch", "-readonly", file] }, { input: sql, timeoutMs: 3_600_000 });
  const checked = await ask("PRAGMA integrity_check(5);");
  if (checked.code === 127) return { trouble: null, values: 0 };
  if (checked.stdout.trim() !== "ok") return found("load-failed", safeText(`${checked.stdout} ${checked.stderr}`, []));
  const counted = await ask(
    tables.map(({ table }) => `SELECT count(*) FROM "${table.replaceAll('"', '""')}";`).join("\n"),
  );
  const counts = counted.stdout.split("\n");
  const wrong = tables.filter(({ rows }, index) => Number(counts[index]) !== rows);
  if (wrong.length > 0 || counted.code !== 0) return found("rows-differ", wrong.map(({ table }) => table).join(", "));
  if (!looksAtText) return { trouble: null, values: 0 };
  const texts: Pick<DatabaseHands, "texts"> = { texts: (copy, of) => sqliteTexts(fetching, copy, of) };
  return lookAtTexts(texts, { restoring: file, tables, seed: record.set });
}

function found(code: "load-failed" | "rows-differ", text: string): Looked {
  return { trouble: { code, text }, values: 0 };
}

interface Looked {
  readonly trouble: { readonly code: "garbled" | "load-failed" | "rows-differ"; readonly text: string } | null;
  /** values of text columns that were read again */
  readonly values: number;
}
