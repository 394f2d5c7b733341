import type { BackupDatabase, SetTable } from "../../kernel/model/backup.ts";
import type { Command, RunResult, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { linesOf, unescapeValue } from "../verify/scratch.ts";
import { suffixed, type DatabaseHands, type ServerRefusal, type TextsWanted } from "./database.ts";

/** Without a user the server knows us by our account: root becomes the server's own user. */
const asServerUser = [
  "sh",
  "-c",
  'if [ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1; then exec runuser -u postgres -- "$@"; fi; exec "$@"',
  "sh",
];
const longMs = 86_400_000;
/** Sorts of this size stay in memory while indexes are built; a server that has more room for them keeps it. */
const roomForIndexes =
  "SELECT set_config('maintenance_work_mem', '256MB', false) FROM pg_settings WHERE name = 'maintenance_work_mem' AND setting::bigint < 262144;\n";
const noRole = /role "((?:[^"]|"")+)" does not exist/;
/** Owners that were never dumped are made, without a login; more of them than this is something else. */
const mostRoles = 20;

interface Login {
  psql(name: string, ...words: readonly string[]): Command;
  close(): Promise<void>;
}

/** The password lies in a file of libpq's form while it is needed. */
async function logIn(workplace: Workplace, { user, password, host, port }: BackupDatabase): Promise<Login> {
  const line = password === null ? null : `*:*:*:*:${password.reveal().replaceAll(/[\\:]/g, String.raw`\$&`)}\n`;
  const file = line === null ? null : await workplace.putSecret(line);
  const env = {
    PGCLIENTENCODING: "UTF8",
    PGAPPNAME: "koboshi",
    PGCONNECT_TIMEOUT: "15",
    ...(file === null ? {} : { PGPASSFILE: file.path }),
    ...(host === null ? {} : { PGHOST: host }),
    ...(port === null ? {} : { PGPORT: String(port) }),
    ...(user === null ? {} : { PGUSER: user }),
  };
  const as = user === null && password === null && (host === null || host.startsWith("/")) ? asServerUser : [];
  return {
    psql: (name, ...words) => ({
      argv: [...as, "psql", "-X", "-q", "-A", "-t", "-w", ...words, "-d", name],
      env,
    }),
    close: () => file?.remove() ?? Promise.resolve(),
  };
}

/** A PostgreSQL server of the target, through its own programs. */
export async function postgresHands(workplace: Workplace, database: BackupDatabase): Promise<DatabaseHands> {
  const { psql, close } = await logIn(workplace, database);
  const ask = async (
    name: string,
    sql: string,
    words: readonly string[] = [],
  ): Promise<Result<readonly string[], ServerRefusal>> => {
    const said = await workplace.run(psql(name, "-v", "ON_ERROR_STOP=1", ...words), { input: sql, timeoutMs: longMs });
    return said.code === 0 ? ok(said.stdout.split("\n").filter((row) => row !== "")) : err(refusalOf(said));
  };
  let made = 0;
  return {
    async isThere(name) {
      const exists = await ask("postgres", `SELECT 1 FROM pg_database WHERE datname = ${text(name)};`);
      if (!exists.ok || exists.value.length === 0) return exists.ok ? ok(false) : exists;
      const tables = await ask(name, userTables);
      return tables.ok ? ok(Number(tables.value[0]) > 0) : tables;
    },
    async begin(name) {
      const restoring = suffixed(name, "__restoring");
      const sql = `DROP DATABASE IF EXISTS ${quoted(restoring)};\nCREATE DATABASE ${quoted(restoring)} TEMPLATE template0 ENCODING 'UTF8';`;
      const done = await ask("postgres", sql);
      return done.ok ? ok(restoring) : done;
    },
    load(restoring) {
      const running = workplace.start(psql(restoring, "-1", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"));
      running.stdin.write(roomForIndexes);
      return running;
    },
    async mend(words) {
      const role = noRole.exec(words)?.[1]?.replaceAll('""', '"');
      if (role === undefined || (made += 1) > mostRoles) return false;
      return (await ask("postgres", `CREATE ROLE ${quoted(role)} NOLOGIN;`)).ok;
    },
    async rows(restoring, tables) {
      const counts = await ask(
        restoring,
        tables.map((table) => `SELECT count(*) FROM ONLY ${tableName(table)};`).join("\n"),
      );
      return counts.ok ? ok(new Map(tables.map(({ table }, index) => [table, Number(counts.value[index])]))) : counts;
    },
    texts: (restoring, wanted) => readTexts(workplace, (...words) => psql(restoring, ...words), wanted),
    async swap(name, { before, table }) {
      if (table !== null) return swapTable({ ask, workplace, psql }, { name, before, table });
      const exists = await ask("postgres", `SELECT 1 FROM pg_database WHERE datname = ${text(name)};`);
      if (!exists.ok) return exists;
      const away = `ALTER DATABASE ${quoted(name)} RENAME TO ${quoted(suffixed(name, `__before_${before}`))};\n`;
      const into = `ALTER DATABASE ${quoted(suffixed(name, "__restoring"))} RENAME TO ${quoted(name)};`;
      const done = await ask("postgres", `${exists.value.length > 0 ? away : ""}${into}`, ["-1"]);
      return done.ok ? ok(undefined) : done;
    },
    async accounts(sql) {
      const known = await ask("postgres", "SELECT rolname FROM pg_roles;");
      if (!known.ok) return known;
      const done = await ask("postgres", newRoles(sql, new Set(known.value)));
      return done.ok ? ok(undefined) : done;
    },
    close,
  };
}

/** As the table stores them: COPY writes what the dump has counted. */
async function* readTexts(
  workplace: Workplace,
  psql: (...words: readonly string[]) => Command,
  { table, columns, ratio }: TextsWanted,
): AsyncIterable<readonly string[]> {
  const sample = ratio === null ? "" : ` TABLESAMPLE SYSTEM (${(ratio * 100).toFixed(4)})`;
  const sql = `COPY (SELECT ${columns.map(quoted).join(", ")} FROM ONLY ${tableName({ table })}${sample}) TO STDOUT`;
  for await (const line of linesOf(workplace, psql("-v", "ON_ERROR_STOP=1", "-c", sql)))
    yield line.split("\t").map(unescapeValue);
}

interface Asking {
  ask(name: string, sql: string, words?: readonly string[]): Promise<Result<readonly string[], ServerRefusal>>;
  readonly workplace: Workplace;
  psql(name: string, ...words: readonly string[]): Command;
}

/** One table goes into the living database; the one that was there is kept in a schema of its own, in one transaction. */
async function swapTable(
  { ask, workplace, psql }: Asking,
  { name, before, table }: { readonly name: string; readonly before: string; readonly table: string },
): Promise<Result<void, ServerRefusal>> {
  const restoring = suffixed(name, "__restoring");
  const exists = await ask(name, `SELECT to_regclass(${text(tableName({ table }))}) IS NOT NULL;`);
  if (!exists.ok) return exists;
  const schema = quoted(`before_${before}`);
  const pointing = await ask(name, pointingSql(tableName({ table })));
  if (!pointing.ok) return pointing;
  const again = pointing.value.map((line) => line.replaceAll(String.fromCodePoint(1), "\n"));
  const away =
    exists.value[0] === "t"
      ? `CREATE SCHEMA ${schema};\nALTER TABLE ${tableName({ table })} SET SCHEMA ${schema};\n`
      : "";
  const { argv, env } = psql(restoring);
  const dump = [
    ...argv.slice(0, argv.indexOf("psql")),
    "pg_dump",
    "-Fp",
    "-w",
    "-t",
    tableName({ table }),
    "-d",
    restoring,
  ];
  const sql = await workplace.run({ argv: dump, ...(env === undefined ? {} : { env }) }, { timeoutMs: longMs });
  if (sql.code !== 0) return err(refusalOf(sql));
  const done = await ask(name, `${away}${sql.stdout}\n${again.join("\n")}`, ["-1", "-o", "/dev/null"]);
  if (!done.ok) return done;
  const dropped = await ask("postgres", `DROP DATABASE ${quoted(restoring)};`);
  return dropped.ok ? ok(undefined) : dropped;
}

/**
 * Keys and views follow a table that moves. Asks for what makes those that looked at this one look at the new one: keys
 * of other tables, for new rows at once and for the old ones not checked, and views. Line ends within come as U+0001.
 */
function pointingSql(table: string): string {
  return `SET search_path = '';
SELECT ${inOneLine("format('ALTER TABLE %s DROP CONSTRAINT %I; ALTER TABLE %s ADD CONSTRAINT %I %s;', conrelid::regclass, conname, conrelid::regclass, conname, pg_get_constraintdef(oid) || CASE WHEN convalidated AND (SELECT relkind FROM pg_catalog.pg_class WHERE oid = conrelid) = 'r' THEN ' NOT VALID' ELSE '' END)")}
FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conparentid = 0 AND confrelid = to_regclass(${text(table)}) AND conrelid <> confrelid;
SELECT DISTINCT ${inOneLine("format('CREATE OR REPLACE VIEW %s AS %s', v.oid::regclass, pg_get_viewdef(v.oid))")}
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid JOIN pg_catalog.pg_class v ON v.oid = w.ev_class
WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refobjid = to_regclass(${text(table)}) AND v.relkind = 'v';`;
}

function inOneLine(sql: string): string {
  return `translate(${sql}, E'\\n', E'\\x01')`;
}

const userTables =
  "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%';";

/** Lines about accounts the server has are left out: their passwords and rights stay. */
export function newRoles(sql: string, known: ReadonlySet<string>): string {
  return sql
    .split("\n")
    .filter((line) => {
      const name = /^(?:CREATE|ALTER) ROLE ("(?:[^"]|"")+"|[^\s;]+)/.exec(line)?.[1];
      return name === undefined || !known.has(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
    })
    .join("\n");
}

function refusalOf({ code, stderr }: RunResult): ServerRefusal {
  const said = safeText(stderr, []);
  if (code === 127 || code === 126) return { code: "no-program", text: said === "" ? "psql" : said };
  return { code: /is being accessed by other users/.test(stderr) ? "in-use" : "load-failed", text: said };
}

/** `public.orders`; a name without a schema is public's. */
function tableName({ table }: Pick<SetTable, "table">): string {
  const dot = table.indexOf(".");
  return dot === -1 ? `public.${quoted(table)}` : `${quoted(table.slice(0, dot))}.${quoted(table.slice(dot + 1))}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
