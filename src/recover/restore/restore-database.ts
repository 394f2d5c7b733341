import { dumpPath } from "../dump/engine.ts";
import type { CommitRecord, SetTable } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";
import { lookAtTexts } from "./check-text.ts";
import { databaseOf, type DatabaseHands } from "./database.ts";
import { flagsOf, roomyEnv } from "./fetch-files.ts";
import { mysqlHands } from "./mysql.ts";
import type { RestoreTask, RestoreTrouble } from "./ports.ts";
import { postgresHands } from "./postgres.ts";
import { streamInto, type StreamEnd, type Streaming } from "./stream.ts";
import { isOf, type DatabaseUnit } from "./units.ts";

export interface DatabaseDone {
  readonly rows: number;
  /** values of text columns that were read again */
  readonly texts: number;
  readonly fetchSeconds: number;
  readonly verifySeconds: number;
}

/** A repository that could not be read, as a value of its own: it may be reachable again in a minute. */
export type DatabaseEnd = RestoreTrouble | { readonly again: StreamEnd };

type Downloading = Streaming & { readonly downBitsPerSecond: number | null };

/** Where accounts' SQL is read as a whole: thousands of them are a few megabytes. */
const maxAccountsBytes = 16_777_216;

/** The server a unit is loaded into; null: none was given, or it is a file. */
export function handsFor({ databases, loading }: RestoreTask, { part }: DatabaseUnit): Promise<DatabaseHands> | null {
  const database = databaseOf(databases, part.of ?? "");
  if (database === null || database.engine === "sqlite") return null;
  return database.engine === "postgres" ? postgresHands(loading, database) : mysqlHands(loading, database);
}

/** `postgres/shop` → `shop` */
export function nameOf({ part }: DatabaseUnit): string {
  const of = part.of ?? "";
  return of.slice(of.indexOf("/") + 1);
}

/** Loads a dump into `NAME__restoring` while it comes, counts its rows, looks at its text, and gives it its name. */
export async function restoreDatabase(
  unit: DatabaseUnit,
  {
    task,
    hands,
    streaming,
    before,
  }: { task: RestoreTask; hands: DatabaseHands; streaming: Downloading; before: string },
): Promise<Result<DatabaseDone, DatabaseEnd>> {
  const trouble = (code: RestoreTrouble["code"], text: string): { ok: false; error: RestoreTrouble } =>
    err({ code, of: unit.label, text }) as { ok: false; error: RestoreTrouble };
  const { clock } = streaming;
  const began = clock.monotonicMs();
  if (nameOf(unit) === "*") return accounts(unit, { task, hands, streaming });
  const loaded = await load(unit, { task, hands, streaming });
  if (!loaded.ok) return loaded;
  const fetchedAt = clock.monotonicMs();
  const tables = tablesOf(task.record, unit);
  const counted = await hands.rows(loaded.value, tables);
  if (!counted.ok) return trouble(counted.error.code, counted.error.text);
  const wrong = tables.filter(({ table, rows }) => counted.value.get(table) !== rows);
  if (wrong.length > 0)
    return trouble(
      "rows-differ",
      wrong
        .slice(0, 5)
        .map(({ table, rows }) => `${table}: ${counted.value.get(table) ?? "—"} / ${rows}`)
        .join(", "),
    );
  const seed = task.record.set;
  const looked = task.looksAtText ? await lookAtTexts(hands, { restoring: loaded.value, tables, seed }) : null;
  if (looked !== null && looked.trouble !== null) return trouble(looked.trouble.code, looked.trouble.text);
  const swapped = await hands.swap(nameOf(unit), { before, table: unit.table });
  if (!swapped.ok) return trouble(swapped.error.code, swapped.error.text);
  return ok({
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    texts: looked?.values ?? 0,
    fetchSeconds: (fetchedAt - began) / 1_000,
    verifySeconds: (clock.monotonicMs() - fetchedAt) / 1_000,
  });
}

function tablesOf({ tables }: CommitRecord, { part, table }: DatabaseUnit): readonly SetTable[] {
  return tables.filter((each) => isOf(part, each.database) && (table === null || each.table === table));
}

type Loading = { readonly task: RestoreTask; readonly hands: DatabaseHands; readonly streaming: Downloading };

async function load(unit: DatabaseUnit, { task, hands, streaming }: Loading): Promise<Result<string, DatabaseEnd>> {
  const trouble = (code: RestoreTrouble["code"], text: string): Result<string, DatabaseEnd> =>
    err({ code, of: unit.label, text });
  for (;;) {
    const begun = await hands.begin(nameOf(unit));
    if (!begun.ok) return trouble(begun.error.code, begun.error.text);
    const end = await streamInto(startDump(unit, task, streaming), hands.load(begun.value), streaming);
    if (end.ok) return begun;
    const why = end.error;
    if (why === "damaged") return trouble("dump-damaged", unit.part.snapshot);
    if (typeof why !== "object" || !("taken" in why)) return err({ again: why });
    if (!(await hands.mend(why.taken))) return trouble("load-failed", why.taken);
  }
}

/** A dump's stream, by the task's own workplace and limits. */
export function startDump(
  { part }: DatabaseUnit,
  task: RestoreTask,
  { downBitsPerSecond }: Pick<Downloading, "downBitsPerSecond">,
): ReturnType<RestoreTask["fetching"]["start"]> {
  const { repository, fetching } = task;
  const words = ["dump", "--no-lock", part.snapshot, dumpPath(task.record.plan, part.of ?? "")];
  return fetching.start({
    argv: ["restic", ...flagsOf({ repository, downBitsPerSecond }), ...words],
    env: roomyEnv(repository),
  });
}

async function accounts(
  unit: DatabaseUnit,
  { task, hands, streaming }: Loading,
): Promise<Result<DatabaseDone, DatabaseEnd>> {
  const { clock } = streaming;
  const began = clock.monotonicMs();
  const sink = task.fetching.start({ argv: ["cat"] });
  const sql = collect(sink.stdout, maxAccountsBytes);
  const end = await streamInto(startDump(unit, task, streaming), sink, streaming);
  if (!end.ok) {
    if (end.error === "damaged") return err({ code: "dump-damaged", of: unit.label, text: unit.part.snapshot });
    return err({ again: end.error });
  }
  await sql.closed;
  const done = await hands.accounts(sql.text());
  if (!done.ok) return err({ code: done.error.code, of: unit.label, text: safeText(done.error.text, []) });
  return ok({ rows: 0, texts: 0, fetchSeconds: (clock.monotonicMs() - began) / 1_000, verifySeconds: 0 });
}
