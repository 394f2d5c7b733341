import type { BackupDatabase } from "../../kernel/model/backup.ts";
import type { Command, RunResult, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { failedDump } from "./gate.ts";
import type { DumpEngine, DumpSource, DumpTrouble, OpenDump } from "./engine.ts";

const trailer = "^-- Dump completed";
/** What the server makes itself; accounts are dumped as statements of their own. */
const ownDatabases = new Set(["information_schema", "performance_schema", "sys", "mysql"]);
/** Engines whose tables a consistent read covers. */
const transactional = ["InnoDB", "RocksDB", "TokuDB", "ndbcluster"];

export const mysql: DumpEngine = engineOf("mysql");
export const mariadb: DumpEngine = engineOf("mariadb");

function engineOf(engine: "mysql" | "mariadb"): DumpEngine {
  return {
    engine,
    async sources(workplace, database) {
      if (database.name !== "*") return ok([sourceOf(workplace, database, database.name)]);
      const names = await asked(workplace, database, "SHOW DATABASES");
      if (!names.ok) return names;
      const own = names.value.filter((name) => !ownDatabases.has(name));
      const users = engine === "mariadb" ? [usersOf(workplace, database)] : [];
      return ok([...users, ...own.map((name) => sourceOf(workplace, database, name))]);
    },
  };
}

/** MariaDB's and MySQL's programs go by two names; which of them is there is found out where they run. */
function programs(engine: string, kind: "dump" | "client"): readonly string[] {
  const names = { dump: ["mariadb-dump", "mysqldump"], client: ["mariadb", "mysql"] }[kind];
  const [first, second] = engine === "mariadb" ? names : names.toReversed();
  return ["sh", "-c", `command -v ${first} >/dev/null && exec ${first} "$@"; exec ${second} "$@"`, "sh"];
}

function sourceOf(workplace: Workplace, database: BackupDatabase, name: string): DumpSource {
  return { of: `${database.engine}/${name}`, open: () => openDump(workplace, database, name) };
}

async function openDump(
  workplace: Workplace,
  database: BackupDatabase,
  name: string,
): Promise<Result<OpenDump, DumpTrouble>> {
  const list = transactional.map((engine) => `'${engine}'`).join(", ");
  const tables = await asked(
    workplace,
    database,
    `SELECT concat(table_name, ' (', engine, ')') FROM information_schema.tables WHERE table_schema = ${literal(name)}` +
      ` AND table_type = 'BASE TABLE' AND engine NOT IN (${list})`,
  );
  if (!tables.ok) return tables;
  const version = await workplace.run(
    { argv: [...programs(database.engine, "dump"), "--version"] },
    { timeoutMs: 30_000 },
  );
  const isMysql = version.stdout !== "" && !version.stdout.includes("MariaDB");
  const options = [
    "--single-transaction",
    "--quick",
    "--hex-blob",
    "--routines",
    "--events",
    "--triggers",
    "--no-tablespaces",
    "--default-character-set=utf8mb4",
    ...(isMysql ? ["--set-gtid-purged=OFF"] : []),
  ];
  const uncovered = tables.value.map((table) => `${name}.${table}`);
  const opened = await dumpOf(workplace, database, [...options, "--", name]);
  return ok({ ...opened, format: "insert", uncovered });
}

function usersOf(workplace: Workplace, database: BackupDatabase): DumpSource {
  return {
    of: `${database.engine}/*`,
    async open() {
      const opened = await dumpOf(workplace, database, ["--system=users"]);
      return ok({ ...opened, format: null, uncovered: [] });
    },
  };
}

async function dumpOf(
  workplace: Workplace,
  database: BackupDatabase,
  words: readonly string[],
): Promise<Omit<OpenDump, "format" | "uncovered">> {
  const file = await workplace.putSecret(optionFile(database));
  const argv = [...programs(database.engine, "dump"), `--defaults-extra-file=${file.path}`, ...words];
  const command: Command = { argv };
  return { command, complete: { trailer, bytes: null }, count: () => null, close: () => file.remove() };
}

async function asked(
  workplace: Workplace,
  database: BackupDatabase,
  sql: string,
): Promise<Result<readonly string[], DumpTrouble>> {
  const file = await workplace.putSecret(optionFile(database));
  const flags = [
    `--defaults-extra-file=${file.path}`,
    "--batch",
    "--skip-column-names",
    "--default-character-set=utf8mb4",
  ];
  const result: RunResult = await workplace
    .run({ argv: [...programs(database.engine, "client"), ...flags] }, { input: `${sql};\n`, timeoutMs: 60_000 })
    .finally(() => file.remove());
  const trouble = failedDump({ code: result.code, signal: null }, result.stderr);
  return trouble === null ? ok(result.stdout.split("\n").filter((line) => line !== "")) : err(trouble);
}

/** Source: MySQL manual, «Using Option Files»: quotes hold a value together, a backslash is written twice. */
function optionFile({ user, password, host, port }: BackupDatabase): string {
  const lines = [
    "[client]",
    ...(user === null ? [] : [`user=${value(user)}`]),
    ...(password === null ? [] : [`password=${value(password.reveal())}`]),
    ...(host === null ? [] : [`${host.startsWith("/") ? "socket" : "host"}=${value(host)}`]),
    ...(port === null ? [] : [`port=${port}`]),
    "",
  ];
  return lines.join("\n");
}

function value(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', String.raw`\"`)}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
