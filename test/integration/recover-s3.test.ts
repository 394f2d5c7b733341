import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupTarget } from "../../src/kernel/model/backup.ts";
import type { DeleteProof } from "../../src/kernel/model/recovery.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { proveUndeletable } from "../../src/recover/proof/prove.ts";
import { accessOf, openRepository } from "../../src/recover/restic/access.ts";
import { callRestic } from "../../src/recover/restic/call.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { freePort } from "../doubles/hub-process.ts";
import { startObjectStorage, type Door, type ObjectStorage } from "../doubles/object-storage.ts";
import { createRecoverBench } from "../doubles/recover-bench.ts";

const bench = createRecoverBench();
const { workplace, plan } = bench;
const clock = createSystemClock();
const hourMs = 3_600_000;
let storage: ObjectStorage;

before(async () => {
  fs.writeFileSync(path.join(bench.source, "ledger"), "real data");
  storage = await startObjectStorage();
});

after(async () => {
  await storage.stop();
  bench.remove();
});

interface Copy extends Partial<BackupTarget> {
  /** `id:secret`; left out: the owner's */
  readonly keys?: string;
  readonly door?: Door;
}

const part = (text: string): Secret => new Secret(text, "test");

/** A copy in a bucket as the configuration gives it. */
function copyIn(bucket: string, { keys = storage.owner, door = storage, ...change }: Copy = {}): BackupTarget {
  const [id = "", ...secret] = keys.split(":");
  const access = { id: part(id), secret: part(secret.join(":")), region: null };
  return bench.target({ at: "cloud", repo: `s3:${door.endpoint}/${bucket}/shop`, access, ...change });
}

async function prove(target: BackupTarget, canarySnapshot: string | null = null): Promise<DeleteProof> {
  const writer = accessOf(plan(), target);
  assert.ok(writer !== null);
  const maintainer = target.maintainer === null ? null : accessOf(plan(), target, "maintainer");
  const { lockedForMs } = target;
  const wanted = { plan: "shop-data", place: "cloud", workplace, writer, maintainer, lockedForMs, canarySnapshot };
  return proveUndeletable(clock, wanted);
}

const seen = ({ tried }: DeleteProof): readonly unknown[] => tried.map(({ way, intact }) => [way, intact]);
const whole = [
  ["overwrite", true],
  ["delete", true],
  ["delete-version", true],
  ["retention", true],
];

test("a backup goes into a locked bucket with the keys of its place, comes back whole, and its snapshot stays", async () => {
  await storage.addBucket("locked", { lock: { mode: "COMPLIANCE", days: 1 } });
  const target = copyIn("locked");
  process.env["AWS_SESSION_TOKEN"] = "of another account";
  const run = await runPlan(bench.deps, bench.wanted({ target })).finally(
    () => delete process.env["AWS_SESSION_TOKEN"],
  );
  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  const access = accessOf(plan(), target);
  assert.ok(access !== null);
  const repository = await openRepository(workplace, access);
  const back = path.join(bench.folder, "back");
  assert.equal(
    (await callRestic(repository, ["restore", "latest", "--tag", "part=files", "--target", back])).end,
    "ok",
  );
  assert.equal(fs.readFileSync(path.join(back, bench.source, "ledger"), "utf8"), "real data");
  const there = await storage.versions("locked");
  const made = await callRestic(repository, ["backup", "--stdin"], { input: "canary" });
  await repository.close();
  assert.equal(made.end, "ok", made.stderr);
  const added = (await storage.versions("locked")).filter((key) => !there.includes(key));
  const name = added.find((key) => key.startsWith("shop/snapshots/")) ?? "";
  const proof = await prove(target, path.basename(name));
  assert.deepEqual([proof.result, seen(proof).at(4)], ["refused", ["delete-snapshot", true]]);
});

test("a bucket as it comes loses an object in every way, and nothing else is touched", async () => {
  await storage.addBucket("plain");
  const there = await storage.versions("plain");
  const proof = await prove(copyIn("plain"));
  assert.equal(proof.result, "deletable", JSON.stringify(proof.tried));
  assert.deepEqual(
    seen(proof),
    whole.map(([way]) => [way, false]),
  );
  assert.deepEqual(await storage.versions("plain"), there);
});

test("versions alone keep nothing from whoever may delete them; all that trying left is taken away", async () => {
  await storage.addBucket("versions", { versioned: true });
  const proof = await prove(copyIn("versions"));
  assert.equal(proof.result, "deletable", JSON.stringify(proof.tried));
  assert.deepEqual(seen(proof), [
    ["overwrite", true],
    ["delete", true],
    ["delete-version", false],
    ["retention", false],
  ]);
  assert.deepEqual(await storage.versions("versions"), []);
});

test("what object lock keeps is refused in every way, as long as it is said to keep it", async () => {
  const proof = await prove(copyIn("locked", { lockedForMs: 20 * hourMs, maintainer: part(storage.owner) }));
  assert.equal(proof.result, "refused", JSON.stringify(proof.tried));
  assert.deepEqual(seen(proof), [...whole, ["lock", true]]);
  assert.match(proof.tried.at(-1)?.answer ?? "", /^COMPLIANCE 20\d\d-/);
  const claimed = await prove(copyIn("locked", { lockedForMs: 30 * 24 * hourMs }));
  assert.equal(claimed.result, "inconclusive", "what happens after a day nobody has tried");
  assert.deepEqual(claimed.tried.at(-1)?.intact, false);
});

test("a lock that its writer may break is none", async () => {
  await storage.addBucket("governed", { lock: { mode: "GOVERNANCE", days: 1 } });
  const proof = await prove(copyIn("governed", { lockedForMs: 20 * hourMs }));
  assert.equal(proof.result, "deletable", JSON.stringify(proof.tried));
  assert.deepEqual(seen(proof), [...whole.slice(0, 3), ["retention", false]]);
  assert.deepEqual(await storage.versions("governed"), []);
});

test("a writer without the right to delete is refused, and its maintainer is not", async () => {
  const writer = storage.addUser("writer");
  const actions = ["s3:PutObject", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketLocation"];
  await storage.addBucket("granted", { versioned: true, grant: { user: "writer", actions } });
  const target = copyIn("granted", { maintainer: part(storage.owner), keys: writer });
  const proof = await prove(target);
  assert.equal(proof.result, "refused", JSON.stringify(proof.tried));
  assert.deepEqual(seen(proof), [...whole, ["control", false]]);
  assert.deepEqual(await storage.versions("granted"), []);
  const access = accessOf(plan(), target);
  assert.ok(access !== null);
  const repository = await openRepository(workplace, access);
  assert.equal((await callRestic(repository, ["init"])).end, "ok");
  assert.equal((await callRestic(repository, ["backup", "--stdin"], { input: "data" })).end, "ok");
  await repository.close();
  const shown = new Set(await storage.visible("granted"));
  assert.ok(![...shown].some((key) => key.includes("/locks/")), "restic's own locks go");
});

test("each way a bucket cannot be had is told apart, by restic and by the proof", async () => {
  const down: Door = { endpoint: `http://127.0.0.1:${await freePort()}`, ca: null };
  const [late, closed] = [await storage.addDoor({ aheadHours: 2 }), await storage.addDoor({ tls: true })];
  const ca = closed.ca ?? "";
  const cases: readonly (readonly [string, BackupTarget, string, RegExp])[] = [
    ["key unknown", copyIn("plain", { keys: "NOBODY:secret" }), "KB8018", /^403 InvalidAccessKeyId/],
    ["key wrong", copyIn("plain", { keys: "OWNERKEY:secret" }), "KB8018", /^403 SignatureDoesNotMatch/],
    ["no bucket", copyIn("nowhere"), "KB8023", /^404 NoSuchBucket/],
    ["clock off", copyIn("plain", { door: late }), "KB8024", /^403 RequestTimeTooSkewed/],
    ["nobody there", copyIn("plain", { door: down }), "KB8005", /^curl 7 /],
    ["self-signed", copyIn("plain", { door: closed }), "KB8025", /^curl 60 .*self-signed/],
    ["own authority", copyIn("plain", { ca, door: closed }), "KB8003", /^200/],
  ];
  for (const [name, target, code, answer] of cases) {
    const run = await runPlan(bench.deps, bench.wanted({ target, mayInit: false }));
    assert.deepEqual([name, run.trouble?.code], [name, code], run.trouble?.text);
    const proof = await prove(target);
    assert.deepEqual([name, proof.result], [name, code === "KB8003" ? "deletable" : "inconclusive"]);
    assert.match(proof.tried[0]?.answer ?? "", answer, name);
    assert.ok(!JSON.stringify([proof, run]).includes("secret+of"), name);
  }
});
