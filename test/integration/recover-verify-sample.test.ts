import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { ManifestFile } from "../../src/recover/verify/sample.ts";
import { countClasses } from "../../src/recover/text/classes.ts";
import { createVerifyBench, type VerifyBench } from "../doubles/verify-bench.ts";
import { quarantineOf } from "../../src/recover/verify/quarantine.ts";

let bench: VerifyBench;
let source: string;

before(async () => {
  bench = await createVerifyBench();
  source = path.join(bench.root, "source");
  fs.mkdirSync(source);
  for (let file = 0; file < 20; file++) fs.writeFileSync(path.join(source, `file-${file}`), `content ${file}`);
  fs.writeFileSync(path.join(source, "odd [name]*?\\ \n日本語.txt"), "odd");
  const eucjp = Buffer.concat([
    Buffer.from(`${source}/`),
    Buffer.from([0xc6, 0xfc, 0xcb, 0xdc, 0xb8, 0xec]),
    Buffer.from(".txt"),
  ]);
  fs.writeFileSync(eucjp, "a name in EUC-JP");
  fs.writeFileSync(path.join(source, "site.conf"), "ServerName shop.example.jp\n");
  fs.writeFileSync(path.join(source, "other.conf"), "ServerName rival.example.com\n");
});

after(() => bench.remove());

function manifest(): readonly ManifestFile[] {
  return fs.readdirSync(Buffer.from(source), { encoding: "buffer" }).map((name) => {
    const file = Buffer.concat([Buffer.from(`${source}/`), name]);
    const content = fs.readFileSync(file);
    return {
      path: file,
      bytes: content.length,
      changedAtMs: null,
      sha256: createHash("sha256").update(content).digest("hex"),
    };
  });
}

test("a sample equals its manifest, with names in EUC-JP, with a line end and with every sign of a pattern", async () => {
  const record = await bench.commit({ folder: source });
  const verification = await bench.sample(record, manifest());
  assert.deepEqual(verification.findings, []);
  assert.equal(verification.facts["files"], 24);
  assert.equal(
    fs.readdirSync("/var/tmp").filter((name) => name.startsWith("koboshi-verify.")).length,
    0,
    "nothing is left behind",
  );
});

test("content that is not what it was, and a file that is not there, are told by name", async () => {
  const record = await bench.commit({ folder: source });
  const [first, ...rest] = manifest() as [ManifestFile, ...ManifestFile[]];
  const wrong = { ...first, sha256: "0".repeat(64) };
  const gone = { ...first, path: Buffer.from(`${source}/never-there`) };
  const verification = await bench.sample(record, [wrong, gone, ...rest]);
  assert.deepEqual(
    verification.findings.map(({ code, facts }) => [code, facts["names"]]),
    [
      ["file-missing", [`${source}/never-there`]],
      ["file-differs", [first.path.toString()]],
    ],
  );
});

test("an SQLite database and its files are asked whose they are", async () => {
  const file = path.join(bench.root, "shop.sqlite");
  const smiles = ["佐藤😊", "a|b\tc\n改行"];
  const values = smiles
    .map((text, at) => `(${at + 1}, '${text}', 'omni@shop.example.jp', '2026-11-22 08:30:00')`)
    .join(",");
  const input = `create table t (id integer primary key, name text, tenant text, at text); insert into t values ${values}; create table c (t references t (id));`;
  execFileSync("sqlite3", [file], { input });
  const tables = [
    {
      database: "/srv/shop.sqlite",
      table: "t",
      rows: 2,
      maxKey: null,
      newest: null,
      textClasses: { name: countClasses(smiles) },
    },
  ];
  const dumps = (): Record<string, Buffer> => ({ "sqlite//srv/shop.sqlite": fs.readFileSync(file) });
  const record = await bench.commit({ dumps: dumps(), folder: source, tables });
  const none = { sql: null, expect: null, path: null, ownerUid: null, text: null, mustNot: null };
  const sql = { ...none, sql: "select count(*) from t where tenant not like 'omni@%'", expect: "0" };
  const newestSql = "select max(at) from t";
  const good = await bench.databases(record, { verify: { newestSql, markers: [sql] }, loseAtMostMs: 3_600_000 });
  assert.deepEqual(good.findings, [], "08:30 in Tokyo is half an hour before the set");
  const bare = await bench.databases(record, { verify: { newestSql: null, markers: [] }, loseAtMostMs: null });
  assert.deepEqual(
    bare.findings.map(({ code, facts }) => [code, facts["domains"]]),
    [["no-marker", ["shop.example.jp"]]],
  );
  assert.equal(quarantineOf([bare], record), null);

  execFileSync("sqlite3", [file], { input: "insert into c values (77);" });
  const uid = process.getuid?.() ?? 0;
  const markers = [
    { ...none, path: source, ownerUid: uid },
    { ...none, path: source, ownerUid: uid + 1 },
    { ...none, text: "*.conf", mustNot: "ServerName (?!.*example\\.jp)" },
  ];
  const others = await bench.commit({ dumps: dumps(), folder: source, tables });
  const foreign = await bench.databases(others, { verify: { newestSql: null, markers }, loseAtMostMs: null });
  assert.deepEqual(
    foreign.findings.map(({ code }) => code),
    ["foreign-key-broken", "foreign-data", "foreign-data"],
  );
  assert.deepEqual(foreign.findings[2]?.facts["names"], [`${source}/other.conf`]);
  assert.equal(quarantineOf([foreign], others)?.finding.code, "foreign-data");
});
