import { z } from "zod";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Command, Workplace } from "../workplace/workplace.ts";
import { err, ok } from "../../kernel/result.ts";
import { broken } from "./finding.ts";
import { sqliteTexts } from "./sqlite-texts.ts";
import { firstLine, linesOf, must, privateFolder, type Scratch, type ScratchDeps } from "./scratch.ts";

/** A copy of the file, opened for reading only. */
export async function openScratchSqlite({ workplace, zone }: ScratchDeps): Promise<Scratch> {
  await must(workplace, { argv: ["sh", "-c", "command -v sqlite3"] });
  const folder = await privateFolder(workplace, [], "");
  return scratchOf(workplace, { folder, zone });
}

const tableLine = z.object({ table: z.string(), columns: z.array(z.string()) });
const tablesSql = `SELECT json_object('table', m.name, 'columns', json_group_array(c.name)) FROM sqlite_master m, pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.sql NOT LIKE 'CREATE VIRTUAL%' GROUP BY m.name ORDER BY m.name`;

function scratchOf(
  workplace: Workplace,
  { folder, zone }: { readonly folder: string; readonly zone: string },
): Scratch {
  const file = (database: string): string => `${folder}/${encodeURIComponent(database)}`;
  const sqlite = (database: string, sql: string): Command => ({
    argv: ["sqlite3", "-batch", "-bail", "-readonly", "-noheader", "-list", file(database), sql],
    env: { TZ: zone },
  });
  const lines = async (database: string, sql: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const line of linesOf(workplace, sqlite(database, sql))) found.push(line);
    return found;
  };
  const ask: Scratch["ask"] = (database, sql) => firstLine(workplace, sqlite(database, sql));
  return {
    loader: (database) => Promise.resolve(workplace.start({ argv: ["sh", "-c", 'cat > "$1"', "sh", file(database)] })),
    async loaded(database) {
      const answer = await ask(database, "PRAGMA integrity_check(1)");
      if (answer.ok && answer.value === "ok") return null;
      return broken("table-damaged", { database, table: "", text: answer.ok ? answer.value : answer.error });
    },
    async tables(database) {
      const found = (await lines(database, tablesSql)).map((line) => tableLine.parse(JSON.parse(line)));
      return found.map(({ table, columns }) => ({ table, textColumns: columns }));
    },
    async *rows(database, { table, textColumns }) {
      yield* sqliteTexts(workplace, file(database), { table, columns: textColumns, ratio: null });
    },
    async sound(database) {
      const rows = await lines(database, 'SELECT "table", count(*) FROM pragma_foreign_key_check() GROUP BY 1');
      return rows.map((row): VerifyFinding => {
        const [table = "", count = ""] = row.split("|");
        return broken("foreign-key-broken", { database, table, name: table, rows: Number(count) });
      });
    },
    ask,
    async askMoment(database, sql) {
      const value = `(${sql.replace(/;\s*$/, "")})`;
      // a time without a zone is meant in the site's own
      const local = `strftime('%s', v, 'utc')`;
      const asked = `SELECT CASE WHEN typeof(v) <> 'text' THEN v WHEN v GLOB '*[Z+]*' THEN strftime('%s', v) ELSE ${local} END FROM (SELECT ${value} AS v)`;
      const answer = await ask(database, asked);
      if (!answer.ok) return err(answer.error);
      return ok(answer.value === null || answer.value === "" ? null : Number(answer.value) * 1_000);
    },
    addRole: () => Promise.resolve(false),
    close: async () => void (await workplace.run({ argv: ["rm", "-rf", "--", folder] })),
  };
}
