import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupDatabase, CommitRecord, SetTable } from "../../src/kernel/model/backup.ts";
import type { Verification } from "../../src/kernel/model/recovery.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createLiveRatio } from "../../src/recover/desk/live-texts.ts";
import { createRestorer } from "../../src/recover/restore/restore.ts";
import { countClasses } from "../../src/recover/text/classes.ts";
import { quarantineOf } from "../../src/recover/verify/quarantine.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { freePort } from "../doubles/hub-process.ts";
import { startMariadb, type MariadbServer } from "../doubles/mariadb-server.ts";
import { cleanClasses, texts } from "../doubles/mojibake-corpus.ts";
import { postgresPassword, postgresUser, startPostgres, type PostgresServer } from "../doubles/postgres-server.ts";
import { databaseGiven, startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";
import { planOf } from "../doubles/recover-plan.ts";
import { createVerifyBench, type VerifyBench } from "../doubles/verify-bench.ts";

// What a wrong character set leaves of a dump, in three ways; the record says what it was.
const names = texts(cleanClasses["name"]!, 400, 9).map((name) => `${name} 様、ご注文ありがとう`);
const asLatin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const sjis = (text: string): Buffer => execFileSync("iconv", ["-c", "-f", "UTF-8", "-t", "CP932"], { input: text });
const ways: Readonly<Record<string, (text: string) => string>> = {
  double: asLatin1,
  lost: (text) => text.replaceAll(/[^\0-\x7f]/g, "\ufffd"),
  sjis: (text) => new TextDecoder("utf-8").decode(sjis(text)),
};
const engines = ["postgres", "mariadb"] as const;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let bench: VerifyBench;
let restic: PlainRestic;
let pg: { readonly server: PostgresServer; readonly given: BackupDatabase };
let maria: { readonly server: MariadbServer; readonly given: BackupDatabase };

before(async () => {
  const port = await freePort();
  const mariaPort = await freePort();
  [bench, restic] = await Promise.all([createVerifyBench(), startPlainRestic()]);
  const [postgres, mariadb] = await Promise.all([startPostgres({ port }), startMariadb({ port: mariaPort })]);
  const password = new Secret(postgresPassword, "test");
  const reached = { user: postgresUser, password, host: "127.0.0.1", port };
  pg = { server: postgres, given: databaseGiven({ engine: "postgres", name: "*", ...reached }) };
  const socket = path.join(mariadb.folder, "s");
  maria = { server: mariadb, given: databaseGiven({ engine: "mariadb", name: "*", user: "root", host: socket }) };
});
after(async () => {
  await Promise.all([pg.server.stop("SIGINT"), maria.server.stop()]);
  for (const { server } of [pg, maria]) fs.rmSync(server.folder, { recursive: true, force: true });
  await Promise.all([bench.remove(), restic.end()]);
});

/** A dump of one table as the server's own program writes it. */
function dumpOf(engine: (typeof engines)[number], values: readonly string[]): string {
  if (engine === "postgres") {
    const rows = values.map((name, at) => `${at + 1}\t${name}\n`).join("");
    return `SET client_encoding = 'UTF8';\nCREATE TABLE public.customers (id integer, name text);\n\n--\n-- Data for Name: customers; Type: TABLE DATA\n--\n\nCOPY public.customers (id, name) FROM stdin;\n${rows}\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n`;
  }
  const rows = values.map((name, at) => `(${at + 1},'${name}')`).join(",\n");
  return `/*!40101 SET NAMES utf8mb4 */;\nCREATE TABLE \`customers\` (id int, name varchar(400)) DEFAULT CHARSET=utf8mb4;\nINSERT INTO \`customers\` VALUES\n${rows};\n-- Dump completed\n`;
}

const tableOf = (engine: (typeof engines)[number], database: string): SetTable => ({
  database,
  table: engine === "postgres" ? "public.customers" : "customers",
  rows: names.length,
  maxKey: null,
  newest: null,
  textClasses: { name: countClasses(names) },
});

function found({ findings }: Verification, database: string): readonly unknown[] {
  return findings
    .filter(({ facts }) => facts["database"] === database)
    .map(({ code, facts }) => [code, facts["column"], facts["sampled"], facts["flagged"], facts["kind"]]);
}

for (const engine of engines) {
  test(`${engine}: text encoded twice, replaced, or Shift_JIS read as UTF-8 is found by table, column and count`, async () => {
    const all = ["sound", ...Object.keys(ways)];
    const content = (name: string): string => dumpOf(engine, names.map(ways[name] ?? ((text) => text)));
    const record = await bench.commit({
      dumps: Object.fromEntries(all.map((name) => [`${engine}/${name}`, Buffer.from(content(name))])),
      tables: all.map((name) => tableOf(engine, name)),
    });
    const verification = await bench.databases(record, {
      verify: { newestSql: null, markers: [] },
      loseAtMostMs: null,
    });
    assert.deepEqual(found(verification, "sound"), [], JSON.stringify(verification.findings).slice(0, 2_000));
    const count = names.length;
    assert.deepEqual(found(verification, "double"), [["mojibake", "name", count, count, "utf8-as-latin1"]]);
    assert.deepEqual(found(verification, "lost"), [["mojibake", "name", count, count, "replacement-chars"]]);
    assert.deepEqual(found(verification, "sjis"), [["mojibake", "name", count, count, "replacement-chars"]]);
    assert.equal(quarantineOf([verification], record)?.finding.code, "mojibake");
  });
}

/** Puts these values into a table of the living server. */
function live(engine: (typeof engines)[number], database: string, values: readonly string[]): void {
  const given = engine === "postgres" ? pg.given : maria.given;
  const reached = { ...process.env, PGPASSWORD: postgresPassword, PGHOST: "127.0.0.1", PGPORT: String(given.port) };
  const psql = ["psql", "-X", "-q", "-U", postgresUser, "-d"];
  const mariadb = ["mariadb", "--no-defaults", `--socket=${given.host}`, "-uroot", "--default-character-set=utf8mb4"];
  const run = (words: readonly string[], input: string): unknown =>
    execFileSync(words[0] ?? "", words.slice(1), { input, env: reached, stdio: ["pipe", "ignore", "inherit"] });
  run(engine === "postgres" ? [...psql, "postgres"] : mariadb, `CREATE DATABASE ${database};`);
  run(engine === "postgres" ? [...psql, database] : [...mariadb, database], dumpOf(engine, values));
}

for (const engine of engines) {
  test(`${engine}: text that is garbled where it is in use is no fault of the copy; garbled in the copy alone it is`, async () => {
    const double = names.map(asLatin1);
    live(engine, "old", double);
    live(engine, "fresh", names);
    const { given } = engine === "postgres" ? pg : maria;
    const workplace = createLocalWorkplace({ clock: createSystemClock() });
    const works = { machines: { of: async () => ({ workplace, close: async () => undefined }) }, log: quiet };
    const databases = ["old", "fresh", "gone"].map((name) => ({ ...given, name }));
    const ratio = createLiveRatio(works, planOf({ databases }), "office");
    const all = { old: double, fresh: double, gone: double };
    const record = await bench.commit({
      dumps: Object.fromEntries(
        Object.entries(all).map(([name, values]) => [`${engine}/${name}`, Buffer.from(dumpOf(engine, values))]),
      ),
      tables: Object.keys(all).map((name) => ({
        ...tableOf(engine, name),
        textClasses: { name: countClasses(double) },
      })),
    });
    const plan = { verify: { newestSql: null, markers: [] }, loseAtMostMs: null };
    const verification = await bench.databases(record, plan, ratio);
    const codes = (name: string): unknown => found(verification, name).map((each) => (each as unknown[])[0]);
    assert.deepEqual([codes("old"), codes("fresh"), codes("gone")], [["mojibake-live"], ["mojibake"], ["mojibake"]]);
  });
}

const restorer = createRestorer({
  clock: createSystemClock(),
  keep: () => Promise.resolve(),
  onProgress: () => undefined,
  pace: { retryMs: [], stallMs: 60_000 },
});

async function committed(
  engine: (typeof engines)[number],
  name: string,
  values: readonly string[],
): Promise<CommitRecord> {
  const dump = { of: `${engine}/${name}`, content: dumpOf(engine, values), tables: [tableOf(engine, name)] };
  return restic.commit(`${engine}-${name}`, { dumps: [dump] });
}

for (const engine of engines) {
  test(`${engine}: a database whose texts are not those of the record keeps its name back, and comes when a person insists`, async () => {
    const { given } = engine === "postgres" ? pg : maria;
    const folder = path.join(restic.folder, engine);
    const sound = await restorer.run(
      await restic.task(await committed(engine, "shop", names), { folder, databases: [given] }),
    );
    assert.deepEqual([sound.run.state, sound.troubles], ["done", []]);
    assert.equal(sound.compared.texts, names.length);

    const record = await committed(engine, "bad", names.map(asLatin1));
    const task = await restic.task(record, { folder: `${folder}-bad`, databases: [given] });
    const refused = await restorer.run(task);
    assert.deepEqual([refused.run.state, refused.troubles.map(({ code }) => code)], ["failed", ["garbled"]]);
    assert.match(refused.troubles[0]?.text ?? "", /customers\.name: 400\/400, utf8-as-latin1, .*kanji \d+ → 0/);
    const insisted = await restorer.run({ ...task, looksAtText: false });
    assert.deepEqual([insisted.run.state, insisted.troubles], ["done", []]);
  });
}
