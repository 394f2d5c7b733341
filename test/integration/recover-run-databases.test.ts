import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Secret } from "../../src/kernel/secret.ts";
import { countClasses } from "../../src/recover/text/classes.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { mariadbPassword, startMariadb } from "../doubles/mariadb-server.ts";
import { postgresPassword, postgresUser, startPostgres } from "../doubles/postgres-server.ts";
import { createRecoverBench, databaseOf, type RecoverBench } from "../doubles/recover-bench.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

function bench(): RecoverBench {
  const made = createRecoverBench();
  cleanups.push(made.remove);
  return made;
}

test("PostgreSQL while it is written to: rows counted, dumped and restored are the same", async () => {
  const { wanted, plan, deps, sets, restic, folder } = bench();
  const port = await freePort();
  const server = await startPostgres({ port });
  cleanups.push(() => server.stop());
  const env = {
    ...process.env,
    PGPASSWORD: postgresPassword,
    PGHOST: "127.0.0.1",
    PGPORT: String(port),
    PGUSER: postgresUser,
  };
  const psql = (database: string, sql: string): string =>
    execFileSync("psql", ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database], {
      env,
      input: sql,
      encoding: "utf8",
    }).trim();
  psql("postgres", "CREATE DATABASE shop");
  psql(
    "shop",
    `CREATE TABLE orders (id bigserial PRIMARY KEY, name text, at timestamptz DEFAULT now());
     INSERT INTO orders (name) SELECT '注文' || i FROM generate_series(1, 20000) i;
     CREATE FUNCTION trap() RETURNS text LANGUAGE sql AS $$
COPY public.orders (id) FROM stdin;
$$;`.replace(
      "COPY public.orders (id) FROM stdin;",
      "SELECT 'COPY x (y) FROM stdin;\nCOPY public.orders (id) FROM stdin;\n'",
    ),
  );
  const writer = spawn("psql", ["-X", "-q", "-d", "shop"], { env, stdio: ["pipe", "ignore", "ignore"] });
  writer.stdin.write(`DO $$ BEGIN LOOP INSERT INTO orders (name) VALUES ('書'); COMMIT; END LOOP; END $$;\n`);
  await until("it is written to", async () => Number(psql("shop", "SELECT count(*) FROM orders")) > 20_000);
  const database = databaseOf({
    engine: "postgres",
    name: "shop",
    user: postgresUser,
    password: new Secret(postgresPassword, "test"),
    host: "127.0.0.1",
    port,
  });
  const run = await runPlan(
    { ...deps, classes: (text) => countClasses([text]) },
    wanted({ plan: plan({ paths: [], databases: [database] }) }),
  );
  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  const [record] = (await sets()).sets;
  const table = record?.tables.find((each) => each.table === "public.orders");
  assert.ok(table !== undefined && table.rows >= 20_000);
  assert.equal(table.maxKey === null, false);
  assert.ok((table.textClasses["name"]?.kanji ?? 0) >= 40_000);
  const dump = record?.parts.find(({ part }) => part === "dump");
  const file = path.join(folder, "dump.sql");
  fs.writeFileSync(file, restic("dump", dump?.snapshot ?? "", "/koboshi/shop-data/postgres-db-shop.sql").out, "latin1");
  psql("postgres", "CREATE DATABASE again");
  execFileSync("psql", ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", "again", "-f", file], {
    env,
    stdio: "ignore",
  });
  assert.equal(Number(psql("again", "SELECT count(*) FROM orders")), table.rows);
  await until(
    "more was written after it",
    async () => Number(psql("shop", "SELECT count(*) FROM orders")) > table.rows,
  );
  psql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO %'");
  writer.kill("SIGKILL");

  const all = await runPlan(deps, wanted({ plan: plan({ paths: [], databases: [{ ...database, name: "*" }] }) }));
  assert.equal(all.state, "committed");
  const dumped = all.record?.parts.map(({ of }) => of);
  assert.deepEqual(dumped, ["postgres/*", "postgres/again", "postgres/postgres", "postgres/shop"]);
  const refused = { ...database, password: new Secret("wrong", "test") };
  const failed = await runPlan(deps, wanted({ plan: plan({ paths: [], databases: [refused] }) }));
  assert.deepEqual([failed.state, failed.trouble?.code], ["failed", "KB8008"]);
});

test("MariaDB: rows from the stream, a MyISAM table is named as not covered", async () => {
  const { wanted, plan, deps, sets } = bench();
  const port = await freePort();
  const server = await startMariadb({ port });
  cleanups.push(() => server.stop());
  const socket = path.join(server.folder, "s");
  const client = (sql: string): void =>
    void execFileSync("mariadb", ["--no-defaults", `--socket=${socket}`, "-uroot", "--default-character-set=utf8mb4"], {
      input: sql,
    });
  const values = Array.from(
    { length: 300 },
    (_, i) => `('日本語の名前 ${i} it''s; (x),(y)', '2026-01-01 00:00:0${i % 10}')`,
  ).join(",");
  client(`USE shop; SET time_zone = '+00:00';
    CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) CHARACTER SET utf8mb4, at TIMESTAMP);
    INSERT INTO t (name, at) VALUES ${values}; CREATE TABLE old (id INT) ENGINE=MyISAM; CREATE TABLE empty (id INT);
    CREATE PROCEDURE p() INSERT INTO old VALUES (1),(2);
    GRANT ALL ON *.* TO koboshi@'%';`);
  const database = databaseOf({
    engine: "mariadb",
    name: "shop",
    user: "koboshi",
    password: new Secret(mariadbPassword, "test"),
    host: "127.0.0.1",
    port,
  });
  const wholly = plan({ paths: [], databases: [database] });
  const run = await runPlan({ ...deps, classes: (text) => countClasses([text]) }, wanted({ plan: wholly }));
  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  const [record] = (await sets()).sets;
  assert.ok(record !== undefined);
  const { tables } = record;
  assert.deepEqual(
    tables.map(({ table, rows, maxKey, newest }) => [table, rows, maxKey, newest]),
    [
      ["empty", 0, null, null],
      ["old", 0, null, null],
      ["t", 300, "300", "2026-01-01T00:00:09Z"],
    ],
  );
  assert.equal(tables[2]?.textClasses["name"]?.kanji, 300 * 5);
  assert.match(record.consistency, /shop\.old \(MyISAM\)/);
});

test("SQLite in WAL mode while it is written to is copied whole; a damaged one is refused", async () => {
  const { wanted, plan, deps, folder, restic } = bench();
  const file = path.join(folder, "app's.db");
  const sqlite = (sql: string, of = file): string =>
    execFileSync("sqlite3", [of], { input: sql, encoding: "utf8" }).trim();
  sqlite("PRAGMA journal_mode=WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);");
  const loop = 'while :; do echo "INSERT INTO t (name) VALUES (\'日本\');"; done | sqlite3 "$0"';
  const writer = spawn("sh", ["-c", loop, file], { stdio: "ignore", detached: true });
  cleanups.push(() => kill(-(writer.pid ?? 0)));
  while (Number(sqlite("SELECT count(*) FROM t;")) < 50) await new Promise((resolve) => setTimeout(resolve, 50));
  const wholly = plan({ paths: [], databases: [databaseOf({ engine: "sqlite", name: file })] });
  const run = await runPlan(deps, wanted({ plan: wholly }));
  kill(-(writer.pid ?? 0));
  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  const copy = path.join(folder, "copy.db");
  const stored = `/koboshi/shop-data/sqlite-db-${encodeURIComponent(file)}.sqlite`;
  fs.writeFileSync(copy, Buffer.from(restic("dump", run.record?.parts[0]?.snapshot ?? "", stored).out, "latin1"));
  assert.equal(sqlite("PRAGMA integrity_check;", copy), "ok");
  assert.equal(Number(sqlite("SELECT count(*) FROM t;", copy)), run.record?.tables[0]?.rows);
  assert.equal(
    fs.readdirSync("/var/tmp").some((name) => name.startsWith("koboshi-sqlite-")),
    false,
  );

  const damaged = path.join(folder, "damaged.db");
  sqlite(
    "CREATE TABLE t (a TEXT); INSERT INTO t SELECT hex(randomblob(500)) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200) SELECT x FROM c);",
    damaged,
  );
  const handle = fs.openSync(damaged, "r+");
  fs.writeSync(handle, Buffer.alloc(8_192, 7), 0, 8_192, 40_960);
  fs.closeSync(handle);
  const bad = await runPlan(
    deps,
    wanted({ plan: plan({ paths: [], databases: [databaseOf({ engine: "sqlite", name: damaged })] }) }),
  );
  assert.deepEqual([bad.state, bad.trouble?.code], ["failed", "KB8016"]);
});

function kill(group: number): void {
  try {
    process.kill(group, "SIGKILL");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
}
