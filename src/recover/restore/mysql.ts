import type { BackupDatabase } from "../../kernel/model/backup.ts";
import type { Command, RunResult, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { linesOf, unescapeValue } from "../verify/scratch.ts";
import { suffixed, type DatabaseHands, type ServerRefusal } from "./database.ts";

const longMs = 86_400_000;

/** A MariaDB or MySQL server of the target, through its own programs. Databases cannot be renamed there: their tables move. */
export async function mysqlHands(workplace: Workplace, database: BackupDatabase): Promise<DatabaseHands> {
  const file = await workplace.putSecret(optionFile(database));
  const command = (kind: keyof typeof programs, ...words: readonly string[]): Command => ({
    argv: [
      ...program(database.engine, kind),
      `--defaults-extra-file=${file.path}`,
      "--default-character-set=utf8mb4",
      ...words,
    ],
  });
  const run = async (wanted: Command, input = ""): Promise<Result<string, ServerRefusal>> => {
    const said = await workplace.run(wanted, { input, timeoutMs: longMs });
    return said.code === 0 ? ok(said.stdout) : err(refusalOf(said));
  };
  const ask: Ask = async (sql) => {
    const said = await run(command("client", "--batch", "--skip-column-names"), sql);
    return said.ok ? ok(said.value.split("\n").filter((line) => line !== "")) : said;
  };
  const server: Server = { ask, run, command };
  return {
    async isThere(name) {
      const tables = await ask(`SELECT count(*) FROM information_schema.tables WHERE table_schema = ${text(name)};`);
      return tables.ok ? ok(Number(tables.value[0]) > 0) : tables;
    },
    async begin(name) {
      const restoring = suffixed(name, "__restoring");
      const sql = `DROP DATABASE IF EXISTS ${quoted(restoring)}; CREATE DATABASE ${quoted(restoring)} CHARACTER SET utf8mb4;`;
      const done = await ask(sql);
      return done.ok ? ok(restoring) : done;
    },
    load: (restoring) => workplace.start(command("client", "--batch", "--max-allowed-packet=1G", "--", restoring)),
    mend: () => Promise.resolve(false),
    async rows(restoring, tables) {
      const sql = tables.map(({ table }) => `SELECT count(*) FROM ${quoted(restoring)}.${quoted(table)};`).join("\n");
      const counts = await ask(sql);
      return counts.ok ? ok(new Map(tables.map(({ table }, index) => [table, Number(counts.value[index])]))) : counts;
    },
    async *texts(restoring, { table, columns, ratio }) {
      const values = columns.map((column) => `IFNULL(${quoted(column)}, '')`).join(", ");
      const sample = ratio === null ? "" : ` WHERE RAND() < ${ratio.toFixed(6)}`;
      const sql = `SELECT ${values} FROM ${quoted(table)}${sample}`;
      const words = ["--batch", "--skip-column-names", "--quick", "-e", sql, "--", restoring];
      for await (const line of linesOf(workplace, command("client", ...words)))
        yield line.split("\t").map(unescapeValue);
    },
    swap: (name, wanted) => swap(server, name, wanted),
    async accounts(sql) {
      const known = await ask("SELECT concat('`', user, '`@`', host, '`') FROM mysql.user;");
      if (!known.ok) return known;
      const fresh = sql.split("\n").filter((line) => !known.value.some((account) => line.includes(account)));
      const done = await run(command("client", "--batch"), fresh.join("\n"));
      return done.ok ? ok(undefined) : done;
    },
    close: () => file.remove(),
  };
}

type Ask = (sql: string) => Promise<Result<readonly string[], ServerRefusal>>;

interface Server {
  readonly ask: Ask;
  run(wanted: Command, input?: string): Promise<Result<string, ServerRefusal>>;
  command(kind: "client" | "dump", ...words: readonly string[]): Command;
}

/**
 * Moves all tables in one statement, which the server does whole or not at all. Triggers cannot move with a table, and
 * views and routines belong to their database: they are written out before and made again after, on both sides.
 */
async function swap(
  server: Server,
  name: string,
  { before, table }: { readonly before: string; readonly table: string | null },
): Promise<Result<void, ServerRefusal>> {
  const [restoring, aside] = [suffixed(name, "__restoring"), suffixed(name, `__before_${before}`)];
  const [fresh, old] = [await belongings(server, restoring, table), await belongings(server, name, table)];
  if (!fresh.ok) return fresh;
  if (!old.ok) return old;
  const isThere = old.value.tables.length > 0 || old.value.drops !== "";
  const moves = [
    ...old.value.tables.map((each) => `${quoted(name)}.${quoted(each)} TO ${quoted(aside)}.${quoted(each)}`),
    ...fresh.value.tables.map((each) => `${quoted(restoring)}.${quoted(each)} TO ${quoted(name)}.${quoted(each)}`),
  ];
  const create = (each: string): string => `CREATE DATABASE IF NOT EXISTS ${quoted(each)} CHARACTER SET utf8mb4;`;
  const sql = [
    create(name),
    isThere ? create(aside) : "",
    `USE ${quoted(restoring)};\n${fresh.value.drops}`,
    isThere ? `USE ${quoted(name)};\n${old.value.drops}` : "",
    moves.length === 0 ? "" : `RENAME TABLE ${moves.join(", ")};`,
  ];
  const moved = await server.ask(sql.join("\n"));
  if (!moved.ok) return moved;
  const made = await makeAgain(server, fresh.value, { from: restoring, to: name });
  const kept = isThere ? await makeAgain(server, old.value, { from: name, to: aside }) : ok(undefined);
  if (!made.ok) return made;
  if (!kept.ok) return kept;
  const turned = await turnKeys(server, { name, restoring, aside, table });
  return turned.ok ? leave(server, restoring) : turned;
}

/** Tables that stay behind may point to one that moved. */
async function leave({ ask }: Server, restoring: string): Promise<Result<void, ServerRefusal>> {
  const dropped = await ask(`SET foreign_key_checks = 0; DROP DATABASE ${quoted(restoring)};`);
  return dropped.ok ? ok(undefined) : dropped;
}

/**
 * Keys follow a table that moves: those that pointed to the old one, and those of the new one to its old neighbours, point
 * to what now lies in the database again. Rows that have no partner there stay, as nothing may be deleted.
 */
async function turnKeys(
  { ask }: Server,
  of: { readonly name: string; readonly restoring: string; readonly aside: string; readonly table: string | null },
): Promise<Result<void, ServerRefusal>> {
  // with all its neighbours a table keeps its keys
  if (of.table === null) return ok(undefined);
  const wanted =
    `SELECT concat('ALTER TABLE ', ${nameOf("k.table_schema")}, '.', ${nameOf("k.table_name")}, ' DROP FOREIGN KEY ', ${nameOf("k.constraint_name")}, ', ADD FOREIGN KEY (', ${namesOf("k.column_name")}, ') REFERENCES ', ${text(quoted(of.name))}, '.', ${nameOf("k.referenced_table_name")}, ' (', ${namesOf("k.referenced_column_name")}, ') ON DELETE ', r.delete_rule, ' ON UPDATE ', r.update_rule, ';')` +
    " FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r" +
    " ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name" +
    ` WHERE (k.table_schema = ${text(of.name)} AND k.table_name = ${text(of.table)} AND k.referenced_table_schema = ${text(of.restoring)})` +
    ` OR (k.referenced_table_schema = ${text(of.aside)} AND k.referenced_table_name = ${text(of.table)} AND k.table_schema <> ${text(of.aside)})` +
    " GROUP BY k.table_schema, k.table_name, k.constraint_name, k.referenced_table_name, r.delete_rule, r.update_rule;";
  const alters = await ask(wanted);
  if (!alters.ok) return alters;
  if (alters.value.length === 0) return ok(undefined);
  const done = await ask(`SET foreign_key_checks = 0;\n${alters.value.join("\n")}`);
  return done.ok ? ok(undefined) : done;
}

const objectWords = ["--no-data", "--no-create-info", "--skip-comments", "--no-tablespaces"] as const;

/** What a database has: tables that can be moved, and everything else as SQL. */
interface Belongings {
  readonly tables: readonly string[];
  readonly views: readonly string[];
  /** routines, events and triggers */
  readonly objects: string;
  /** takes views, routines, events and triggers away */
  readonly drops: string;
}

async function belongings(
  server: Server,
  name: string,
  table: string | null,
): Promise<Result<Belongings, ServerRefusal>> {
  const only = (column: string): string => (table === null ? "" : ` AND ${column} = ${text(table)}`);
  const tables = await server.ask(
    `SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = ${text(name)}${only("table_name")};`,
  );
  if (!tables.ok) return tables;
  const drops = await server.ask(
    drop("TRIGGER", "trigger_name", `triggers WHERE trigger_schema = ${text(name)}${only("event_object_table")}`) +
      (table === null ? dropsOfDatabase(name) : ""),
  );
  if (!drops.ok) return drops;
  if (drops.value.length === 0) return ok({ tables: tables.value, views: [], objects: "", drops: "" });
  const others = await (table === null ? othersOf(server, name) : triggersOf(server, name, table));
  return others.ok ? ok({ ...others.value, tables: tables.value, drops: drops.value.join("\n") }) : others;
}

type Others = Pick<Belongings, "views" | "objects">;

async function triggersOf(server: Server, name: string, table: string): Promise<Result<Others, ServerRefusal>> {
  const triggers = await server.run(server.command("dump", ...objectWords, "--triggers", "--", name, table));
  return triggers.ok ? ok({ views: [], objects: triggers.value }) : triggers;
}

async function othersOf(server: Server, name: string): Promise<Result<Others, ServerRefusal>> {
  const views = await server.ask(`SELECT table_name FROM information_schema.views WHERE table_schema = ${text(name)};`);
  if (!views.ok) return views;
  const words = [...objectWords, "--routines", "--events", "--triggers"];
  const skip = views.value.map((view) => `--ignore-table=${name}.${view}`);
  const objects = await server.run(server.command("dump", ...words, ...skip, "--", name));
  if (!objects.ok) return objects;
  const shown: string[] = [];
  for (const view of views.value) {
    const said = await server.ask(`SHOW CREATE VIEW ${quoted(name)}.${quoted(view)};`);
    if (!said.ok) return said;
    shown.push(said.value[0]?.split("\t")[1] ?? "");
  }
  return ok({ views: shown, objects: objects.value });
}

/** A name from a column, as SQL quotes it. */
function nameOf(column: string): string {
  return `concat('\`', replace(${column}, '\`', '\`\`'), '\`')`;
}

function namesOf(column: string): string {
  return `group_concat(${nameOf(column)} ORDER BY k.ordinal_position)`;
}

function dropsOfDatabase(name: string): string {
  return (
    drop("VIEW", "table_name", `views WHERE table_schema = ${text(name)}`) +
    drop("EVENT", "event_name", `events WHERE event_schema = ${text(name)}`) +
    ["PROCEDURE", "FUNCTION"]
      .map((kind) =>
        drop(kind, "routine_name", `routines WHERE routine_type = '${kind}' AND routine_schema = ${text(name)}`),
      )
      .join("")
  );
}

/** A question whose answer is one statement for each thing that is to be taken away. */
function drop(kind: string, column: string, from: string): string {
  return `SELECT concat('DROP ${kind} ', ${nameOf(column)}, ';') FROM information_schema.${from};\n`;
}

async function makeAgain(
  server: Server,
  { views, objects }: Belongings,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Result<void, ServerRefusal>> {
  const moved = (sql: string): string => sql.replaceAll(`${quoted(from)}.`, `${quoted(to)}.`);
  const made =
    objects === "" ? ok("") : await server.run(server.command("client", "--batch", "--", to), moved(objects));
  if (!made.ok) return made;
  // a view may look through another one: what fails is tried again after the others
  for (let left = views; left.length > 0;) {
    const failed: string[] = [];
    let why: ServerRefusal | null = null;
    for (const view of left) {
      const done = await server.run(server.command("client", "--batch", "--", to), `${moved(view)};`);
      if (done.ok) continue;
      failed.push(view);
      why = done.error;
    }
    if (failed.length === left.length && why !== null) return err(why);
    left = failed;
  }
  return ok(undefined);
}

const programs = { client: ["mariadb", "mysql"], dump: ["mariadb-dump", "mysqldump"] } as const;

/** MariaDB's and MySQL's programs go by two names; which of them is there is found out where they run. */
function program(engine: BackupDatabase["engine"], kind: keyof typeof programs): readonly string[] {
  const [first, second] = engine === "mysql" ? programs[kind].toReversed() : programs[kind];
  return ["sh", "-c", `command -v ${first} >/dev/null && exec ${first} "$@"; exec ${second} "$@"`, "sh"];
}

function refusalOf({ code, stderr }: RunResult): ServerRefusal {
  const said = safeText(stderr, []);
  return code === 127 || code === 126 ? { code: "no-program", text: said } : { code: "load-failed", text: said };
}

function optionFile({ user, password, host, port }: BackupDatabase): string {
  const lines = [
    "[client]",
    ...(user === null ? [] : [`user=${optionValue(user)}`]),
    ...(password === null ? [] : [`password=${optionValue(password.reveal())}`]),
    ...(host === null ? [] : [`${host.startsWith("/") ? "socket" : "host"}=${optionValue(host)}`]),
    ...(port === null ? [] : [`port=${port}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Source: MySQL manual, «Using Option Files»: quotes hold a value together, a backslash is written twice. */
function optionValue(each: string): string {
  return `"${each.replaceAll("\\", "\\\\").replaceAll('"', String.raw`\"`)}"`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
