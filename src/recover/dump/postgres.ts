import { z } from "zod";
import type { BackupDatabase, SetTable } from "../../kernel/model/backup.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { DumpEngine, DumpSource, DumpTrouble, OpenDump } from "./engine.ts";
import { openPsql, type PsqlLogin, type PsqlSession } from "./psql-session.ts";

const words = {
  dump: "^-- PostgreSQL database dump complete$",
  roles: "^-- PostgreSQL database cluster dump complete$",
};

/** Without a user the server knows us by our account: root becomes the server's own user. */
const asServerUser = [
  "sh",
  "-c",
  'if [ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1; then exec runuser -u postgres -- "$@"; fi; exec "$@"',
  "sh",
];

/** Tables whose rows a dump holds, with the key and the stamps that can be compared. */
const tablesSql = `
SELECT json_build_object('schema', n.nspname, 'table', c.relname,
  'key', (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnatts = 1
            AND a.atttypid IN (20, 21, 23, 25, 1043, 1700)),
  'stamps', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN (1114, 1184)))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1::text`;

const tableLine = z.object({
  schema: z.string(),
  table: z.string(),
  key: z.string().nullable(),
  stamps: z.array(z.string()),
});
const countLine = z.object({ rows: z.number(), maxKey: z.string().nullable(), newest: z.string().nullable() });

/** PostgreSQL by pg_dump in plain text, counted in the snapshot the dump is made of. */
export const postgres: DumpEngine = {
  engine: "postgres",
  async sources(workplace, database) {
    const roles = database.name === "*" ? [rolesOf(workplace, database)] : [];
    if (database.name !== "*") return ok([sourceOf(workplace, database, database.name)]);
    const names = await withLogin(workplace, database, async (login) => {
      const session = openPsql(workplace, login, "postgres");
      const answer = await session.ask(
        "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1",
      );
      await session.close();
      return answer;
    });
    if (!names.ok) return names;
    return ok([...roles, ...names.value.map((name) => sourceOf(workplace, database, name))]);
  },
};

function rolesOf(workplace: Workplace, database: BackupDatabase): DumpSource {
  return {
    of: "postgres/*",
    async open() {
      const { login, close } = await logIn(workplace, database);
      return ok({
        command: { argv: [...login.as, "pg_dumpall", "--globals-only", "-w"], env: login.env },
        complete: { trailer: words.roles, bytes: null },
        format: null,
        count: () => null,
        uncovered: [],
        close,
      });
    },
  };
}

function sourceOf(workplace: Workplace, database: BackupDatabase, name: string): DumpSource {
  return { of: `postgres/${name}`, open: () => openDump(workplace, database, name) };
}

async function openDump(
  workplace: Workplace,
  database: BackupDatabase,
  name: string,
): Promise<Result<OpenDump, DumpTrouble>> {
  const { login, close } = await logIn(workplace, database);
  const session = openPsql(workplace, login, name);
  const leave = async (): Promise<void> => {
    await session.close();
    await close();
  };
  const began = await session.ask(
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET LOCAL TimeZone = 'UTC';\nSELECT pg_export_snapshot()",
  );
  const snapshot = began.ok ? began.value[0] : undefined;
  if (snapshot === undefined || !/^[0-9A-F-]+$/.test(snapshot)) {
    await leave();
    return began.ok ? err({ reason: "dump-failed", text: "no snapshot" }) : began;
  }
  const argv = [
    ...login.as,
    "pg_dump",
    "-Fp",
    "--no-password",
    "--encoding=UTF8",
    `--snapshot=${snapshot}`,
    "-d",
    name,
  ];
  return ok({
    command: { argv, env: login.env },
    complete: { trailer: words.dump, bytes: null },
    format: "copy",
    count: () => countTables(session, name),
    uncovered: [],
    close: leave,
  });
}

async function countTables(session: PsqlSession, database: string): Promise<Result<readonly SetTable[], DumpTrouble>> {
  const listed = await session.ask(tablesSql);
  if (!listed.ok) return listed;
  const counted: SetTable[] = [];
  for (const line of listed.value) {
    const { schema, table, key, stamps } = tableLine.parse(JSON.parse(line));
    const answer = await session.ask(countSql({ schema, table, key, stamps }));
    if (!answer.ok) return answer;
    const { rows, maxKey, newest } = countLine.parse(JSON.parse(answer.value[0] ?? "null"));
    counted.push({ database, table: `${schema}.${table}`, rows, maxKey, newest, textClasses: {} });
  }
  return ok(counted);
}

function countSql({ schema, table, key, stamps }: z.infer<typeof tableLine>): string {
  const newest = stamps.map(
    (stamp) => `max(${quoted(stamp)}::timestamptz) FILTER (WHERE ${quoted(stamp)}::timestamptz <= now())`,
  );
  const newestText =
    newest.length === 0 ? "NULL::text" : `to_char(greatest(${newest.join(", ")}), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
  return (
    `SELECT json_build_object('rows', count(*), 'maxKey', ${key === null ? "NULL" : `max(${quoted(key)})`}::text, ` +
    `'newest', ${newestText}) FROM ONLY ${quoted(schema)}.${quoted(table)}`
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

interface LoggedIn {
  readonly login: PsqlLogin;
  close(): Promise<void>;
}

/** The password lies in a file of libpq's form while the dump runs. */
async function logIn(workplace: Workplace, { user, password, host, port }: BackupDatabase): Promise<LoggedIn> {
  const env = {
    PGCLIENTENCODING: "UTF8",
    PGAPPNAME: "koboshi",
    PGCONNECT_TIMEOUT: "15",
    ...(host === null ? {} : { PGHOST: host }),
    ...(port === null ? {} : { PGPORT: String(port) }),
    ...(user === null ? {} : { PGUSER: user }),
  };
  const as = user === null && password === null && (host === null || host.startsWith("/")) ? asServerUser : [];
  if (password === null) return { login: { as, env }, close: () => Promise.resolve() };
  const line = `*:*:*:*:${password.reveal().replaceAll(/[\\:]/g, String.raw`\$&`)}\n`;
  const file = await workplace.putSecret(line);
  return { login: { as, env: { ...env, PGPASSFILE: file.path } }, close: () => file.remove() };
}

async function withLogin<T>(
  workplace: Workplace,
  database: BackupDatabase,
  use: (login: PsqlLogin) => Promise<T>,
): Promise<T> {
  const { login, close } = await logIn(workplace, database);
  return use(login).finally(close);
}
