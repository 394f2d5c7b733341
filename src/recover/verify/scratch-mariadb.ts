import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Command, Workplace } from "../workplace/workplace.ts";
import { err, ok } from "../../kernel/result.ts";
import { broken } from "./finding.ts";
import {
  answering,
  asUser,
  firstLine,
  linesOf,
  must,
  privateFolder,
  unescapeValue,
  type Scratch,
  type ScratchDeps,
} from "./scratch.ts";

const small = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--innodb-doublewrite=0"];

/** MariaDB; a MySQL dump is loaded into it, too, when that is what is installed. */
export async function startScratchMariadb(deps: ScratchDeps): Promise<Scratch> {
  const { workplace, zone } = deps;
  await must(workplace, { argv: ["sh", "-c", "command -v mariadb-install-db && command -v mariadbd"] });
  const as = await asUser(workplace, "mysql");
  const folder = await privateFolder(workplace, as, "mysql");
  const remove = async (): Promise<void> => void (await workplace.run({ argv: ["rm", "-rf", "--", folder] }));
  const own = ["--no-defaults", `--datadir=${folder}/d`, ...small];
  try {
    const make = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"];
    await must(workplace, { argv: [...as, "mariadb-install-db", ...own, ...make] });
    const hidden = [
      "--skip-networking",
      `--socket=${folder}/s`,
      `--pid-file=${folder}/p`,
      "--character-set-server=utf8mb4",
    ];
    const server = workplace.start({ argv: [...as, "mariadbd", ...own, ...hidden], env: { TZ: zone } });
    const close = async (): Promise<void> => {
      server.kill("SIGTERM");
      await server.ended;
      await remove();
    };
    const client = (words: readonly string[], database: string | null): Command => ({
      argv: [
        ...as,
        "mariadb",
        "--no-defaults",
        `--socket=${folder}/s`,
        "-u",
        "root",
        "--default-character-set=utf8mb4",
        ...words,
        ...(database === null ? [] : [database]),
      ],
    });
    try {
      const ask = client(["-e", "select 1"], null);
      await answering(deps, server, async () => (await workplace.run(ask)).code === 0);
    } catch (thrown) {
      await close();
      throw thrown;
    }
    return scratchOf({ workplace, client, close });
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

interface Server {
  readonly workplace: Workplace;
  readonly client: (words: readonly string[], database: string | null) => Command;
  readonly close: () => Promise<void>;
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

const textual = "'char','varchar','tinytext','text','mediumtext','longtext','enum','set'";
const tablesSql = `SELECT t.table_name, c.column_name FROM information_schema.tables t
LEFT JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.data_type IN (${textual})
WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' ORDER BY t.table_name, c.ordinal_position`;
const keysSql = `SELECT constraint_name, table_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
ORDER BY table_name, constraint_name, ordinal_position`;

function scratchOf({ workplace, client, close }: Server): Scratch {
  const batch = ["-N", "-B", "--quick", "-e"];
  const rowsOf = async (database: string, sql: string): Promise<readonly (readonly string[])[]> => {
    const found: (readonly string[])[] = [];
    for await (const line of linesOf(workplace, client([...batch, sql], database)))
      found.push(line.split("\t").map(unescapeValue));
    return found;
  };
  const ask: Scratch["ask"] = async (database, sql) => {
    const answer = await firstLine(workplace, client([...batch, sql], database));
    return answer.ok && answer.value !== null ? ok(unescapeValue(answer.value.split("\t")[0] ?? "")) : answer;
  };
  return {
    async loader(database) {
      const sql = `DROP DATABASE IF EXISTS ${quoted(database)}; CREATE DATABASE ${quoted(database)} CHARACTER SET utf8mb4`;
      await must(workplace, client(["-e", sql], null));
      return workplace.start(client(["--binary-mode"], database));
    },
    loaded: () => Promise.resolve(null),
    async tables(database) {
      const found = new Map<string, string[]>();
      for (const [table = "", column = ""] of await rowsOf(database, tablesSql)) {
        const columns = found.get(table) ?? [];
        if (column !== "NULL") columns.push(column);
        found.set(table, columns);
      }
      return [...found].map(([table, textColumns]) => ({ table, textColumns }));
    },
    async *rows(database, { table, textColumns }) {
      const columns = textColumns.map((column) => `IFNULL(${quoted(column)}, '')`).join(", ");
      const sql = `SELECT ${columns === "" ? "''" : columns} FROM ${quoted(table)}`;
      for await (const line of linesOf(workplace, client([...batch, sql], database)))
        yield line.split("\t").map(unescapeValue);
    },
    async sound(database) {
      return [...(await checkTables(database, rowsOf)), ...(await checkKeys(database, rowsOf))];
    },
    ask,
    async askMoment(database, sql) {
      const answer = await ask(database, `SELECT FLOOR(UNIX_TIMESTAMP((${sql.replace(/;\s*$/, "")})) * 1000)`);
      if (!answer.ok) return err(answer.error);
      return ok(answer.value === null || answer.value === "NULL" ? null : Number(answer.value));
    },
    addRole: () => Promise.resolve(false),
    close,
  };
}

type Rows = (database: string, sql: string) => Promise<readonly (readonly string[])[]>;

async function checkTables(database: string, rowsOf: Rows): Promise<readonly VerifyFinding[]> {
  const names = await rowsOf(
    database,
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
  );
  if (names.length === 0) return [];
  const tables = names.map(([name = ""]) => quoted(name)).join(", ");
  const said = await rowsOf(database, `CHECK TABLE ${tables} EXTENDED`);
  return said
    .filter(([, , type, text]) => type === "error" || (type === "status" && text !== "OK"))
    .map(([table = "", , , text = ""]) => broken("table-damaged", { database, table, text }));
}

/** A dump loads with its checks off: rows whose parent is not there are counted for each declared key. */
async function checkKeys(database: string, rowsOf: Rows): Promise<readonly VerifyFinding[]> {
  const keys = new Map<string, (readonly string[])[]>();
  for (const row of await rowsOf(database, keysSql)) {
    const key = `${row[1]}.${row[0]}`;
    keys.set(key, [...(keys.get(key) ?? []), row]);
  }
  const findings: VerifyFinding[] = [];
  for (const [key, columns] of keys) {
    const rows = Number((await rowsOf(database, orphansSql(columns)))[0]?.[0] ?? 0);
    const table = columns[0]?.[1] ?? "";
    if (rows > 0) findings.push(broken("foreign-key-broken", { database, table, name: key, rows }));
  }
  return findings;
}

/** @param columns of one key: name, table, column, and the parent's schema, table, column */
function orphansSql(columns: readonly (readonly string[])[]): string {
  const [, table = "", , schema = "", parent = "", first = ""] = columns[0] ?? [];
  const on = columns.map(([, , own = "", , , far = ""]) => `p.${quoted(far)} = c.${quoted(own)}`).join(" AND ");
  const set = columns.map(([, , own = ""]) => `c.${quoted(own)} IS NOT NULL`).join(" AND ");
  const from = `${quoted(table)} c LEFT JOIN ${quoted(schema)}.${quoted(parent)} p ON ${on}`;
  return `SELECT COUNT(*) FROM ${from} WHERE ${set} AND p.${quoted(first)} IS NULL`;
}
