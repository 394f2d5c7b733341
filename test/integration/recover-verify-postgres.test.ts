import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { after, before, test } from "node:test";
import pg from "pg";
import type { BackupMarker, SetTable } from "../../src/kernel/model/backup.ts";
import type { Verification } from "../../src/kernel/model/recovery.ts";
import { countClasses } from "../../src/recover/text/classes.ts";
import { quarantineOf } from "../../src/recover/verify/quarantine.ts";
import { findingSentence } from "../../src/words/recovery-verify.ts";
import { freePort } from "../doubles/hub-process.ts";
import { cleanClasses, texts } from "../doubles/mojibake-corpus.ts";
import { postgresPassword, postgresUser, startPostgres, type PostgresServer } from "../doubles/postgres-server.ts";
import { createVerifyBench, type VerifyBench } from "../doubles/verify-bench.ts";

let bench: VerifyBench;
let live: PostgresServer;
let port: number;
const names = texts(cleanClasses["name"]!, 2_000, 9);
const notes = names.map((name) => `${name}様 ありがとう😊\t次の行\nおわり\\`);

async function session<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: "127.0.0.1", port, user: postgresUser, password: postgresPassword, database });
  await client.connect();
  return work(client).finally(() => client.end());
}

function dump(database: string, ...flags: readonly string[]): Buffer {
  const argv = ["-h", "127.0.0.1", "-p", String(port), "-U", postgresUser, ...flags, database];
  return execFileSync("pg_dump", argv, {
    env: { ...process.env, PGPASSWORD: postgresPassword },
    maxBuffer: 100_000_000,
  });
}

/** A shop whose customers' names went through `charset` on their way in. */
async function makeShop(database: string, charset: string): Promise<void> {
  await session("postgres", async (client) => {
    await client.query(`create database ${database}`);
  });
  await session(database, async (client) => {
    await client.query(
      "create role shop_owner; create table customers (id serial primary key, name text, tenant text)",
    );
    await client.query(
      "create table orders (id int primary key, customer int references customers, note varchar(200), at timestamptz)",
    );
    await client.query("alter table orders owner to shop_owner");
    await client.query(
      "insert into customers (name, tenant) select n, 'omni@shop.example.jp' from unnest($1::text[]) n",
      [names],
    );
    const sql = `insert into orders select row_number() over (), 1, n, '2026-11-20T10:00:00Z' from unnest($1::text[]) n`;
    await client.query(`set client_encoding = '${charset}'`);
    await client.query(sql, [charset === "UTF8" ? notes : notes.map((note) => note.replace("😊", ""))]);
  });
}

before(async () => {
  bench = await createVerifyBench();
  port = await freePort();
  live = await startPostgres({ port });
  await makeShop("shop", "UTF8");
  await session("postgres", (client) => client.query("drop role if exists nobody_else"));
});

after(async () => {
  await live.stop("SIGINT");
  fs.rmSync(live.folder, { recursive: true });
  await bench.remove();
});

const codes = ({ findings }: Verification): readonly string[] => findings.map(({ code }) => code);
const ours: BackupMarker = {
  sql: "select count(*) from customers where tenant not like 'omni@%'",
  expect: "0",
  path: null,
  ownerUid: null,
  text: null,
  mustNot: null,
};
const tables: readonly SetTable[] = [
  {
    database: "shop",
    table: "public.orders",
    rows: 2_000,
    maxKey: null,
    newest: null,
    textClasses: { note: countClasses(notes) },
  },
  {
    database: "shop",
    table: "customers",
    rows: 2_000,
    maxKey: null,
    newest: null,
    textClasses: { name: countClasses(names) },
  },
];
const roles = Buffer.from(
  "CREATE ROLE shop_owner;\nCREATE ROLE koboshi;\n--\n-- PostgreSQL database cluster dump complete\n--\n\n",
);

function psql(database: string, input: string): void {
  const argv = ["-h", "127.0.0.1", "-p", String(port), "-U", postgresUser, "-q", database];
  execFileSync("psql", argv, {
    env: { ...process.env, PGPASSWORD: postgresPassword },
    input,
    stdio: ["pipe", "ignore", "ignore"],
  });
}

/** What was found in one of the databases. */
function of(verification: Verification, database: string): readonly string[] {
  return verification.findings
    .filter(({ facts }) => facts["database"] === database || facts["of"] === `postgres/${database}`)
    .map(({ code }) => code);
}

const forDatabase = (database: string): readonly SetTable[] => tables.map((table) => ({ ...table, database }));

test("one set with a sound database and with all that can be wrong with one", async () => {
  const good = dump("shop");
  psql("postgres", "create database garbled");
  psql("garbled", good.toString("utf8").replaceAll("SET client_encoding = 'UTF8'", "SET client_encoding = 'LATIN1'"));
  const fewer = good
    .toString("utf8")
    .replace(/^1\t1\t.*\n/m, "")
    .replaceAll("😊", "?");
  const archive = dump("shop", "-Fc");
  const dumps = {
    "postgres/shop": good,
    "postgres/*": roles,
    "postgres/garbled": dump("garbled"),
    "postgres/fewer": Buffer.from(fewer),
    "postgres/archive": archive,
    "postgres/half": archive.subarray(0, archive.length / 2),
    "postgres/cut": good.subarray(0, good.length / 2),
  };
  const record = await bench.commit({
    dumps,
    tables: Object.keys(dumps)
      .flatMap((name) => forDatabase(name.slice("postgres/".length)))
      .filter(({ database }) => database !== "*"),
  });
  const plan = { verify: { newestSql: "select max(at) from orders", markers: [ours] }, loseAtMostMs: 3 * 86_400_000 };
  const verification = await bench.databases(record, plan);
  assert.equal(verification.ok, false);
  assert.deepEqual(of(verification, "shop"), [], JSON.stringify(verification.findings));
  assert.deepEqual(of(verification, "archive"), []);
  assert.deepEqual(of(verification, "fewer"), ["rows-differ", "text-differs"]);
  assert.deepEqual(of(verification, "half"), ["load-failed"], "an archive cut in half is found by reading it");
  assert.deepEqual(of(verification, "cut"), ["dump-cut"], "a plain one by its last words; it is not loaded");
  const found = verification.findings.find(({ code, facts }) => code === "mojibake" && facts["column"] === "name");
  assert.deepEqual([found?.facts["flagged"], found?.facts["kind"]], [2_000, "utf8-as-latin1"]);
  assert.ok(found !== undefined);
  const [example] = found.facts["examples"] as { value: string; fixed: string }[];
  assert.ok(names.includes(example?.fixed ?? ""), JSON.stringify(example));
  assert.match(
    findingSentence("ja", found),
    /使えません。garbled\.public\.customers\.name の 2000 件中 2000 件が文字化け\(UTF-8 を latin-1 と誤読\)。例: /,
  );
  assert.ok(quarantineOf([verification], record) !== null);
  const sample = await bench.sample(record, []);
  assert.deepEqual(codes(sample), ["dump-cut"], "V4 reads every dump to its end");
});

test("a foreign tenant's row puts a copy into quarantine; old data, and roles that are missing, are told", async () => {
  await session("shop", (client) => client.query("insert into customers (name, tenant) values ('他社', 'rival')"));
  const more = tables.map((table) =>
    table.table === "customers" ? { ...table, rows: 2_001, textClasses: {} } : table,
  );
  const record = await bench.commit({ dumps: { "postgres/shop": dump("shop") }, tables: more });
  const plan = { verify: { newestSql: "select max(at) from orders", markers: [ours] }, loseAtMostMs: 3 * 86_400_000 };
  const verification = await bench.databases({ ...record, snapshotAt: "2026-11-30T00:00:00Z" }, plan);
  assert.deepEqual(codes(verification), ["role-missing", "role-missing", "newest-old", "foreign-data"]);
  assert.ok(quarantineOf([verification], record) !== null);
});
