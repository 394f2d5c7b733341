import { z } from "zod";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Command, Workplace } from "../workplace/workplace.ts";
import { err, ok } from "../../kernel/result.ts";
import { open } from "./finding.ts";
import {
  answering,
  asUser,
  firstLine,
  linesOf,
  must,
  NoScratch,
  privateFolder,
  unescapeValue,
  type Scratch,
  type ScratchDeps,
} from "./scratch.ts";

/** No dump has a role of this name, so its own roles can all be made. */
const owner = "koboshi_scratch";
const settings = {
  listen_addresses: "",
  fsync: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum: "off",
};

/** Debian's and RHEL's folders of programs, the newest version last; else what the search path has. */
const findPrograms =
  "ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -n 1; command -v initdb || true";

export async function startScratchPostgres(deps: ScratchDeps): Promise<Scratch> {
  const { workplace, zone } = deps;
  const [found = ""] = (await must(workplace, { argv: ["sh", "-c", findPrograms] })).split("\n");
  if (found === "") throw new NoScratch("PostgreSQL's programs (initdb, postgres) are not installed here");
  const programs = found.endsWith("/initdb") ? found.slice(0, -"/initdb".length) : found;
  const as = await asUser(workplace, "postgres");
  const folder = await privateFolder(workplace, as, "postgres");
  const remove = async (): Promise<void> => void (await workplace.run({ argv: ["rm", "-rf", "--", folder] }));
  const run = (name: string, words: readonly string[]): Command => ({
    argv: [...as, `${programs}/${name}`, ...words],
    cwd: folder,
  });
  try {
    const make = ["-D", `${folder}/d`, "-U", owner, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    await must(workplace, run("initdb", make));
    const flags = Object.entries({ ...settings, unix_socket_directories: folder, timezone: zone });
    const server = workplace.start(
      run("postgres", ["-D", `${folder}/d`, ...flags.flatMap(([name, value]) => ["-c", `${name}=${value}`])]),
    );
    const close = async (): Promise<void> => {
      server.kill("SIGINT"); // fast shutdown: whoever is connected is sent away
      await server.ended;
      await remove();
    };
    try {
      const ask = run("pg_isready", ["-q", "-h", folder]);
      await answering(deps, server, async () => (await workplace.run(ask)).code === 0);
    } catch (thrown) {
      await close();
      throw thrown;
    }
    return scratchOf({ workplace, folder, run, close });
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

interface Server {
  readonly workplace: Workplace;
  readonly folder: string;
  readonly run: (name: string, words: readonly string[]) => Command;
  readonly close: () => Promise<void>;
}

const tableLine = z.object({ table: z.string(), textColumns: z.array(z.string()) });

/** Tables that hold rows of their own, without those of extensions. */
const tablesSql = `SELECT json_build_object('table', n.nspname || '.' || c.relname, 'textColumns',
  (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     AND (t.typcategory IN ('S', 'E') OR t.typname IN ('json', 'jsonb', 'xml'))))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1::text`;

/** Constraints nobody has checked, and sequences with their column. */
const uncheckedSql = `SELECT json_build_object('table', conrelid::regclass::text, 'name', conname,
  'sql', format('ALTER TABLE %s VALIDATE CONSTRAINT %I', conrelid::regclass, conname))
FROM pg_constraint WHERE NOT convalidated AND contype IN ('f', 'c') AND conrelid <> 0`;
const sequencesSql = `SELECT json_build_object('table', d.refobjid::regclass::text, 'name', s.oid::regclass::text,
  'sql', format('SELECT coalesce((SELECT max(%I) FROM %s), 0) > (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM %s)',
    a.attname, d.refobjid::regclass, s.oid::regclass))
FROM pg_class s JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.atttypid IN (20, 21, 23)
WHERE s.relkind = 'S'`;
const questionLine = z.object({ table: z.string(), name: z.string(), sql: z.string() });

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function scratchOf({ workplace, folder, run, close }: Server): Scratch {
  const login = (database: string): readonly string[] => ["-h", folder, "-U", owner, "-w", "-d", database];
  const psql = (database: string, words: readonly string[]): Command => {
    const command = run("psql", [...login(database), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", ...words]);
    return { ...command, env: { PGCLIENTENCODING: "UTF8" } };
  };
  const list = async (database: string, sql: string): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    for await (const line of linesOf(workplace, psql(database, ["-c", sql])))
      if (line !== "") found.push(JSON.parse(line));
    return found;
  };
  const ask: Scratch["ask"] = (database, sql) => firstLine(workplace, psql(database, ["-c", sql]));
  return {
    async loader(database, isArchive) {
      await must(workplace, psql("postgres", ["-c", `DROP DATABASE IF EXISTS ${quoted(database)}`]));
      await must(workplace, psql("postgres", ["-c", `CREATE DATABASE ${quoted(database)} TEMPLATE template0`]));
      const archive = run("pg_restore", [...login(database), "--exit-on-error", "--single-transaction"]);
      return workplace.start(isArchive ? archive : psql(database, ["-1"]));
    },
    loaded: () => Promise.resolve(null),
    tables: async (database) => z.array(tableLine).parse(await list(database, tablesSql)),
    async *rows(database, { table, textColumns }) {
      const [schema = "", name = ""] = splitOnce(table);
      // as they are stored: a cast would cut the blanks at the end of char(n), which the dump has counted
      const columns = textColumns.map(quoted).join(", ");
      const sql = `COPY (SELECT ${columns === "" ? "''" : columns} FROM ONLY ${quoted(schema)}.${quoted(name)}) TO STDOUT`;
      for await (const line of linesOf(workplace, psql(database, ["-c", sql])))
        yield line.split("\t").map(unescapeValue);
    },
    async sound(database) {
      const findings: VerifyFinding[] = [];
      for (const { table, name, sql } of z.array(questionLine).parse(await list(database, uncheckedSql))) {
        const answer = await ask(database, sql);
        if (!answer.ok) findings.push(open("constraint-broken", { database, table, name, text: answer.error }));
      }
      for (const { table, name, sql } of z.array(questionLine).parse(await list(database, sequencesSql))) {
        const answer = await ask(database, sql);
        if (answer.ok && answer.value === "t") findings.push(open("sequence-behind", { database, table, name }));
      }
      return findings;
    },
    ask,
    async askMoment(database, sql) {
      const answer = await ask(
        database,
        `SELECT (extract(epoch FROM (${sql.replace(/;\s*$/, "")})::timestamptz) * 1000)::bigint`,
      );
      if (!answer.ok) return err(answer.error);
      return ok(answer.value === null || answer.value === "" ? null : Number(answer.value));
    },
    async addRole(name) {
      await must(workplace, psql("postgres", ["-c", `CREATE ROLE ${quoted(name)}`]));
      return true;
    },
    close,
  };
}

function splitOnce(table: string): readonly string[] {
  const at = table.indexOf(".");
  return [table.slice(0, at), table.slice(at + 1)];
}
