import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { parse, stringify } from "yaml";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLog } from "../../src/app/log.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { loadConfig, openSecrets, thisMachine } from "../../src/config/index.ts";
import type { CommitRecord } from "../../src/kernel/model/backup.ts";
import type { CopyState, DeleteProof, Verification } from "../../src/kernel/model/recovery.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { AuditDesk, AuditReport } from "../../src/kernel/ports-audit.ts";
import { createAuditDesk } from "../../src/recover/index.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-audit-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const keyFile = path.join(folder, "shop.key");
const config = path.join(folder, "koboshi.yml");
const nowMs = Date.parse("2026-11-22T09:00:00+09:00");
const dayMs = 86_400_000;

/** The company of 2012, with the copy it was saved by: everything at one provider, and one copy in the office. */
const company = (target: string): string => `version: 1
site: { name: 商会, timezone: Asia/Tokyo }
people:
  yamada: { name: 山田, mail: y@example.jp, can: ["host:web1"] }
places:
  rental: { provider: rental-co, account: r-1, region: osaka, login_shared_with: [] }
  office: { provider: own, region: tokyo }
vantages: [{ name: here, at: office }]
hosts:
  web1: { at: rental, address: 192.0.2.10 }
services:
  shop: { on: web1, checks: [{ tcp: "192.0.2.10:443" }] }
automation:
  maintenance: { on: ["place:rental"] }
backups:
  shop-data:
    of: { host: web1, paths: [/srv] }
    at: "15 3 * * *"
    password: "\${file:${keyFile}}"
    key: { also: [paper:office-safe] }
    to: [{ ${target} }]
    keep: { daily: 14, monthly: 12 }
    target: { lose_at_most: 24h, back_within: 12h }
  image-a: { with: external, of: { host: web1 }, to: [{ at: rental, kept: 14d }] }
  image-b: { with: external, of: { host: web1 }, to: [{ at: rental, kept: 14d }] }
`;
const appendOnly = 'at: office, repo: "rest:http://192.0.2.99:8000/shop", append_only: true';

function site(text: string): Site {
  fs.writeFileSync(config, text);
  const { plan, findings } = loadConfig(config);
  assert.ok(plan !== null, JSON.stringify(findings));
  const opened = openSecrets(plan, thisMachine());
  return opened.ok ? opened.value : plan.site;
}

function writeKey(): void {
  fs.writeFileSync(keyFile, "a password of the repository", { mode: 0o600 });
}

const stamp = (atMs: number): { atMs: number; monotonicMs: number; bootId: string } => ({
  atMs,
  monotonicMs: 0,
  bootId: "boot",
});

function record(atMs: number): CommitRecord {
  const at = new Date(atMs).toISOString();
  return {
    schema: "koboshi.set/1",
    set: `set-${atMs}`,
    plan: "shop-data",
    host: "web1",
    startedAt: at,
    snapshotAt: at,
    finishedAt: new Date(atMs + 600_000).toISOString(),
    clockOffsetMs: 0,
    restic: "0.14.0",
    consistency: "none",
    parts: [],
    tables: [],
    manifest: null,
    previousSet: null,
    totals: { bytes: 212e9, files: 100_000, addedBytes: 1e9 },
    allowMissing: [],
  };
}

const proofOf = (result: DeleteProof["result"]): DeleteProof => ({
  plan: "shop-data",
  place: "office",
  at: stamp(nowMs - dayMs),
  result,
  tried: [],
});
const wholeRead: Verification = {
  id: "v1",
  plan: "shop-data",
  place: "office",
  level: 2,
  set: null,
  at: stamp(nowMs - 3 * dayMs),
  seconds: 60,
  ok: true,
  facts: {},
  findings: [],
};

/** The office's copy as the hub reads it: sets of forty nights, read through, with or without a proof. */
function office(proof: DeleteProof | null): CopyState {
  return {
    plan: "shop-data",
    place: "office",
    readAt: stamp(nowMs),
    trouble: null,
    sets: Array.from({ length: 40 }, (_, night) => record(nowMs - 6 * 3_600_000 - night * dayMs)),
    verified: [wholeRead],
    proof,
  };
}

function desk(of: Site, copies: readonly CopyState[]): AuditDesk {
  return createAuditDesk({
    facts: async () => ({
      site: of,
      nowMs,
      copies,
      scannedHosts: new Set(["web1"]),
      keysSeen: [{ plan: "shop-data", holder: "paper:office-safe", atMs: nowMs - 30 * dayMs }],
    }),
  });
}

const fates = (report: AuditReport): readonly string[] =>
  report.outcome.copies.map(({ of, place, survives }) => `${of}@${place} ${survives}`);

test("the provider's script takes the live side and both of its copies; the office's copy that nothing can delete stays", async () => {
  writeKey();
  const audit = desk(site(company(appendOnly)), [office(proofOf("refused"))]);
  for (const without of ["provider:rental-co", "provider-deletes:rental-co", "automation:maintenance", "rental"]) {
    const report = await audit.audit({ planned: false, without: [without] });
    assert.equal(fates(report)[0], "shop-data@office true", without);
    assert.deepEqual([report.ok, report.lost, report.unknown], [true, [], []], without);
    const [data] = report.outcome.data;
    assert.equal(data?.live, false, without);
    assert.equal(report.outcome.loseSeconds, 6 * 3_600, without);
  }
  const gone = await audit.audit({ planned: false, without: ["provider:rental-co"] });
  assert.deepEqual(fates(gone).slice(1), ["image-a@rental false", "image-b@rental false"]);
  assert.deepEqual(gone.outcome.down, ["shop"]);
});

test("a copy that only claims to be append-only falls with the first proof that it is not", async () => {
  writeKey();
  const stolen = { planned: false, without: ["host-root-stolen:web1"] };
  const verdict = async (proof: DeleteProof | null): Promise<unknown> =>
    (await desk(site(company(appendOnly)), [office(proof)]).audit(stolen)).outcome.copies[0]?.survives;
  assert.equal(await verdict(proofOf("refused")), true);
  assert.equal(await verdict(null), "unknown");
  assert.equal(await verdict(proofOf("deletable")), false);
  const report = await desk(site(company(appendOnly)), [office(proofOf("deletable"))]).audit(stolen);
  assert.deepEqual(report.outcome.copies[0]?.reason?.by, ["host:web1"]);
});

test("a proof older than a month is a claim again", async () => {
  writeKey();
  const old = { ...proofOf("refused"), at: stamp(nowMs - 40 * dayMs) };
  const report = await desk(site(company(appendOnly)), [office(old)]).audit({
    planned: false,
    without: ["host-root-stolen:web1"],
  });
  assert.equal(report.outcome.copies[0]?.survives, "unknown");
  assert.equal(report.outcome.copies[0]?.reason?.fact?.code, "append-only");
});

/** The office's copy after the loss of the live side, while nobody has looked at the paper. */
async function lossOf(of: Site): Promise<AuditReport> {
  const facts = { site: of, nowMs, copies: [office(proofOf("refused"))], scannedHosts: new Set(["web1"]) };
  return createAuditDesk({ facts: async () => facts }).audit({ planned: false, without: ["place:rental"] });
}

test("without the key's file one holder fewer is counted; with none left nothing is known to survive", async () => {
  writeKey();
  const text = company(appendOnly);
  assert.equal((await lossOf(site(text))).outcome.copies[0]?.survives, true);
  fs.rmSync(keyFile);
  const report = await lossOf(site(text));
  assert.equal(report.outcome.copies[0]?.survives, "unknown");
  assert.deepEqual(report.outcome.copies[0]?.reason, {
    code: "no-key",
    by: ["paper:office-safe"],
    fact: { code: "key-holder", of: "shop-data@paper:office-safe" },
  });
  const noPaper = await lossOf(site(text.replace("key: { also: [paper:office-safe] }", "")));
  assert.equal(noPaper.outcome.copies[0]?.reason?.code, "no-key");
  assert.notEqual(noPaper.outcome.copies[0]?.survives, true);
});

test("what a place takes to hand data out is part of the way back", async () => {
  writeKey();
  const text = company(appendOnly).replace(
    "office: { provider: own, region: tokyo }",
    'office: { provider: own, region: tokyo, retrieval: { delay: 5h, fee: "2円/GB" } }',
  );
  const report = await desk(site(text), [office(proofOf("refused"))]).audit({ planned: false, without: ["rental"] });
  const recovery = report.outcome.data[0]?.recovery;
  assert.equal(recovery?.phases.find(({ phase }) => phase === "access")?.p50, 5 * 3_600);
  assert.equal(recovery?.fee, "2円/GB");
});

test("from unknown facts alone nothing survives anything, and at most five questions are asked", async () => {
  const bare = site(`version: 1
site: { name: 商会 }
places: { p: {}, q: {} }
hosts: { h: {} }
backups:
  data: { of: { host: h, paths: [/srv] }, to: [{ at: p, repo: "s3:x/y" }, { at: q, repo: "s3:z/y", append_only: true }] }
`);
  const report = await createAuditDesk({ facts: async () => ({ site: bare, nowMs, copies: [] }) }).audit({
    planned: false,
    without: [],
  });
  const rows = report.overview?.rows ?? [];
  assert.ok(rows.length > 10);
  for (const { event, lost, unknown } of rows) assert.deepEqual([...lost, ...unknown], ["data"], event.id);
  const questions = report.overview?.questions ?? [];
  assert.ok(questions.length > 0 && questions.length <= 5);
  assert.equal(report.ok, false);
});

test("all 25 losses and the site's own are answered for, and two accidents at once are named", async () => {
  writeKey();
  const text = company(`${appendOnly} }, { at: rental, repo: "sftp:b@192.0.2.77:/b"`).concat(
    "audit: { events: { 移転: { lost: [place:office], acts: [person:yamada] } } }\n",
  );
  const of = site(text.replace("web1: {", "web1: { segment: rack-a,"));
  const far = { ...office(proofOf("refused")), place: "rental" };
  const report = await desk(of, [office(proofOf("refused")), far]).audit({ planned: false, without: [] });
  const kinds = new Set(report.overview?.rows.map(({ event }) => event.kind));
  assert.equal(kinds.size, 26);
  assert.ok(report.overview?.cuts.some(({ sure, events }) => sure && events.length === 2));
});

async function koboshi(...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const exit = await runCommandLine(
    {
      argv: [...argv, "--config", config],
      env: {},
      cwd: folder,
      clock: createSystemClock(),
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      signal: new AbortController().signal,
    },
    commands,
  );
  return { exit, out, err };
}

test("the command answers from the file alone: for the plan, and for what is proven", async () => {
  writeKey();
  fs.writeFileSync(config, company(appendOnly));
  const planned = await koboshi("audit", "--without", "rental", "--planned", "--json");
  assert.equal(planned.exit, 0, planned.err);
  const answer = JSON.parse(planned.out) as Record<string, unknown> & { copies: Record<string, unknown>[] };
  assert.deepEqual(
    [answer["schema"], answer["without"], answer["planned"], answer["ok"], answer["lost"], answer["unknown"]],
    ["koboshi.audit/1", ["place:rental"], true, true, [], []],
  );
  assert.deepEqual(
    answer.copies.map(({ of, place, survives, newestAt, reason }) => ({ of, place, survives, newestAt, reason })),
    [
      { of: "shop-data", place: "office", survives: true, newestAt: null, reason: null },
      { of: "image-a", place: "rental", survives: false, newestAt: null, reason: "located" },
      { of: "image-b", place: "rental", survives: false, newestAt: null, reason: "located" },
    ],
  );
  assert.equal(answer["loseSeconds"], 86_400);
  const proven = await koboshi("audit", "--without", "rental", "--json");
  assert.equal(proven.exit, 3);
  assert.deepEqual((JSON.parse(proven.out) as { unknown: unknown }).unknown, ["shop-data"]);
  const both = await koboshi("audit", "--without", "rental", "--without", "place:office", "--planned", "--lang", "ja");
  assert.equal(both.exit, 3);
  assert.match(both.out, /■ .*shop-data はすべて失われます/);
});

test("without a hub the ledger's proofs and looks count; a ledger that cannot be read is told", async () => {
  writeKey();
  fs.writeFileSync(config, company(appendOnly));
  const clock = createSystemClock();
  const data = path.join(folder, "koboshi-data");
  const ledger = await openLedger({ folder: data, clock, log: createLog("error") });
  const now = stamp(clock.nowMs());
  const of = { plan: "shop-data", place: "office" };
  await ledger.transaction(async (tx) => {
    await tx.putCopy({ ...of, readAt: now, trouble: null });
    await tx.putSet(of, record(clock.nowMs() - 6 * 3_600_000));
    await tx.insertProof({ ...proofOf("refused"), at: now });
  });
  type Told = { judgedBy: string; copies: { place: string; undeletable: unknown; newestAt: string | null }[] };
  const told = async (): Promise<{ answer: Told; err: string }> => {
    const { out, err } = await koboshi("audit", "--without", "rental", "--json", "--lang", "en");
    return { answer: JSON.parse(out) as Told, err };
  };
  const { answer, err } = await told();
  await ledger.close();
  const there = answer.copies.find(({ place }) => place === "office");
  assert.deepEqual([answer.judgedBy, there?.undeletable, there?.newestAt !== null], ["ledger", true, true]);
  assert.match(err, /judged by the ledger on this machine/);
  fs.writeFileSync(path.join(data, "ledger.sqlite"), "not a ledger at all, and long enough to be looked at");
  const without = await told();
  assert.match(without.err, /could not be read \(KB2002\)/);
  assert.equal(without.answer.judgedBy, "repositories");
  assert.equal(without.answer.copies.find(({ place }) => place === "office")?.undeletable, "unknown");
});

function plannedAudit(of: Site, without: readonly string[]): Promise<AuditReport> {
  return desk(of, []).audit({ planned: true, without });
}

test("koboshi's own records are a loss of their own, and the lines that copy them are right as they are", async () => {
  writeKey();
  const text = company(`${appendOnly} }, { at: rental, repo: "rest:http://me:hunter2@192.0.2.77:8000/shop/"`);
  fs.writeFileSync(config, text);
  const told = await koboshi("audit", "--planned", "--lang", "en");
  assert.match(told.out, /koboshi's own records .* are not copied/);
  const of = site(text);
  const { own } = await plannedAudit(of, []);
  assert.doesNotMatch(own?.lines ?? "", /hunter2/);
  const gone = await plannedAudit(of, ["hub"]);
  assert.deepEqual([gone.ok, gone.lost.includes("hub"), gone.own?.hubStays], [false, true, false]);
  const lines = parse(own?.lines ?? "") as { backups: { koboshi: { to: { repo: string }[] } } };
  assert.deepEqual(
    lines.backups.koboshi.to.map(({ repo }) => repo),
    ["rest:http://192.0.2.99:8000/hub", "rest:http://192.0.2.77:8000/hub/"],
  );
  // somebody can log in where the other copy lies
  const whole = parse(text.replace('"host:web1"', '"host:web1", "account:r-1"')) as { backups: object };
  const joined = { ...whole, backups: { ...whole.backups, ...lines.backups } };
  const completed = site(stringify(joined).replaceAll("/etc/koboshi/hub.password", keyFile));
  const kept = await plannedAudit(completed, ["hub"]);
  assert.deepEqual([kept.own?.isCopied, kept.lost.includes("hub")], [true, false]);
  const ownAfter = async (...without: string[]): Promise<unknown> => {
    const { outcome } = await plannedAudit(completed, without);
    return outcome.data
      .filter(({ data }) => data === "koboshi")
      .map(({ fate, live, surviving, best }) => [fate, live, surviving, best === null ? "" : best.place]);
  };
  assert.deepEqual(await ownAfter("hub"), [["survives", false, 2, "office"]]);
  assert.deepEqual(await ownAfter("place:office"), [["survives", false, 1, "rental"]]);
  const { liveAt } = await plannedAudit(completed, []);
  assert.deepEqual(liveAt.at(-1), { data: "koboshi", host: "hub", place: "office" });
});

test("with one place only the advice is a new place, and never one beside the data in use; the provider's images are one set of data", async () => {
  const alone = site(`version: 1
places: { rental: { provider: rental-co, account: r-1, region: osaka } }
hosts: { web1: { at: rental, address: 192.0.2.10 } }
services: { shop: { on: web1, checks: [{ tcp: "192.0.2.10:443" }] } }
backups:
  image: { with: external, of: { host: web1 }, to: [{ at: rental, kept: 14d }] }
  nightly: { with: external, of: { host: web1 }, to: [{ at: rental, kept: 7d }] }
`);
  const { overview, lost } = await plannedAudit(alone, []);
  assert.deepEqual(lost, ["image"]);
  assert.deepEqual(overview?.help?.change, { kind: "copy", of: "image", at: null, fact: null });
  assert.deepEqual([overview.help.after.lost, overview.help.after.unknown], [0, 0]);
  assert.ok(overview.questions.every(({ decides }) => decides > 0));
  const ja = await koboshi("audit", "--planned", "--lang", "ja");
  assert.match(
    ja.out,
    /image の控えを、いまのどの置き場所とも事業者・地域の違う所にもう1つ置くだけで、失われる 8 件が 0 件に減ります/,
  );
  assert.match(ja.out, /地域災害\(osaka\) など 8 通りのどれか1つだけで image は残りません。/);
  const en = await koboshi("audit", "--planned", "--without", "rental", "--lang", "en");
  assert.match(en.out, /The loss of place rental destroys all 2 copies of image: every one depends on place rental\./);
  fs.writeFileSync(config, "version: 1\nhosts: { web1: {} }\nservices: { shop: { on: web1 } }\n");
  const none = await koboshi("audit", "--planned", "--lang", "en");
  assert.match(none.out, /no backup plan yet[^]*web1/);
});

test("a name that nothing has, or several things have, is refused with what was meant", async () => {
  fs.writeFileSync(config, company(appendOnly).replace("shop: { on", "rental: { on"));
  const none = await koboshi("audit", "--without", "rentl", "--lang", "en");
  assert.deepEqual([none.exit, /KB8201/.test(none.err), /place:rental/.test(none.err)], [5, true, true]);
  const several = await koboshi("audit", "--without", "rental", "--lang", "en");
  assert.deepEqual([several.exit, /service:rental/.test(several.err)], [64, true]);
});
