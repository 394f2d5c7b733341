import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Lang } from "../../src/kernel/lang.ts";
import type { BackupPlan, CommitRecord } from "../../src/kernel/model/backup.ts";
import { ok } from "../../src/kernel/result.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { backUp } from "../../src/recover/desk/back-up.ts";
import { createDrillRestore } from "../../src/recover/desk/drill-restore.ts";
import type { LeastSample } from "../../src/recover/drill/choose.ts";
import type { DrillDeps } from "../../src/recover/drill/ports.ts";
import { runDrill, type DrillReport } from "../../src/recover/drill/run-drill.ts";
import { createDrillSmoke } from "../../src/recover/drill/smoke.ts";
import type { Workplace } from "../../src/recover/workplace/workplace.ts";
import { sampleTexts } from "../../src/words/recovery-drill-sample.ts";
import { freePort } from "../doubles/hub-process.ts";
import { postgresPassword, postgresUser, startPostgres } from "../doubles/postgres-server.ts";
import { createRecoverBench, databaseOf, type RecoverBench } from "../doubles/recover-bench.ts";
import { seeded } from "../doubles/recover-drill-random.ts";
import { recoverWorks } from "../doubles/recover-works.ts";

let bench: RecoverBench;
let works: Awaited<ReturnType<typeof recoverWorks>>;
let database: Awaited<ReturnType<typeof startPostgres>>;
let plan: BackupPlan;
let record: CommitRecord;
let rooms: string;
let source: string;

/** Documents of 24 customers, 20 kB each; a program that writes down that it runs. */
before(async () => {
  bench = createRecoverBench();
  rooms = fs.mkdtempSync(path.join(os.tmpdir(), "sampled-"));
  fs.chmodSync(rooms, 0o755);
  // what is temporary is the room's own
  source = fs.mkdtempSync("/srv/koboshi-sampled-");
  for (let at = 0; at < 24; at++) {
    fs.mkdirSync(path.join(source, `customers/${at}`), { recursive: true });
    for (const name of ["a", "b"]) fs.writeFileSync(path.join(source, `customers/${at}/${name}`), randomBytes(10_000));
  }
  fs.mkdirSync(path.join(source, "app"));
  fs.writeFileSync(path.join(source, "app/shop.sh"), "exec sleep 600\n");
  fs.writeFileSync(path.join(source, "note.txt"), "控え\n");
  const port = await freePort();
  database = await startPostgres({ port });
  const sql = ["-qX", "-h", "127.0.0.1", "-p", String(port), "-U", postgresUser, "-d"];
  const env = { ...process.env, PGPASSWORD: postgresPassword };
  execFileSync("psql", [...sql, "postgres", "-c", "create database shop"], { env });
  execFileSync("psql", [...sql, "shop", "-c", "create table orders as select n from generate_series(1, 300) n"], {
    env,
  });
  const password = new Secret(postgresPassword, "test");
  const server = {
    engine: "postgres" as const,
    name: "shop",
    user: postgresUser,
    password,
    host: "127.0.0.1",
    port,
  };
  const drill = { everyMs: null, host: "localhost", bootCheck: null, start: [`sh ${source}/app/shop.sh`] };
  plan = bench.plan({ key: "sampled-data", paths: [source], databases: [databaseOf(server)], drill });
  works = await recoverWorks(bench, plan);
  const [run] = await backUp(works, plan, { signal: new AbortController().signal });
  assert.ok(run !== undefined && run.record !== null, JSON.stringify(run));
  record = run.record;
});
after(async () => {
  await works.close();
  await database.stop("SIGINT");
  bench.remove();
  for (const folder of [rooms, source, database.folder]) fs.rmSync(folder, { recursive: true, force: true });
});

/** This machine, as one for drills without writing into its /etc. */
function marked(here: Workplace, site: string): Workplace {
  return {
    ...here,
    async run(command, options) {
      const answer = await here.run(command, options);
      const stdout = answer.stdout
        .replace(/^@@drill\n/, `@@drill\n${site}\n`)
        .replace(/^@@production\nyes$/m, "@@production\nno");
      return { ...answer, stdout };
    },
  };
}

interface Seen {
  readonly report: DrillReport;
  /** files that lay in the room, as they were on the host */
  readonly files: readonly string[];
  /** of the restored database */
  readonly orders: string;
}

async function drilled(of: CommitRecord, least?: LeastSample, change: Partial<BackupPlan> = {}): Promise<Seen> {
  const { clock, log } = works;
  const site = works.site();
  let [files, orders]: [readonly string[], string] = [[], ""];
  const smoke = createDrillSmoke({ clock, site, look: null, resolve: async () => new Map() });
  const deps: DrillDeps = {
    site,
    siteId: site.name,
    clock,
    log,
    random: seeded(5),
    reach: async () => ok({ workplace: marked(works.machines.here, site.name), close: async () => {} }),
    folder: () => rooms,
    copies: async () => [{ place: "office", records: [of], quarantined: 0 }],
    known: async () => [],
    resolve: async () => new Map(),
    repoAt: () => null,
    canWrite: async () => false,
    guard: () => () => {},
    restore: createDrillRestore(works, least),
    async smoke(ask) {
      const { inside, root } = ask.room;
      const found = fs.readdirSync(`${root}${source}`, { recursive: true, encoding: "utf8" });
      files = found.filter((name) => fs.statSync(`${root}${source}/${name}`).isFile());
      const port = plan.databases[0]?.port ?? 0;
      const question = ["-XAt", "-h", "/run/postgresql", "-p", String(port), "-U", "postgres", "-d", "shop"];
      orders = (await inside.run({ argv: ["psql", ...question, "-c", "select count(*) from orders"] })).stdout.trim();
      return smoke(ask);
    },
    base: null,
    keep: async () => {},
    onPhase() {},
  };
  const wish = {
    plan: { ...plan, ...change },
    place: null,
    sampled: true,
    before: 0,
    alarmAtMonotonicMs: null,
    survivors: [],
  };
  const report = await runDrill(deps, { ...wish, signal: new AbortController().signal });
  return { report, files, orders };
}

test("a sampled drill takes folders by lot, databases whole and what the start names, and says what that is of all", async () => {
  const { report, files, orders } = await drilled(record, { ratio: 0.2, bytes: 0 });
  const { run } = report;
  assert.deepEqual([run.trouble, run.state, run.scope], [null, "done", "sampled"]);
  const drawn = files.filter((name) => name.startsWith("customers/"));
  assert.ok(drawn.length >= 10 && drawn.length <= 12, drawn.join(" "));
  assert.ok(files.includes("app/shop.sh"));
  assert.deepEqual(
    run.seen?.started.map(({ state }) => state),
    ["running"],
  );
  assert.equal(orders, "300");
  const { sample } = run;
  assert.ok(sample !== undefined && sample.allBecause === null);
  assert.equal(sample.whole.files, 50);
  assert.equal(sample.taken.files, files.length);
  const dumped = record.parts.filter(({ part }) => part === "dump").reduce((sum, { bytes }) => sum + bytes, 0);
  const taken = files.reduce((sum, name) => sum + fs.statSync(path.join(source, name)).size, dumped);
  assert.equal(sample.taken.bytes, taken);
  const measured = run.phases.reduce((sum, { seconds }) => sum + seconds, 0);
  assert.ok(sample.full !== null && sample.full.p10 < sample.full.p50 && sample.full.p50 < sample.full.p90);
  assert.ok(sample.full.p90 > measured / 2 && sample.full.p50 < measured * 10, JSON.stringify([sample.full, measured]));
  assert.equal(sample.full.isExtrapolated, true, "fewer than 20 folders");
  assert.deepEqual(fs.readdirSync(rooms), []);
  const told = (lang: Lang): string => sampleTexts(sample, lang).join("\n");
  assert.match(told("ja"), /全量 .*・50 ファイルのうち、選んだ .*ファイル\(\d+%\)を復元しました/);
  assert.match(told("ja"), /全量では .* の見込み.*【外挿】/);
  assert.match(told("en"), /At full size .* is expected .* \(extrapolated\)/);
});

test("less than a sample holds, or a copy that does not list its files, is taken whole, and that counts as a full drill", async () => {
  const own = { ...record, parts: record.parts.filter(({ part }) => part === "files") };
  const files = { databases: [], drill: null };
  const small = await drilled(own, undefined, files);
  assert.deepEqual([small.report.run.trouble, small.report.run.scope], [null, "full"]);
  assert.deepEqual([small.files.length, small.report.run.sample?.allBecause], [50, "small"]);
  assert.equal(small.report.run.sample?.full, null);
  const unlisted = await drilled({ ...own, manifest: null }, { ratio: 0.2, bytes: 0 }, files);
  assert.deepEqual([unlisted.report.run.trouble, unlisted.report.run.scope], [null, "full"]);
  assert.deepEqual([unlisted.files.length, unlisted.report.run.sample?.allBecause], [50, "no-list"]);
});
