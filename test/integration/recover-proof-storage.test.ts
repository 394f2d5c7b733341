import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { DeleteProof } from "../../src/kernel/model/recovery.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { proveUndeletable } from "../../src/recover/proof/prove.ts";
import { openRepository } from "../../src/recover/restic/access.ts";
import { callRestic } from "../../src/recover/restic/call.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { runServer, type ServerProcess } from "../doubles/server-process.ts";

const clock = createSystemClock();
const workplace = createLocalWorkplace({ clock });
const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-proof-"));
const repo = path.join(root, "repo");
const servers: ServerProcess[] = [];

before(async () => {
  fs.mkdirSync(path.join(root, "source"));
  fs.writeFileSync(path.join(root, "source", "one"), "real data");
  const repository = await openRepository(workplace, { repo, password: new Secret("s3cret", "test") });
  assert.equal((await callRestic(repository, ["init"])).end, "ok");
  assert.equal((await callRestic(repository, ["backup", path.join(root, "source")])).end, "ok");
  await repository.close();
});

after(async () => {
  for (const server of servers) await server.stop();
  fs.rmSync(root, { recursive: true });
});

/** Every file of the repository with its hash. */
function state(): Readonly<Record<string, string>> {
  const names = fs
    .readdirSync(repo, { recursive: true, encoding: "utf8" })
    .filter((name) => fs.statSync(path.join(repo, name)).isFile());
  return Object.fromEntries(
    names.toSorted().map((name) => [
      name,
      createHash("sha256")
        .update(fs.readFileSync(path.join(repo, name)))
        .digest("hex"),
    ]),
  );
}

async function serve(...flags: readonly string[]): Promise<string> {
  const port = await freePort();
  const own = [
    "serve",
    "restic",
    "--config",
    path.join(root, "rclone.conf"),
    "--addr",
    `127.0.0.1:${port}`,
    "--user",
    "writer",
    "--pass",
    'pa ss"word',
  ];
  servers.push(runServer("rclone", [...own, ...flags, repo]));
  await until(
    "rclone serves",
    () =>
      new Promise<boolean>((resolve) => {
        const socket = net.connect(port, "127.0.0.1", () => resolve(socket.destroy() !== undefined));
        socket.once("error", () => resolve(false));
      }),
  );
  return `rest:http://writer:${encodeURIComponent('pa ss"word')}@127.0.0.1:${port}/`;
}

function prove(writer: string, maintainer: string | null = null): Promise<DeleteProof> {
  return proveUndeletable(clock, {
    plan: "shop",
    place: "office",
    workplace,
    writer: { repo: writer },
    maintainer: maintainer === null ? null : { repo: maintainer },
    canarySnapshot: null,
  });
}

/** Files that are there now and were not. */
function added(earlier: Readonly<Record<string, string>>): readonly string[] {
  const now = state();
  for (const [name, hash] of Object.entries(earlier)) assert.equal(now[name], hash, `${name} is as it was`);
  return Object.keys(now).filter((name) => !(name in earlier));
}

const lost = ({ tried }: DeleteProof): readonly string[] => tried.filter(({ intact }) => !intact).map(({ way }) => way);

test("an append-only REST server refuses, the canary is intact, and the real objects are untouched", async () => {
  const there = state();
  const proof = await prove(await serve("--append-only"));
  assert.equal(proof.result, "refused", JSON.stringify(proof.tried));
  assert.deepEqual(
    proof.tried.map(({ way, intact }) => [way, intact]),
    [
      ["delete", true],
      ["overwrite", true],
      ["put", true],
    ],
  );
  const canaries = added(there);
  assert.equal(canaries.length, 1);
  assert.equal(there[canaries[0] as string], undefined);
  fs.rmSync(path.join(repo, canaries[0] as string));
});

test("a snapshot made for the purpose is tried as well", async () => {
  const there = state();
  const writer = await serve("--append-only");
  const repository = await openRepository(workplace, { repo: writer, password: new Secret("s3cret", "test") });
  const made = await callRestic(repository, ["backup", "--stdin", "--tag", "koboshi-canary"], { input: "canary" });
  await repository.close();
  assert.equal(made.end, "ok", made.stderr);
  const name = added(there).find((one) => one.startsWith("snapshots/")) ?? "";
  const wanted = { plan: "shop", place: "office", workplace, writer: { repo: writer }, maintainer: null };
  const proof = await proveUndeletable(clock, { ...wanted, canarySnapshot: path.basename(name) });
  assert.equal(proof.result, "refused");
  assert.deepEqual(proof.tried.at(-1), { way: "delete-snapshot", answer: "403", intact: true });
});

test("with the maintainer's credential the canary goes, so that a refusal is one", async () => {
  const there = state();
  const [writer, maintainer] = [await serve("--append-only"), await serve()];
  const proof = await prove(writer, maintainer);
  assert.equal(proof.result, "refused", JSON.stringify(proof.tried));
  assert.deepEqual(proof.tried.at(-1)?.way, "control");
  assert.deepEqual(added(there), [], "nothing is left behind");
  const broken = await prove(writer, writer);
  assert.equal(broken.result, "inconclusive", "nobody can delete there: the refusal proves nothing");
});

test("a server that only claims to be append-only is found out", async () => {
  const there = state();
  const proof = await prove(await serve());
  assert.equal(proof.result, "deletable", JSON.stringify(proof.tried));
  assert.ok(lost(proof).includes("delete"));
  assert.deepEqual(added(there), []);
});

test("a folder is deletable in every way, and only the canary is touched", async () => {
  const there = state();
  const proof = await prove(repo);
  assert.equal(proof.result, "deletable");
  assert.deepEqual(lost(proof), ["delete", "overwrite", "rename", "truncate"]);
  assert.deepEqual(added(there), []);
});

test("what rclone reaches is tried through rclone", async () => {
  const there = state();
  const proof = await prove(`rclone::local:${repo}`);
  assert.equal(proof.result, "deletable", JSON.stringify(proof.tried));
  assert.deepEqual(added(there), []);
});

test("where nothing can be written, or the storage is not spoken, nothing is claimed", async () => {
  assert.equal((await prove("rest:http://127.0.0.1:9/")).result, "inconclusive");
  assert.equal((await prove("rest:http://writer:wrong@127.0.0.1:9/")).result, "inconclusive");
  assert.equal((await prove("azure:container:/")).tried[0]?.answer, "kind-unknown");
  assert.equal((await prove("s3:https://s3.test/bucket")).tried[0]?.answer, "no-keys");
  assert.equal((await prove(path.join(root, "nowhere"))).result, "inconclusive");
});
