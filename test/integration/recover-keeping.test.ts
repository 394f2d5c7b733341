import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { backupAdopt } from "../../src/cli/commands/backup-adopt.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { acceptChange } from "../../src/recover/desk/accept-change.ts";
import { backUp } from "../../src/recover/desk/back-up.ts";
import { foreseeDrill } from "../../src/recover/desk/drills.ts";
import { readCopies } from "../../src/recover/desk/read-copies.ts";
import { tidyNow } from "../../src/recover/desk/tidy-copies.ts";
import { keepVerification, verifyCopies } from "../../src/recover/desk/verify-copies.ts";
import { sqliteTexts } from "../../src/recover/verify/sqlite-texts.ts";
import { lookAtTexts } from "../../src/recover/restore/check-text.ts";
import { createRestoreDoor } from "../../src/recover/restore/door.ts";
import { tableOf } from "../doubles/command-table.ts";
import { explainError } from "../../src/words/errors.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createRecoverBench, databaseOf, repositoryPassword } from "../doubles/recover-bench.ts";
import { recoverWorks } from "../doubles/recover-works.ts";

const never = new AbortController().signal;

function pinned(): Promise<ReadonlySet<string>> {
  return Promise.resolve(new Set());
}

function listing(folder: string): string {
  return execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" });
}

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

test("a drill never takes a set in quarantine, and says so where there is no other", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "a"), "a");
  const plan = bench.plan();
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  const [first] = await backUp(works, plan, { signal: never });
  const [second] = await backUp(works, plan, { signal: never });
  await readCopies(works, plan);
  const chosen = async (): Promise<string> => (await foreseeDrill(works, plan, { place: null, sampled: false })).set;
  assert.equal(await chosen(), second?.set);
  const garbled = (set: string): Promise<void> => {
    const finding = { code: "mojibake", severity: "broken", facts: { table: "orders" } } as const;
    const of = { plan: plan.key, place: plan.to[0]?.at ?? "", level: 5, set } as const;
    const at = stampNow(works.clock);
    return keepVerification(
      works,
      { id: `v-${set}`, ...of, at, seconds: 1, ok: false, facts: {}, findings: [finding] },
      "koboshi",
    );
  };
  await garbled(second?.set ?? "");
  assert.equal(await chosen(), first?.set);
  await garbled(first?.set ?? "");
  const refused: unknown = await chosen().catch((thrown: unknown) => thrown);
  assert.ok(refused instanceof KoboshiError && refused.code === "KB8402", String(refused));
  assert.match(explainError(refused.code, refused.facts, "en").message, /all 2 copies are in quarantine/);
  assert.match(explainError(refused.code, refused.facts, "ja").message, /2 個とも.*隔離/);
});

test("retention at a person's word: shown first, then done, and never with the writer's credential", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "a"), "a");
  const keep = { hourly: 0, daily: 1, weekly: 0, monthly: 0, yearly: 0 };
  const plan = bench.plan({ keep });
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  const [first] = await backUp(works, plan, { signal: never });
  const [second] = await backUp(works, plan, { signal: never });
  assert.deepEqual([first?.state, second?.state], ["committed", "committed"]);
  const asked = { by: "person:yamada", pinned } as const;
  assert.deepEqual(
    (await tidyNow(works, plan, { ...asked, isConfirmed: true })).map(({ state, removed }) => [state, removed]),
    [["no-maintainer", 0]],
  );
  const cared = { ...plan, to: plan.to.map((to) => ({ ...to, maintainer: new Secret(bench.repo, "test") })) };
  const [look] = await tidyNow(works, cared, { ...asked, isConfirmed: false });
  assert.deepEqual([look?.state, look?.refusals, look?.removed], ["planned", [], 0]);
  assert.deepEqual(
    look?.sets.map(({ set, keeps }) => [set, keeps]),
    [
      [second?.set, ["daily"]],
      [first?.set, []],
    ],
  );
  assert.equal((await bench.sets()).sets.length, 2);
  const [done] = await tidyNow(works, cared, { ...asked, isConfirmed: true });
  assert.deepEqual([done?.state, done?.removed], ["done", 1]);
  assert.deepEqual(
    (await bench.sets()).sets.map(({ set }) => set),
    [second?.set],
  );
});

test("a change is accepted by the set's name and with a reason", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "a"), "a");
  const plan = bench.plan();
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  const [second] = await backUp(works, plan, { signal: never });
  await readCopies(works, plan);
  const yes = {
    by: "person:yamada",
    reason: "the archive moved",
    watch: { accept: () => Promise.resolve(true) },
  } as const;
  const set = second?.set ?? "";
  assert.deepEqual(await acceptChange(works, set, yes), [{ plan: "shop-data", place: "office" }]);
  const no = { ...yes, watch: { accept: () => Promise.resolve(false) } };
  await assert.rejects(acceptChange(works, set, no), { code: "KB8504" });
  await assert.rejects(acceptChange(works, set, { ...yes, reason: " " }), { code: "KB1001" });
  await assert.rejects(acceptChange(works, "01nosuchset", yes), { code: "KB1002" });
});

test("koboshi's own ledger is copied while it is written, and comes back from the repository alone", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "koboshi.yml"), "version: 1\n");
  const ledgerFile = path.join(bench.folder, "hub", "ledger.sqlite");
  const plan = bench.plan({ databases: [databaseOf({ engine: "sqlite", name: ledgerFile })] });
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  await works.ledger.transaction((tx) => tx.putSetting("before", "kept"));
  const [run] = await backUp(works, plan, { signal: never });
  assert.deepEqual([run?.state, run?.trouble], ["committed", null]);
  const folder = path.join(bench.folder, "new");
  const door = createRestoreDoor({ clock: bench.deps.clock, site: null });
  const password = new Secret(repositoryPassword, "test");
  const restore = await door.open({
    from: { kind: "repo", repo: bench.repo, password, plan: null },
    at: { kind: "latest" },
    target: "localhost",
    folder,
    only: [],
    databases: null,
    despite: null,
    signal: never,
  });
  const end = await restore.run(null).finally(() => restore.close());
  assert.deepEqual([end.run.state, end.troubles], ["done", []]);
  assert.equal(fs.readFileSync(path.join(folder, bench.source, "koboshi.yml"), "utf8"), "version: 1\n");
  const back = await openLedger({
    folder: path.join(folder, path.dirname(ledgerFile)),
    clock: bench.deps.clock,
    log: bench.deps.log,
  });
  assert.equal(await back.read.setting("before"), "kept");
  await back.close();
});

test("what others copied is found with the lines to take it over, and nothing is written there", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "a"), "a");
  const borg = path.join(bench.folder, "borg");
  assert.equal(bench.restic("init").code, 0);
  assert.equal(bench.restic("backup", "--host", "web1.example.jp", "--tag", "nightly", bench.source).code, 0);
  const env = { ...process.env, BORG_BASE_DIR: path.join(bench.folder, "base"), BORG_PASSPHRASE: "x" };
  execFileSync("borg", ["init", "-e", "repokey", borg], { env, stdio: "pipe" });
  execFileSync("borg", ["create", `${borg}::web1-1`, bench.source], { env, stdio: "pipe" });
  const borgKey = path.join(bench.folder, "borg-key");
  fs.writeFileSync(borgKey, "x", { mode: 0o600 });
  const said = async (...words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> => {
    let out = "";
    const code = await runCommandLine(
      {
        argv: ["backup", "adopt", ...words],
        env: { KOBOSHI_LANG: "en" },
        cwd: bench.folder,
        clock: bench.deps.clock,
        isTty: false,
        stdout: (text) => (out += text),
        stderr: (text) => (out += text),
        signal: new AbortController().signal,
      },
      tableOf(backupAdopt((deps) => Promise.resolve(createRestoreDoor(deps)))),
    );
    return { code, out };
  };
  const before = [listing(bench.repo), listing(borg)];
  const key = path.join(bench.folder, "password");
  const restic = await said(bench.repo, "--password-file", key, "--at", "office");
  assert.equal(restic.code, 0, restic.out);
  assert.match(restic.out, /web1\.example\.jp: .*source/);
  assert.match(restic.out, /adopt: true/);
  assert.match(restic.out, /V3 at most/);
  const archives = await said(borg, "--with", "borg", "--password-file", borgKey);
  assert.equal(archives.code, 0, archives.out);
  assert.match(archives.out, /with: borg/);
  assert.deepEqual([listing(bench.repo), listing(borg)], before);
  const wrong = await said(bench.repo, "--password-file", borgKey);
  assert.equal(wrong.code, 69, wrong.out);
  assert.match(wrong.out, /KB8503/);
});

function filling(text: string): string {
  const rows = Array.from({ length: 40 }, (_, nth) => `INSERT INTO orders (note) VALUES ('${text}${nth}');`);
  return `CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT); ${rows.join("")}`;
}

test("texts of an SQLite file are counted, looked at when they come back, and garbled ones that are so in use do not fail the copy", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  const file = path.join(bench.source, "shop.sqlite");
  const sqlite = (sql: string, of = file): string => execFileSync("sqlite3", [of], { input: sql, encoding: "utf8" });
  sqlite(filling("佐藤様 鈴木様のご注文を承りました"));
  const plan = bench.plan({ paths: [], databases: [databaseOf({ engine: "sqlite", name: file })] });
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  const [run] = await backUp(works, plan, { signal: never });
  const classes = run?.record?.tables[0]?.textClasses["note"];
  assert.equal(classes?.kanji, 40 * 9);
  const other = path.join(bench.folder, "other.sqlite");
  const garbled = Buffer.from("佐藤様 鈴木様のご注文を承りました", "utf8").toString("latin1").replaceAll("'", "''");
  sqlite(filling(garbled), other);
  const tables = run?.record?.tables ?? [];
  const look = (of: string) =>
    lookAtTexts(
      { texts: (at, wanted) => sqliteTexts(works.machines.here, at, wanted) },
      { restoring: of, tables, seed: "1" },
    );
  assert.equal((await look(file)).trouble, null);
  assert.equal((await look(other)).trouble?.code, "garbled");
  const codes = async (): Promise<readonly string[]> => {
    const done = await verifyCopies(works, plan, { place: null, level: 5, by: "koboshi" });
    return done.flatMap(({ level, findings }) => (level === 5 ? findings.map(({ code }) => code) : []));
  };
  assert.ok(!(await codes()).some((code) => /mojibake|text/.test(code)));
  fs.copyFileSync(other, file);
  const [second] = await backUp(works, plan, { signal: never });
  assert.equal(second?.state, "committed");
  assert.ok((await codes()).includes("mojibake-live"), "as garbled as where it is in use");
  fs.rmSync(file);
  assert.ok((await codes()).includes("mojibake"), "nobody can say that it was so before");
});
