import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Verification } from "../../src/kernel/model/recovery.ts";
import { openRepository, type OpenRepository } from "../../src/recover/restic/access.ts";
import { callRestic } from "../../src/recover/restic/call.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { createVerifier } from "../../src/recover/verify/ladder.ts";
import { createResticTool } from "../../src/recover/verify/restic-tool.ts";
import { inBucket, newRotation } from "../../src/recover/verify/rotation.ts";
import { seeded } from "../doubles/mojibake-corpus.ts";

const clock = createSystemClock();
const workplace = createLocalWorkplace({ clock });
const verifier = createVerifier({ clock });
const of = { plan: "shop", place: "office" };
const day = 86_400_000;
const flips = 30;

const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-verify-"));
const repo = path.join(root, "repo");
let repository: OpenRepository;

/** A repository with a few packs, two indexes and two snapshots. */
before(async () => {
  const source = path.join(root, "source");
  fs.mkdirSync(source);
  const random = seeded(4);
  const bytes = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, () => Math.floor(random() * 256)));
  repository = await openRepository(workplace, { repo, password: new Secret("s3cret", "test") });
  assert.equal((await callRestic(repository, ["init"])).end, "ok");
  for (let round = 0; round < 2; round++) {
    for (let file = 0; file < 40; file++) fs.writeFileSync(path.join(source, `${round}-${file}`), bytes(60_000));
    assert.equal((await callRestic(repository, ["backup", "--pack-size", "4", source])).end, "ok");
  }
});

after(async () => {
  await repository.close();
  fs.rmSync(root, { recursive: true });
});

const codes = ({ findings }: Verification): readonly string[] => findings.map(({ code }) => code);
const scrub = async (configSha256: string | null): Promise<Verification> =>
  (await verifier.scrub(of, { workplace, folder: repo, sinceMs: null, configSha256 })).verification;

function files(below = repo): readonly string[] {
  return fs.readdirSync(below, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(below, entry.name);
    return entry.isDirectory() ? files(file) : [file];
  });
}

function sha256(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/** Flips one bit, lets `look` look, and puts the bit back. */
async function flipped<T>(file: string, at: number, look: () => Promise<T>): Promise<T> {
  const [whole, { mode }] = [fs.readFileSync(file), fs.statSync(file)];
  const damaged = Buffer.from(whole);
  damaged[at >> 3]! ^= 1 << (at & 7);
  fs.chmodSync(file, 0o600);
  fs.writeFileSync(file, damaged);
  try {
    return await look();
  } finally {
    fs.writeFileSync(file, whole);
    fs.chmodSync(file, mode);
  }
}

test("a whole repository passes the scrub and the check of its structure", async () => {
  const restic = createResticTool(repository);
  assert.deepEqual(codes(await verifier.structure(of, restic, [])), []);
  const config = sha256(path.join(repo, "config"));
  assert.deepEqual(codes(await scrub(config)), []);
  assert.deepEqual(codes(await scrub(null)), ["config-unknown"]);
});

test(`each of ${flips} flipped bits, over all kinds of file, is found by the scrub`, async () => {
  const config = sha256(path.join(repo, "config"));
  const random = seeded(16);
  const kinds = ["data", "index", "snapshots", "keys", "config"];
  for (let round = 0; round < flips; round++) {
    const kind = kinds[round % kinds.length] as string;
    const possible = files().filter((file) => path.relative(repo, file).split(path.sep)[0] === kind);
    const file = possible[Math.floor(random() * possible.length)] as string;
    const at = Math.floor(random() * fs.statSync(file).size * 8);
    const verification = await flipped(file, at, () => scrub(config));
    assert.equal(verification.ok, false, `${file} bit ${at}`);
    assert.deepEqual(codes(verification), [kind === "config" ? "config-differs" : "file-damaged"]);
  }
});

test("a flip in a data pack is not seen by the structure and is by the bucket that covers it, and by no other", async () => {
  const restic = createResticTool(repository);
  const packs = files(path.join(repo, "data")).toSorted((a, b) => fs.statSync(b).size - fs.statSync(a).size);
  const pack = packs[0] as string;
  let rotation = newRotation(3, clock.nowMs());
  await flipped(pack, 80_000, async () => {
    assert.equal((await verifier.structure(of, restic, [])).ok, true);
    const covering = (Number.parseInt(path.basename(pack).slice(0, 2), 16) % 3) + 1;
    for (let run = 1; run <= 3; run++) {
      const { verification, rotation: next } = await verifier.readNext(of, { restic, rotation, withinMs: 30 * day });
      const isDamaged = codes(verification).some((code) => code === "pack-damaged" || code === "check-failed");
      assert.equal(isDamaged, run === covering, JSON.stringify(verification.findings));
      assert.equal(next.runs, isDamaged ? rotation.runs : rotation.runs + 1, "the counter goes on only after success");
      rotation = next;
      if (isDamaged) break;
    }
  });
  while (rotation.runs < 3) {
    const next = await verifier.readNext(of, { restic, rotation, withinMs: 30 * day });
    rotation = next.rotation;
    if (rotation.runs === 3) assert.equal(next.verification.ok, true, "mended and read whole: V3 holds");
  }
});

test("restic puts the packs into the buckets they are counted in", async () => {
  const listed = await createResticTool(repository).packs();
  assert.ok(listed.ok);
  for (const number of [1, 5]) {
    const said = await callRestic(repository, ["check", "--no-lock", `--read-data-subset=${number}/7`]);
    const own: number = listed.value.filter((id) => inBucket(Number.parseInt(id.slice(0, 2), 16), number, 7)).length;
    const told = /read group #\d+ of (\d+) data packs/.exec(said.stdout)?.[1];
    assert.equal(told === undefined ? 0 : Number(told), own, said.stdout);
  }
});

for (const kind of ["data", "index", "snapshots"]) {
  test(`a deleted file of ${kind} is told by the structure`, async () => {
    const restic = createResticTool(repository);
    // the largest holds contents: folders' packs are read again and again before restic gives up
    const [victim = ""] = files(path.join(repo, kind)).toSorted((a, b) => fs.statSync(b).size - fs.statSync(a).size);
    const known = files(path.join(repo, "snapshots")).map((file) => path.basename(file));
    const aside = path.join(root, "aside");
    fs.renameSync(victim, aside);
    try {
      const verification = await verifier.structure(of, restic, known);
      assert.equal(verification.findings[0]?.severity, "broken", JSON.stringify(verification.findings));
      if (kind === "snapshots") assert.deepEqual(codes(verification), ["snapshot-missing"]);
    } finally {
      fs.renameSync(aside, victim);
    }
  });
}

test("bits flipped in index and snapshot are found though a client has them in its cache", async () => {
  const restic = createResticTool(repository);
  for (const [kind, code] of [
    ["index", "index-damaged"],
    ["snapshots", "snapshot-damaged"],
  ] as const) {
    const file = files(path.join(repo, kind))[0] as string;
    const verification = await flipped(file, 400, () => verifier.structure(of, restic, []));
    assert.equal(verification.ok, false);
    assert.deepEqual(codes(verification), [code], JSON.stringify(verification.findings));
  }
});

test("a repository that cannot be reached proves nothing and accuses nobody", async () => {
  const closed = await openRepository(workplace, {
    repo: "rest:http://127.0.0.1:9/",
    password: new Secret("x", "test"),
  });
  const verification = await verifier.structure(of, createResticTool(closed), []);
  await closed.close();
  assert.equal(verification.ok, false);
  assert.deepEqual(
    verification.findings.map(({ severity }) => severity),
    ["open"],
    JSON.stringify(verification.findings),
  );
});

test("an object that belongs to no backup, as a trial to delete leaves it, is no damage to its bucket", async () => {
  const tool = createResticTool(repository);
  const canary = Buffer.from("left by a trial");
  const id = createHash("sha256").update(canary).digest("hex");
  const file = path.join(repo, "data", id.slice(0, 2), id);
  fs.writeFileSync(file, canary);
  const rotation = newRotation(1, clock.nowMs());
  const { verification } = await verifier.readNext(of, { restic: tool, rotation, withinMs: day });
  fs.rmSync(file);
  assert.deepEqual(codes(verification), []);
});
