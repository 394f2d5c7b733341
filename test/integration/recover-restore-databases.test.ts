import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { BackupDatabase, SetTable } from "../../src/kernel/model/backup.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createRestorer } from "../../src/recover/restore/restore.ts";
import { freePort } from "../doubles/hub-process.ts";
import { startMariadb, type MariadbServer } from "../doubles/mariadb-server.ts";
import { postgresPassword, postgresUser, startPostgres, type PostgresServer } from "../doubles/postgres-server.ts";
import { databaseGiven, startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";

let restic: PlainRestic;
let postgres: { server: PostgresServer; port: number; given: BackupDatabase };
let maria: { server: MariadbServer; port: number; given: BackupDatabase };
const pace = { retryMs: [], stallMs: 60_000 };
const restorer = createRestorer({
  clock: createSystemClock(),
  keep: () => Promise.resolve(),
  onProgress: () => undefined,
  pace,
});

function psql(name: string, sql: string, program = "psql"): string {
  const env = {
    ...process.env,
    PGPASSWORD: postgresPassword,
    PGHOST: "127.0.0.1",
    PGPORT: String(postgres.port),
    PGUSER: postgresUser,
  };
  const words =
    program === "psql" ? ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, "-d", name] : ["-d", name];
  return execFileSync(program, words, { env, encoding: "utf8" }).trim();
}

function mariadb(sql: string, name = "mysql"): string {
  const words = [
    "--no-defaults",
    `--socket=${maria.server.folder}/s`,
    "-uroot",
    "--default-character-set=utf8mb4",
    "--batch",
    "--skip-column-names",
    name,
  ];
  return execFileSync("mariadb", words, { input: sql, encoding: "utf8" }).trim();
}

function table(database: string, name: string, rows: number): SetTable {
  return { database, table: name, rows, maxKey: null, newest: null, textClasses: {} };
}

before(async () => {
  restic = await startPlainRestic();
  const [first, second] = [await freePort(), await freePort()];
  const [pg, my] = await Promise.all([startPostgres({ port: first }), startMariadb({ port: second })]);
  const password = new Secret(postgresPassword, "test");
  postgres = {
    server: pg,
    port: first,
    given: databaseGiven({
      engine: "postgres",
      name: "shop",
      user: postgresUser,
      password,
      host: "127.0.0.1",
      port: first,
    }),
  };
  maria = {
    server: my,
    port: second,
    given: databaseGiven({ engine: "mariadb", name: "shop", user: "root", host: `${my.folder}/s` }),
  };
});
after(async () => {
  await Promise.all([postgres.server.stop("SIGINT"), maria.server.stop()]);
  await restic.end();
});

test("PostgreSQL: rows equal, the present one kept aside, an owner that is missing made", async () => {
  psql("postgres", "CREATE DATABASE shop");
  psql("postgres", "CREATE ROLE keeper");
  psql(
    "shop",
    "CREATE TABLE orders (id int PRIMARY KEY, name text); INSERT INTO orders SELECT g, '注文' || g FROM generate_series(1, 3000) g; ALTER TABLE orders OWNER TO keeper; CREATE VIEW newest AS SELECT max(id) FROM orders",
  );
  const content = psql("shop", "", "pg_dump");
  const record = await restic.commit("pg", {
    dumps: [{ of: "postgres/shop", content: `${content}\n`, tables: [table("shop", "public.orders", 3000)] }],
  });
  psql("shop", "DELETE FROM orders WHERE id > 10");
  psql("shop", "ALTER TABLE orders OWNER TO koboshi");
  psql("postgres", "DROP ROLE keeper");
  const folder = path.join(restic.folder, "pg");
  const task = await restic.task(record, { folder, databases: [postgres.given] });
  await assert.rejects(restorer.run(task), (error) => error instanceof KoboshiError && error.code === "KB8301");
  assert.equal(psql("shop", "SELECT count(*) FROM orders"), "10");
  const result = await restorer.run({ ...task, confirm: "pg" });
  assert.deepEqual(result.troubles, []);
  assert.deepEqual([result.run.state, result.compared.rows], ["done", 3000]);
  assert.equal(psql("shop", "SELECT count(*), max(name) FROM orders"), "3000|注文999");
  assert.equal(psql("shop", "SELECT * FROM newest"), "3000");
  const others = psql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'shop%' ORDER BY 1").split("\n");
  assert.deepEqual(
    others.map((name) => name.replace(/run\d+/, "RUN")),
    ["shop", "shop__before_RUN"],
  );
  assert.equal(psql(others[1] ?? "", "SELECT count(*) FROM orders"), "10");
});

test("PostgreSQL: a record of other rows, or a dump that is not the recorded one, never gets the name", async () => {
  const content = "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n";
  const given = [{ ...postgres.given, name: "*" }];
  for (const [dump, code] of [
    [{ tables: [table("other", "public.t", 2)] }, "rows-differ"],
    [{ sha256: "0".repeat(64) }, "dump-damaged"],
    [{ content: "CREATE TABLE t (id int);\nnonsense;\n" }, "load-failed"],
  ] as const) {
    const record = await restic.commit("pg", { dumps: [{ of: "postgres/other", content, ...dump }] });
    const result = await restorer.run(
      await restic.task(record, { folder: path.join(restic.folder, code), databases: given }),
    );
    assert.equal(result.troubles[0]?.code, code, result.troubles[0]?.text);
    assert.equal(psql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'other'"), "0");
  }
});

test("PostgreSQL: one table alone goes into the living database, the one that was there into a schema of its own", async () => {
  psql("shop", "CREATE TABLE live (id int); INSERT INTO live VALUES (1)");
  psql("shop", "CREATE TABLE lines (o int REFERENCES orders); INSERT INTO lines VALUES (7), (8)");
  psql("shop", 'CREATE VIEW many AS\n SELECT id AS "番号" FROM orders');
  const record = await restic.commit("pg", {
    dumps: [
      {
        of: "postgres/shop",
        content:
          "CREATE TABLE public.orders (id int PRIMARY KEY);\nINSERT INTO public.orders VALUES (7);\nCREATE TABLE public.live (id int);\n",
        tables: [table("shop", "public.orders", 1), table("shop", "public.live", 0)],
      },
    ],
  });
  const task = await restic.task(record, {
    folder: path.join(restic.folder, "table"),
    databases: [postgres.given],
    only: ["db:postgres/shop.public.orders"],
    confirm: "pg",
  });
  const result = await restorer.run(task);
  assert.deepEqual(result.troubles, []);
  assert.equal(psql("shop", "SELECT string_agg(id::text, ',') FROM public.orders"), "7");
  assert.equal(psql("shop", "SELECT count(*) FROM live"), "1");
  assert.equal(psql("shop", "SELECT string_agg(\"番号\"::text, ',') FROM many"), "7", "a view looks at what came back");
  psql("shop", "INSERT INTO lines VALUES (7)");
  assert.throws(() => psql("shop", "INSERT INTO lines VALUES (3000)"), /foreign key/);
  const [schema = ""] = psql("shop", "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_%'").split("\n");
  assert.equal(psql("shop", `SELECT count(*) FROM ${schema}.orders`), "3000");
});

test("MariaDB: tables, views, triggers and routines come back, and the present ones stay below another name", async () => {
  const schema = `CREATE TABLE orders (id int PRIMARY KEY, name varchar(40)) DEFAULT CHARSET=utf8mb4;
CREATE TABLE audit (n int);
CREATE VIEW a_second AS SELECT 1 AS x;
CREATE VIEW newest AS SELECT max(id) AS id FROM orders;
CREATE OR REPLACE VIEW a_second AS SELECT id FROM newest;
CREATE TRIGGER counted AFTER INSERT ON orders FOR EACH ROW INSERT INTO audit VALUES (1);
CREATE PROCEDURE hello() SELECT 1;
INSERT INTO orders VALUES (1, '小法師'), (2, '😀');`;
  mariadb(schema, "shop");
  const words = [
    "--no-defaults",
    `--socket=${maria.server.folder}/s`,
    "-uroot",
    "--single-transaction",
    "--hex-blob",
    "--routines",
    "--events",
    "--triggers",
    "--default-character-set=utf8mb4",
    "shop",
  ];
  const content = execFileSync("mariadb-dump", words);
  const record = await restic.commit("my", {
    dumps: [{ of: "mariadb/shop", content, tables: [table("shop", "orders", 2), table("shop", "audit", 2)] }],
  });
  mariadb("INSERT INTO orders VALUES (3, 'later')", "shop");
  const task = await restic.task(record, {
    folder: path.join(restic.folder, "my"),
    databases: [maria.given],
    confirm: "my",
  });
  const result = await restorer.run(task);
  assert.deepEqual(result.troubles, []);
  assert.equal(mariadb("SELECT count(*), max(name) FROM orders; SELECT id FROM a_second", "shop"), "2\t😀\n2");
  mariadb("INSERT INTO orders VALUES (9, 'x')", "shop");
  assert.equal(mariadb("SELECT count(*) FROM audit", "shop"), "3", "the trigger works again");
  assert.equal(mariadb("CALL hello()", "shop"), "1");
  const aside = mariadb("SHOW DATABASES LIKE 'shop\\_\\_before%'");
  assert.equal(mariadb("SELECT count(*) FROM orders; SELECT id FROM newest; CALL hello()", aside), "3\n3\n1");
  mariadb("INSERT INTO orders VALUES (5, 'x')", aside);
  assert.equal(mariadb("SHOW DATABASES LIKE '%restoring'"), "");
});

test("MariaDB: one table alone, of an earlier point: its triggers and the keys that point to it stay whole", async () => {
  mariadb(
    "CREATE DATABASE till DEFAULT CHARSET utf8mb4; USE till; CREATE TABLE makers (id int PRIMARY KEY); INSERT INTO makers VALUES (1); CREATE TABLE goods (id int PRIMARY KEY, name varchar(40), maker int, FOREIGN KEY (maker) REFERENCES makers (id)); CREATE TABLE `lines` (n int PRIMARY KEY AUTO_INCREMENT, good int, FOREIGN KEY (good) REFERENCES goods (id)); CREATE TABLE seen (n int); CREATE TRIGGER g_seen AFTER INSERT ON goods FOR EACH ROW INSERT INTO seen VALUES (NEW.id); CREATE VIEW named AS SELECT name FROM goods; INSERT INTO goods VALUES (1, '白玉', 1), (2, '団子', 1); INSERT INTO `lines` (good) VALUES (1), (2);",
  );
  const words = ["--no-defaults", `--socket=${maria.server.folder}/s`, "-uroot", "--single-transaction", "--triggers"];
  const dump = (): Buffer => execFileSync("mariadb-dump", [...words, "--default-character-set=utf8mb4", "till"]);
  const tables = [table("till", "goods", 2), table("till", "lines", 2)];
  const early = await restic.commit("till", { dumps: [{ of: "mariadb/till", content: dump(), tables }] });
  mariadb(
    "UPDATE goods SET name = '?'; INSERT INTO goods VALUES (3, 'later', 1); INSERT INTO `lines` (good) VALUES (1)",
    "till",
  );
  const late = [table("till", "goods", 3), table("till", "lines", 3)];
  await restic.commit("till", { dumps: [{ of: "mariadb/till", content: dump(), tables: late }] });
  const databases = [{ ...maria.given, name: "till" }];
  const only = ["db:mariadb/till.goods"];
  const folder = path.join(restic.folder, "till");
  const result = await restorer.run(await restic.task(early, { folder, databases, only, confirm: "till" }));
  assert.deepEqual([result.run.state, result.run.scope, result.troubles], ["done", "part", []]);
  assert.equal(
    mariadb("SELECT group_concat(name ORDER BY id) FROM goods; SELECT count(*) FROM named", "till"),
    "白玉,団子\n2",
  );
  assert.equal(mariadb("SELECT count(*) FROM `lines`", "till"), "3", "the other tables are as they were");
  const seen = mariadb("SELECT count(*) FROM seen", "till");
  mariadb("INSERT INTO goods VALUES (7, 'x', 1); INSERT INTO `lines` (good) VALUES (7)", "till");
  assert.equal(Number(mariadb("SELECT count(*) FROM seen", "till")), Number(seen) + 1, "the trigger works again");
  assert.throws(() => mariadb("INSERT INTO goods VALUES (8, 'x', 99)", "till"), /foreign key/);
  const aside = mariadb("SHOW DATABASES LIKE 'till\\_\\_before%'");
  assert.equal(mariadb("SELECT count(*) FROM goods", aside), "3");
  mariadb(`DROP DATABASE ${aside}`);
  assert.equal(mariadb("SHOW DATABASES LIKE '%restoring'"), "");
});

test("SQLite is put into place in one step, and its journal goes aside with the old file", async () => {
  const file = path.join(restic.folder, "live.db");
  execFileSync("sqlite3", [file], { input: "CREATE TABLE t(id); INSERT INTO t VALUES (1), (2);" });
  const record = await restic.commit("lite", {
    dumps: [{ of: `sqlite/${file}`, content: fs.readFileSync(file), tables: [table(file, "t", 2)] }],
  });
  const folder = path.join(restic.folder, "lite");
  const result = await restorer.run(await restic.task(record, { folder }));
  assert.deepEqual(result.troubles, []);
  const placed = path.join(folder, file);
  assert.equal(execFileSync("sqlite3", [placed, "SELECT count(*) FROM t"], { encoding: "utf8" }), "2\n");
  fs.writeFileSync(`${placed}-wal`, "old journal");
  const again = await restorer.run(await restic.task(record, { folder, confirm: "lite" }));
  assert.equal(again.run.state, "done");
  assert.equal(fs.existsSync(`${placed}-wal`), false);
  assert.ok(fs.existsSync(path.join(again.movedTo ?? "", `${file}-wal`)));
});

function liteDump(file: string, rows: number): { of: string; content: Buffer; tables: SetTable[] } {
  return { of: `sqlite/${file}`, content: fs.readFileSync(file), tables: [table(file, "t", rows)] };
}

test("SQLite that was put into place by a try that died before it could note so is not in the way of the next", async () => {
  const [file, other] = [path.join(restic.folder, "first.db"), path.join(restic.folder, "second.db")];
  for (const each of [file, other])
    execFileSync("sqlite3", [each], { input: "CREATE TABLE t(id); INSERT INTO t VALUES (1);" });
  // the second one's rows are not as recorded, so the state of the try stays
  const record = await restic.commit("died", { dumps: [liteDump(file, 1), liteDump(other, 9)] });
  const folder = path.join(restic.folder, "died");
  const first = await restorer.run(await restic.task(record, { folder }));
  assert.deepEqual(
    first.troubles.map(({ code }) => code),
    ["rows-differ"],
  );
  const state = path.join(folder, ".koboshi-restoring", record.set);
  const mark = fs.readdirSync(state).find((name) => name.endsWith(".done")) ?? "no mark";
  fs.rmSync(path.join(state, mark));
  const looked = await restorer.look(await restic.task(record, { folder }));
  assert.deepEqual([looked.done.size, looked.inTheWay], [0, []]);
});
