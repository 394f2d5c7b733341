import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { BackupTarget } from "../../src/kernel/model/backup.ts";
import { proveCopies } from "../../src/recover/desk/prove-copies.ts";
import { readCopies } from "../../src/recover/desk/read-copies.ts";
import { verifyCopies } from "../../src/recover/desk/verify-copies.ts";
import { accessOf } from "../../src/recover/restic/access.ts";
import { openTrust } from "../../src/recover/restic/trust.ts";
import { listSets, type Source } from "../../src/recover/restore/copies.ts";
import { reconcileRuns } from "../../src/recover/run/reconcile.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { explainError } from "../../src/words/errors.ts";
import { troubleWords } from "../../src/words/run-trouble.ts";
import { createRecoverBench, type RecoverBench } from "../doubles/recover-bench.ts";
import { recoverWorks } from "../doubles/recover-works.ts";

let bench: RecoverBench;
let ca: string;
let unread: BackupTarget;

before(async () => {
  bench = createRecoverBench();
  fs.writeFileSync(path.join(bench.source, "a"), "a");
  ca = path.join(bench.folder, "authorities.pem");
  unread = bench.target({ ca });
  assert.equal((await runPlan(bench.deps, bench.wanted())).state, "committed");
});
after(() => bench.remove());

const isTold = ({ code, facts }: KoboshiError): boolean => {
  assert.equal(code, "KB8026");
  for (const lang of ["ja", "en"] as const)
    assert.ok(explainError(code, facts, lang).message.includes(`${ca}: ENOENT: no such file or directory`), lang);
  return true;
};

test("authorities are taken along as the hub reads them; what it cannot read is refused, and nothing is left behind", async () => {
  const own = path.join(bench.folder, "own.pem");
  fs.writeFileSync(own, "of the hub");
  const trust = await openTrust(bench.workplace, own);
  assert.notEqual(trust.path, own);
  assert.equal(fs.readFileSync(trust.path ?? "", "utf8"), "of the hub");
  await trust.close();
  await assert.rejects(openTrust(bench.workplace, ca), isTold);
  await assert.rejects(openTrust(bench.workplace, bench.folder), { code: "KB8026" });
});

test("a backup that cannot read its authorities ends as failed and says which file; a run left open stays one", async () => {
  const run = await runPlan(bench.deps, bench.wanted({ target: unread }));
  assert.deepEqual([run.state, run.trouble?.code], ["failed", "KB8026"]);
  assert.notEqual(run.endedAt, null);
  const whose = { plan: run.plan, place: run.place, host: "web1" };
  assert.ok(run.trouble !== null && troubleWords(run.trouble, whose, "ja").message.includes(ca));
  const open = { ...run, state: "filing" as const, endedAt: null };
  const wanted = { plan: bench.plan(), target: unread, workplace: bench.workplace, runs: [open] };
  const settled = await reconcileRuns(bench.deps, wanted);
  assert.equal(settled.ok ? "settled" : settled.error.code, "KB8026");
});

test("of several places one whose authorities cannot be read does not hide the copies of the others", async () => {
  const source = (at: string, target: BackupTarget): Source => {
    const access = accessOf(bench.plan(), target, "reader");
    assert.ok(access !== null);
    return { place: at, access, plan: "shop-data", databases: [] };
  };
  const listing = { clock: bench.deps.clock, workplace: bench.workplace };
  const found = await listSets(listing, [source("cloud", unread), source("office", bench.target())]);
  assert.deepEqual(
    found.map(({ place }) => place),
    ["office"],
  );
  await assert.rejects(listSets(listing, [source("cloud", unread)]), isTold);
});

test("verifying and proving refuse, and what is known of the copy says why", async () => {
  const plan = bench.plan({ to: [unread] });
  const works = await recoverWorks(bench, plan);
  try {
    await assert.rejects(verifyCopies(works, plan, { place: null, level: 2, by: "koboshi" }), isTold);
    await assert.rejects(proveCopies(works, plan, { place: null, by: "koboshi" }), isTold);
    await readCopies(works, plan);
    const [copy] = await works.ledger.read.copyStates({ plan: plan.key, sets: 1, verified: 1 });
    assert.equal(copy?.trouble?.code, "KB8026");
    assert.ok(copy.trouble.text.startsWith(`${ca}: ENOENT`));
  } finally {
    await works.close();
  }
});
