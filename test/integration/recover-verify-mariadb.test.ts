import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { countClasses } from "../../src/recover/text/classes.ts";
import { freePort } from "../doubles/hub-process.ts";
import { startMariadb, type MariadbServer } from "../doubles/mariadb-server.ts";
import { cleanClasses, texts } from "../doubles/mojibake-corpus.ts";
import { createVerifyBench, type VerifyBench } from "../doubles/verify-bench.ts";

let bench: VerifyBench;
let live: MariadbServer;
const names = texts(cleanClasses["name"]!, 2_000, 9).map((name) => `${name}😊`);

before(async () => {
  bench = await createVerifyBench();
  live = await startMariadb({ port: await freePort() });
});

after(async () => {
  await live.stop();
  fs.rmSync(live.folder, { recursive: true });
  await bench.remove();
});

const socket = (): string => `--socket=${path.join(live.folder, "s")}`;

function sql(charset: string, input: string): void {
  execFileSync("mariadb", ["--no-defaults", socket(), "-u", "root", `--default-character-set=${charset}`], { input });
}

function dump(database: string, charset = "utf8mb4"): Buffer {
  const flags = [
    "--no-defaults",
    socket(),
    "-u",
    "root",
    "--single-transaction",
    "--hex-blob",
    `--default-character-set=${charset}`,
  ];
  return execFileSync("mariadb-dump", [...flags, database], { maxBuffer: 100_000_000 });
}

function shop(database: string): string {
  const rows = names.map((name, at) => `(${at + 1}, '${name}', 1)`).join(",\n");
  return [
    `create database ${database} character set utf8mb4; use ${database};`,
    "create table parents (id int primary key) engine=innodb; insert into parents values (1);",
    "create table customers (id int primary key auto_increment, name varchar(200), parent int, foreign key (parent) references parents (id)) engine=innodb;",
    `insert into customers values ${rows};`,
  ].join("\n");
}

test("a sound database holds V5; through latin-1, into latin-1, and with an orphan it does not", async () => {
  sql("utf8mb4", shop("sound"));
  sql("latin1", shop("garbled"));
  const orphaned = dump("sound")
    .toString("utf8")
    .replace("INSERT INTO `parents` VALUES\n(1);", "")
    .replace("INSERT INTO `parents` VALUES (1);", "");
  const of = (database: string): object => ({
    database,
    table: "customers",
    rows: 2_000,
    maxKey: null,
    newest: null,
    textClasses: { name: countClasses(names) },
  });
  const databases = ["sound", "garbled", "lost", "orphaned"];
  const dumps = {
    "mariadb/sound": dump("sound"),
    "mariadb/garbled": dump("garbled"),
    "mariadb/lost": dump("sound", "latin1"),
    "mariadb/orphaned": Buffer.from(orphaned),
  };
  const record = await bench.commit({ dumps, tables: databases.map(of) as never });
  const marker = {
    sql: "select count(*) from customers",
    expect: "2000",
    path: null,
    ownerUid: null,
    text: null,
    mustNot: null,
  };
  const verification = await bench.databases(record, {
    verify: { newestSql: null, markers: [marker] },
    loseAtMostMs: null,
  });
  const found = (database: string): readonly unknown[] =>
    verification.findings
      .filter(({ facts }) => facts["database"] === database)
      .map(({ code, facts }) => [code, facts["kind"] ?? facts["rows"]]);
  assert.deepEqual(found("sound"), [], JSON.stringify(verification.findings).slice(0, 2_000));
  assert.deepEqual(found("garbled"), [["mojibake", "utf8-as-latin1"]]);
  assert.deepEqual(found("lost"), [["mojibake", "question-marks"]]);
  assert.deepEqual(found("orphaned"), [["foreign-key-broken", 2_000]]);
  const examples = verification.findings.find(({ facts }) => facts["database"] === "garbled")?.facts["examples"] as {
    fixed: string;
  }[];
  assert.ok(names.includes(examples[0]?.fixed ?? ""), JSON.stringify(examples));
});
