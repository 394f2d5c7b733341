import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { backupAdopt } from "../../src/cli/commands/backup-adopt.ts";
import { runHub } from "../../src/app/lifecycle.ts";
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
import { freePort, until } from "../doubles/hub-process.ts";
import { incidentOf } from "../doubles/page-facts.ts";
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

interface OwnRun {
  readonly state: string;
  readonly trouble: { readonly code: string } | null;
}

test("koboshi's own ledger, keys and configuration are copied while it runs, by one name; from the repository alone a hub comes back with its incidents", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  const { clock, log } = bench.deps;
  const [home, data] = [path.join(bench.folder, "etc"), path.join(bench.folder, "var")];
  const configPath = path.join(home, "koboshi.yml");
  const port = await freePort();
  fs.mkdirSync(path.join(home, "koboshi.d"), { recursive: true });
  fs.writeFileSync(path.join(home, "password"), repositoryPassword, { mode: 0o600 });
  fs.writeFileSync(path.join(home, "koboshi.d", "people.yml"), "people: { sato: sato@example.jp }\n");
  fs.writeFileSync(
    configPath,
    `version: 1
hub: { listen: "127.0.0.1:${port}", data: ${data}, time_servers: [] }
places: { office: {} }
vantages: [{ name: here, at: office }]
backups:
  koboshi: { of: { host: hub }, password: "\${file:password}", to: [{ at: office, repo: ${bench.repo} }] }
`,
    { mode: 0o600 },
  );
  const first = await openLedger({ folder: data, clock, log });
  const { id: _, ...incident } = incidentOf(["shop"], { startedAt: stampNow(clock), detectedAt: stampNow(clock) });
  const { id } = await first.transaction((tx) => tx.insertIncident(incident));
  await first.close();
  fs.writeFileSync(path.join(data, "account-key"), "0".repeat(64), { mode: 0o600 });
  const start = async (): Promise<{ ask<T>(route: string, method?: string): Promise<T>; stop(): Promise<void> }> => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const hub = await runHub({ configPath, lang: "en", clock, log, version: "0", say }).catch((thrown: unknown) => {
      throw new Error(said.join(""), { cause: thrown });
    });
    const token = fs.readFileSync(path.join(data, "cli-token"), "utf8").trim();
    return {
      stop: () => hub.stop(),
      async ask<T>(route: string, method = "GET") {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const body = method === "GET" ? {} : { body: "{}" };
        const answer = await fetch(new URL(route, hub.url), { method, headers, ...body });
        assert.equal(answer.ok, true, `${route}: ${answer.status}`);
        return (await answer.json()) as T;
      },
    };
  };
  const before = await start();
  await before.ask("/api/v1/backups/koboshi/run", "POST");
  const run = await until("the run has ended", async () => {
    const { runs } = await before.ask<{ runs: readonly OwnRun[] }>("/api/v1/backups/koboshi");
    return runs.find(({ state }) => ["committed", "partial", "failed"].includes(state));
  });
  assert.deepEqual([run.state, run.trouble], ["committed", null], bench.said.join("\n"));
  await before.stop();
  for (const folder of [home, data]) fs.rmSync(folder, { recursive: true });

  const door = createRestoreDoor({ clock, site: null });
  const restore = await door.open({
    from: { kind: "repo", repo: bench.repo, password: new Secret(repositoryPassword, "test"), plan: null },
    at: { kind: "latest" },
    target: "localhost",
    folder: "/",
    only: [],
    databases: null,
    despite: null,
    signal: never,
  });
  const end = await restore.run(null).finally(() => restore.close());
  assert.deepEqual([end.run.state, end.troubles], ["done", []]);
  assert.equal(fs.statSync(path.join(data, "account-key")).mode & 0o777, 0o600);
  assert.equal(fs.existsSync(path.join(home, "koboshi.d", "people.yml")), true);
  const back = await start();
  cleanups.push(() => back.stop());
  const { items } = await back.ask<{ items: readonly { id: number }[] }>("/api/v1/incidents");
  assert.deepEqual(
    items.map((one) => one.id),
    [id],
  );
  const audit = await back.ask<{ data: readonly { name: string; live: unknown }[]; own: { isCopied: boolean } }>(
    "/api/v1/audit?without=hub",
  );
  assert.deepEqual([audit.data[0]?.name, audit.data[0]?.live, audit.own.isCopied], ["koboshi", false, true]);
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
