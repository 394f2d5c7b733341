import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { backupRoutes } from "../../src/api/routes/backups.ts";
import { drillRoutes } from "../../src/api/routes/drills.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { backupLs } from "../../src/cli/commands/backup-ls.ts";
import { backupProve } from "../../src/cli/commands/backup-prove.ts";
import { backupRun } from "../../src/cli/commands/backup-run.ts";
import { backupShow } from "../../src/cli/commands/backup-show.ts";
import { backupVerify } from "../../src/cli/commands/backup-verify.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { backupWorld, shopAndMail } from "../doubles/backup-world.ts";
import { tableOf } from "../doubles/command-table.ts";
import { planOf, runOf, siteWith } from "../doubles/recover-plan.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = createSystemClock();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-backups-"));
const token = "0123456789abcdefghjkmnpqrstvwxyz";
const tokenFile = path.join(folder, "token");
fs.writeFileSync(tokenFile, token);
const ledger = await openLedger({ folder: path.join(folder, "data"), clock, log });
const world = backupWorld([]);
const site = siteWith([planOf(), planOf({ key: "mail-spool" })]);
const app = Fastify();
guardListener(app, "admin", { site: () => site, ledger, clock, cliTokenHash: sha256(token) });
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
for (const mount of [backupRoutes, drillRoutes]) mount(app, { backups: world.desk, site: () => site, clock, log });
const url = await app.listen({ host: "127.0.0.1", port: 0 });
after(async () => {
  app.server.closeAllConnections();
  await app.close();
  await ledger.close();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  world.statuses = shopAndMail(clock.nowMs());
  world.asked.length = 0;
  world.refusal = null;
  world.over = Promise.resolve(["s2"]);
});

// oxlint-disable-next-line typescript/no-explicit-any -- what a foreign program sees has no type
type Body = any;
async function call(route: string, body?: unknown): Promise<{ status: number; json: Body }> {
  const answer = await fetch(`${url}/api/v1${route}`, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
  });
  return { status: answer.status, json: await answer.json() };
}

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}
async function cli(...argv: string[]): Promise<Ran> {
  let [out, err] = ["", ""];
  const exit = await runCommandLine(
    {
      argv: [...argv, "--server", url, "--token-file", tokenFile],
      env: { LANG: "en_US.UTF-8" },
      cwd: folder,
      clock,
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      signal: new AbortController().signal,
    },
    tableOf(backupLs, backupShow, backupRun, backupVerify, backupProve),
  );
  return { exit, out, err };
}

test("the list tells what each backup is worth, and no password of an address", async () => {
  const { status, json } = await call("/backups");
  assert.equal(status, 200);
  const [shop, mail] = json.items;
  assert.deepEqual([shop.verdict, shop.lastRestore.seconds, shop.backWithinSeconds], ["likely", 21_600, 28_800]);
  assert.deepEqual([mail.verdict, mail.doubts.includes("never-restored")], ["unproven", true]);
  assert.deepEqual([shop.copies[0].level, shop.copies[0].deletable, shop.copies[1].deletable], [5, false, null]);
  assert.ok(!JSON.stringify(json).includes("hunter2"));
});

test("one backup has its runs, sets, verifications, proofs and restores; an unknown one is not found", async () => {
  const { json } = await call("/backups/shop-data");
  assert.deepEqual(
    [json.runs.length, json.sets.length, json.verifications.length, json.proofs.length, json.restores.length],
    [2, 2, 1, 1, 2],
  );
  const missing = await call("/backups/shpo");
  assert.deepEqual([missing.status, missing.json.error.code], [404, "KB1002"]);
  assert.equal((await call("/backups/shpo/run", {})).status, 404);
});

test("verbs reach the desk with who asked; a verification is a task that can be asked for again", async () => {
  const run = (await call("/backups/shop-data/run", {})).json;
  assert.equal(run.set, "s2");
  const through = (await call(`/backup-tasks/${run.task}`)).json;
  assert.deepEqual([through.kind, through.state, through.sets], ["run", "done", ["s2"]]);
  const task = (await call("/backups/shop-data/verify", { level: 5, place: "office" })).json;
  assert.deepEqual([task.state, task.verifications[0].findings[0].code], ["done", "mojibake"]);
  assert.equal((await call(`/backup-tasks/${task.task}`)).json.state, "done");
  assert.equal((await call("/backups/shop-data/prove", {})).json.proofs[0].result, "refused");
  assert.deepEqual((await call("/backups/shop-data/drill", {})).json, { run: "drill-6" });
  assert.deepEqual(world.asked, [
    "run shop-data token:cli",
    "verify shop-data office 5 token:cli",
    "prove shop-data * token:cli",
    "drill shop-data token:cli",
  ]);
  assert.equal((await call("/backups/shop-data/verify", { level: 1 })).status, 400);
});

test("a refusal of a task is told in the task, with its code", async () => {
  world.refusal = new KoboshiError("KB1002", { what: "office" });
  const task = (await call("/backups/shop-data/verify", {})).json;
  assert.deepEqual([task.state, task.error.code], ["failed", "KB1002"]);
});

test("a restore can be looked at before, and begins with the name that was typed", async () => {
  const asked = { target: "host:web1", folder: "/srv" };
  const look = (await call("/backups/shop-data/restore", { ...asked, lookOnly: true })).json;
  assert.deepEqual([look.run, look.outlook.bytes, look.outlook.set], [null, 212e9, "s1"]);
  assert.deepEqual(world.asked, []);
  const begun = (await call("/backups/shop-data/restore", { ...asked, confirm: "web1" })).json;
  assert.equal(begun.run, "drill-6");
  assert.deepEqual(world.asked, ["restore shop-data latest host:web1 web1 token:cli"]);
});

test("drills are listed newest first, and one shows how far it has come", async () => {
  const { json } = await call("/drills");
  assert.deepEqual(
    json.items.map((run: Body) => [run.id, run.seconds]),
    [
      ["drill-6", 21_600],
      ["drill-12", 43_200],
    ],
  );
  assert.equal((await call("/drills/drill-6")).json.phases[1].phase, "fetch");
  assert.equal((await call("/drills/nope")).status, 404);
});

test("backup ls leads with what is not proven and exits 3; plain and json are never translated", async () => {
  const told = await cli("backup", "ls");
  assert.equal(told.exit, 3);
  assert.match(told.out, /^■ unproven {2}mail-spool .*\n▲ likely {2}shop-data .*restored in 6 h \/ target 8 h \/ 1 d/);
  const plain = await cli("backup", "ls", "--plain", "--lang", "ja");
  assert.match(plain.out, /^mail-spool\tunproven\t\t\t\tnot-read,no-target,never-restored$/m);
  const json = JSON.parse((await cli("backup", "ls", "--json")).out);
  assert.deepEqual([json.schema, json.offline, json.items.length], ["koboshi.backups/1", false, 2]);
});

const nobody = (): void => undefined;

test("backup run tells its progress on stderr until every place has it", async () => {
  const [shop, mail] = shopAndMail(clock.nowMs());
  assert.ok(shop !== undefined && mail !== undefined);
  const running = runOf("s2", clock.nowMs(), { state: "filing", endedAt: null, doneBytes: 5e6, totalBytes: 10e6 });
  world.statuses = [{ ...shop, running: [running] }, mail];
  let through: (sets: readonly string[]) => void = nobody;
  world.over = new Promise((resolve) => (through = resolve));
  const begun = cli("backup", "run", "shop-data");
  const untilMs = Date.now() + 5_000;
  while (world.asked.length === 0 && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 10));
  // each place has a set of its own; the newest is told first
  const ended = [runOf("s3", clock.nowMs(), { place: "cloud" }), runOf("s2", clock.nowMs(), { place: "office" })];
  setTimeout(() => {
    world.statuses = [{ ...shop, runs: [...ended, ...shop.runs] }, mail];
    through(["s2", "s3"]);
  }, 300);
  const { exit, out, err } = await begun;
  assert.equal(exit, 0, err);
  assert.match(err, /office {2}storing files {2}50% {2}5 MB \/ 10 MB/);
  assert.match(out, /● committed {2}office.*\n.*● committed {2}cloud/);
});

test("backup run tells what ended it before every place was through, after what is in place by then", async () => {
  const [shop, mail] = shopAndMail(clock.nowMs());
  assert.ok(shop !== undefined && mail !== undefined);
  world.statuses = [{ ...shop, runs: [runOf("s2", clock.nowMs()), ...shop.runs] }, mail];
  const over = Promise.reject(new KoboshiError("KB8020", { plan: "shop-data", place: "cloud", why: "repo" }));
  over.catch(() => undefined); // the desk's own is waited for by its turn
  world.over = over;
  const { exit, out, err } = await cli("backup", "run", "shop-data");
  assert.equal(exit, 65);
  assert.equal(out, "");
  assert.match(err, /● committed {2}office[\s\S]*KB8020/);
});

function failing(severity: "open" | "broken"): typeof world.statuses {
  return shopAndMail(clock.nowMs()).map((status) => ({
    ...status,
    copies: status.copies.map((copy) => ({
      ...copy,
      verified: copy.verified.map((one) => ({
        ...one,
        ok: false,
        findings: one.findings.map((finding) => ({ ...finding, severity })),
      })),
    })),
  }));
}

test("backup verify and prove say what they prove and what not", async () => {
  const verified = await cli("backup", "verify", "shop-data", "--level", "5");
  assert.equal(verified.exit, 3);
  assert.match(verified.out, /● sound {2}office {2}V5 Database\n {2}proves: .*\n {2}does not prove: /);
  world.statuses = failing("broken");
  const broken = await cli("backup", "verify", "shop-data");
  assert.deepEqual([broken.exit, /■ not sound/.test(broken.out)], [6, true]);
  world.statuses = failing("open");
  const open = await cli("backup", "verify", "shop-data");
  assert.deepEqual([open.exit, /○ not shown yet/.test(open.out)], [3, true], "what is not proven is no damage");
  assert.equal((await cli("backup", "verify", "shop-data", "--level", "9")).exit, 64);
  const proven = await cli("backup", "prove", "shop-data", "--json");
  assert.deepEqual([proven.exit, JSON.parse(proven.out).proofs[0].result], [0, "refused"]);
});

test("backup show has the copies, runs and restores; an unknown backup exits 5", async () => {
  const { exit, out } = await cli("backup", "show", "shop-data");
  assert.equal(exit, 0);
  assert.match(out, /office {2}.*V5 Database {2}deletable: no \(proven by trying\)/);
  assert.match(out, /■ failed {2}office {2}1 MB\n {4}KB8005 .*wrong password .*\n {4}→ check/);
  assert.match(out, /● done {2}6 h {2}drill/);
  assert.equal((await cli("backup", "show", "shpo")).exit, 5);
});

test("backup show says why a restore or drill did not come to its end", async () => {
  const [shop, mail] = shopAndMail(clock.nowMs());
  const [drill] = shop?.restores ?? [];
  assert.ok(shop !== undefined && mail !== undefined && drill !== undefined);
  const cut = { state: "interrupted", phases: [], trouble: { code: "hub-ended", text: "" } } as const;
  world.statuses = [
    {
      ...shop,
      restores: [
        { ...drill, ...cut, kind: "restore" },
        { ...drill, ...cut },
      ],
    },
    mail,
  ];
  const { out } = await cli("backup", "show", "shop-data");
  assert.match(out, /▲ interrupted {2}restore {2}.*\n {4}koboshi stopped while it ran; what was brought back stays/);
  assert.match(out, /▲ interrupted {2}drill {2}.*\n {4}koboshi stopped while it ran, so the drill was cut off/);
});

test("without a hub, backup ls reads the file and says so", async () => {
  const config = path.join(folder, "koboshi.yml");
  fs.writeFileSync(
    config,
    `version: 1\npeople: { me: me@example.jp }\nplaces: { cloud: {} }\nhosts: { web1: {} }\nservices: { www: https://www.example.jp }\n` +
      `backups: { shop: { of: { host: web1, paths: [/srv] }, to: [{ at: cloud, repo: "rest:https://c.example/shop" }] } }\n`,
  );
  let [out, err] = ["", ""];
  const exit = await runCommandLine(
    {
      argv: ["backup", "ls", "--server", "http://127.0.0.1:9", "--config", config],
      env: {},
      cwd: folder,
      clock,
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      signal: new AbortController().signal,
    },
    tableOf(backupLs),
  );
  assert.equal(exit, 3);
  assert.match(out, /■ .*shop/);
  assert.match(err, /hub|koboshi/);
});
