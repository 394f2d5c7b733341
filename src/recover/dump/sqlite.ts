import type { SetTable } from "../../kernel/model/backup.ts";
import type { RunResult, Running, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";
import { createClassCounter } from "../text/classes.ts";
import { ScratchRefusal } from "../verify/scratch.ts";
import { sqliteColumns, sqliteTexts } from "../verify/sqlite-texts.ts";
import { quoteWord } from "../workplace/quote.ts";
import type { DumpEngine, DumpTrouble, OpenDump } from "./engine.ts";

/** Statuses of the script below, beyond those of its programs. */
const statuses: Readonly<Record<number, DumpTrouble["reason"]>> = { 127: "no-program", 64: "no-space", 65: "damaged" };

/**
 * Copies through SQLite's own online backup: a file copied while it is written to is damaged. The copy stays while the
 * script's input is open, so nothing is left behind when whoever asked is killed.
 */
function script(file: string): string {
  return [
    "umask 077",
    `file=${quoteWord(file)}`,
    'command -v sqlite3 >/dev/null || { echo "sqlite3 is not installed" >&2; exit 127; }',
    '[ -f "$file" ] || { echo "no such file" >&2; exit 66; }',
    'base="${TMPDIR:-/var/tmp}"',
    'need=$(du -ck -- "$file" "$file-wal" 2>/dev/null | tail -n 1 | cut -f 1)',
    "free=$(df -Pk \"$base\" | tail -n 1 | awk '{ print $4 }')",
    '[ "$free" -gt "$need" ] || { echo "$need KiB needed in $base, $free KiB free" >&2; exit 64; }',
    'folder=$(mktemp -d "$base/koboshi-sqlite-XXXXXXXX") || exit 1',
    "trap 'rm -rf \"$folder\"' EXIT",
    "trap 'exit 143' HUP INT TERM",
    'sqlite3 -batch -cmd ".timeout 60000" "$file" ".backup $folder/copy" || exit 1',
    'said=$(sqlite3 -batch "$folder/copy" "PRAGMA integrity_check(5);") || exit 65',
    '[ "$said" = ok ] || { printf "%s\\n" "$said" >&2; exit 65; }',
    'printf "%s\\t%s\\n" "$(wc -c <"$folder/copy")" "$folder/copy"',
    "cat >/dev/null",
  ].join("\n");
}

/** SQLite by its online backup; needs as much free space as the database is large. */
export const sqlite: DumpEngine = {
  engine: "sqlite",
  sources: (workplace, { name }) =>
    Promise.resolve(ok([{ of: `sqlite/${name}`, open: () => openCopy(workplace, name) }])),
};

async function openCopy(workplace: Workplace, file: string): Promise<Result<OpenDump, DumpTrouble>> {
  const holder = workplace.start({ argv: ["sh", "-c", script(file)] });
  const errors = collect(holder.stderr, 4_096);
  const [bytes, copy] = (await firstLine(holder)).split("\t");
  const close = async (): Promise<void> => {
    holder.stdin.end();
    await holder.ended;
  };
  if (copy === undefined) {
    await close();
    await errors.closed;
    const { code } = await holder.ended;
    return err({ reason: statuses[code ?? -1] ?? "dump-failed", text: safeText(`${file}: ${errors.text()}`, []) });
  }
  return ok({
    command: { argv: ["cat", copy] },
    complete: { trailer: null, bytes: Number(bytes) },
    format: null,
    count: () => countTables(workplace, file, copy),
    uncovered: [],
    close,
  });
}

function firstLine(running: Running): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    running.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.includes("\n")) resolve(said.trim());
    });
    running.stdout.once("close", () => resolve(""));
  });
}

async function countTables(
  workplace: Workplace,
  file: string,
  copy: string,
): Promise<Result<readonly SetTable[], DumpTrouble>> {
  const names = await query(
    workplace,
    copy,
    "SELECT hex(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name;",
  );
  if (!names.ok) return names;
  const counted: SetTable[] = [];
  for (const hex of names.value) {
    const table = Buffer.from(hex, "hex").toString("utf8");
    const rows = await query(workplace, copy, `SELECT count(*) FROM "${table.replaceAll('"', '""')}";`);
    if (!rows.ok) return rows;
    const count = Number(rows.value[0]);
    const classes = count > wholeRows ? ok({}) : await classesOf(workplace, copy, table);
    if (!classes.ok) return classes;
    const rest = { rows: count, maxKey: null, newest: null, textClasses: classes.value };
    counted.push({ database: file, table, ...rest });
  }
  return ok(counted);
}

/** As many rows are read again at a restore, too; of larger tables the stream's sum has to do. */
const wholeRows = 20_000;

/** What the texts of a table are made of, by column; columns without any text are left out. */
async function classesOf(
  workplace: Workplace,
  copy: string,
  table: string,
): Promise<Result<SetTable["textClasses"], DumpTrouble>> {
  try {
    const columns = await sqliteColumns(workplace, copy, table);
    const counters = columns.map((column) => ({ column, counter: createClassCounter(), hasText: false }));
    for await (const row of sqliteTexts(workplace, copy, { table, columns, ratio: null })) {
      for (const [at, counting] of counters.entries()) {
        const value = row[at] ?? "";
        if (value === "") continue;
        counting.hasText = true;
        counting.counter.add(value);
      }
    }
    const told = counters.filter(({ hasText }) => hasText);
    return ok(Object.fromEntries(told.map(({ column, counter }) => [column, counter.totals()])));
  } catch (thrown) {
    if (!(thrown instanceof ScratchRefusal)) throw thrown;
    return err({ reason: "damaged", text: `${table}: ${thrown.message}` });
  }
}

async function query(workplace: Workplace, copy: string, sql: string): Promise<Result<readonly string[], DumpTrouble>> {
  const result: RunResult = await workplace.run(
    { argv: ["sqlite3", "-batch", "-readonly", copy] },
    { input: sql, timeoutMs: 3_600_000 },
  );
  if (result.code !== 0) return err({ reason: "damaged", text: safeText(result.stderr, []) });
  return ok(result.stdout.split("\n").filter((line) => line !== ""));
}
