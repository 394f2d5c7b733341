import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { CommitRecord } from "../../src/kernel/model/backup.ts";
import type { RestoreRun } from "../../src/kernel/model/recovery.ts";
import type { RestoreProgress } from "../../src/recover/restore/ports.ts";
import { createRestorer, type Restorer } from "../../src/recover/restore/restore.ts";
import { until } from "../doubles/hub-process.ts";
import { startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";

const eucName = Buffer.from([0xc6, 0xfc, 0xcb, 0xdc]);
const sjisName = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x5c]);
let restic: PlainRestic;
let record: CommitRecord;
let source: string;

/** What a folder holds: names as bytes, kinds, rights, sums; not the times of folders above. */
function listing(root: string): string {
  const script =
    'cd "$1" && find . -printf "%p %y %m %l\\n" | LC_ALL=C sort | sha256sum; find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum; find . -type f -printf "%p %T@\\n" | LC_ALL=C sort | sha256sum; find . -type d -printf "%p %T@\\n" | LC_ALL=C sort | sha256sum';
  return execFileSync("sh", ["-c", script, "sh", root], { encoding: "utf8" });
}

const raw = (folder: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${folder}/`), name]);

before(async () => {
  restic = await startPlainRestic();
  source = path.join(restic.folder, "srv");
  const [shop, etc] = [path.join(source, "shop"), path.join(source, "etc")];
  fs.mkdirSync(path.join(shop, "many"), { recursive: true });
  fs.mkdirSync(path.join(shop, "empty"), { mode: 0o750 });
  fs.mkdirSync(etc, { mode: 0o755 });
  fs.writeFileSync(raw(shop, eucName), "euc");
  fs.writeFileSync(raw(shop, sjisName), "sjis");
  fs.writeFileSync(path.join(shop, "new\nline *[x]?"), "newline");
  fs.symlinkSync("../etc/conf", path.join(shop, "link"));
  fs.writeFileSync(path.join(etc, "conf"), "a=1\n", { mode: 0o640 });
  fs.linkSync(path.join(etc, "conf"), path.join(shop, "hard"));
  fs.writeFileSync(path.join(shop, "sparse"), "end", { flag: "a" });
  fs.truncateSync(path.join(shop, "sparse"), 8_000_000);
  makeSpecial(path.join(source, "special"));
  for (let index = 0; index < 500; index++) fs.writeFileSync(path.join(shop, "many", `f${index}`), `${index}`);
  record = await restic.commit("shop-data", { paths: [shop, etc, path.join(source, "special")] });
});
after(() => restic.end());

/** What plain copying loses; a socket is in no copy. */
function makeSpecial(folder: string): void {
  fs.mkdirSync(path.join(folder, "out"), { recursive: true });
  const script = [
    "set -e; mkfifo fifo; mknod null c 1 3; cp /bin/true runs; chown daemon:www-data runs; chmod 6755 runs",
    "mkdir sticky; chmod 1777 sticky; echo c >able; setcap cap_net_raw+ep able",
    "echo a >acl; setfacl -m u:daemon:rw acl; setfacl -d -m u:daemon:rwx out; setfattr -n user.note -v 日本 acl",
    "ln -s ../../../../../../../etc out/up; ln -s /etc/passwd out/abs; touch -d '1969-12-31 UTC' old; touch -h -d '2020-01-01 UTC' out/up",
  ].join("\n");
  execFileSync("sh", ["-c", script], { cwd: folder });
  fs.symlinkSync(eucName, path.join(folder, "out/euc"));
}

/** ACLs and attributes, as the system's own programs show them. */
function attributes(root: string): string {
  const script =
    "names() { find . ! -type l -print0 | LC_ALL=C sort -z; }; names | xargs -0 getfacl; names | xargs -0 getfattr -d -m -";
  return execFileSync("sh", ["-c", script], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

function restorer(kept: RestoreRun[] = [], told: RestoreProgress[] = []): Restorer {
  return createRestorer({
    clock: createSystemClock(),
    keep: (run) => Promise.resolve(void kept.push(run)),
    onProgress: (progress) => void told.push(progress),
    pace: { retryMs: [], unitBytes: 1_000_000 },
  });
}

test("a whole set comes back byte for byte, with every name, right and time", async () => {
  const folder = path.join(restic.folder, "back");
  const [kept, told]: [RestoreRun[], RestoreProgress[]] = [[], []];
  const result = await restorer(kept, told).run(await restic.task(record, { folder }));
  assert.deepEqual(result.troubles, []);
  assert.equal(result.run.state, "done");
  assert.equal(listing(path.join(folder, source)), listing(source));
  const conf = fs.statSync(path.join(folder, source, "etc/conf"));
  assert.equal(fs.statSync(path.join(folder, source, "shop/hard")).ino, conf.ino, "one file of two names again");
  assert.ok(fs.statSync(path.join(folder, source, "shop/sparse")).blocks * 512 < 1_000_000, "its holes take no space");
  const special = path.join(source, "special");
  assert.equal(attributes(path.join(folder, special)), attributes(special));
  assert.match(attributes(special), /user:daemon:rw-[^]*user\.note/);
  assert.deepEqual(fs.readlinkSync(path.join(folder, special, "out/euc"), { encoding: "buffer" }), eucName);
  assert.equal(result.compared.live, 0);
  assert.ok(result.compared.files >= 500);
  assert.equal(fs.existsSync(path.join(folder, ".koboshi-restoring")), false);
  assert.equal(kept.at(-1)?.state, "done");
  assert.deepEqual(
    kept.at(-1)?.phases.map(({ phase }) => phase),
    ["fetch", "verify"],
  );
  assert.equal(told.at(-1)?.doneBytes, told.at(-1)?.totalBytes);
});

test("one path of it alone, though its name is EUC-JP or full of pattern characters", async () => {
  const folder = path.join(restic.folder, "one");
  const only = [path.join(source, "shop/new\nline *[x]?")];
  const result = await restorer().run(await restic.task(record, { folder, only }));
  assert.equal(result.run.state, "done");
  assert.equal(result.run.scope, "part");
  assert.deepEqual(fs.readdirSync(path.join(folder, source, "shop")), ["new\nline *[x]?"]);
});

test("what the set does not have is refused by name", async () => {
  const folder = path.join(restic.folder, "nothing");
  const task = await restic.task(record, { folder, only: ["/srv/nowhere"] });
  await assert.rejects(restorer().run(task), (error) => error instanceof KoboshiError && error.code === "KB8303");
  assert.equal(fs.existsSync(folder), false);
});

test("over existing data without the name nothing at all is changed; with it the old is kept aside", async () => {
  const folder = path.join(restic.folder, "over");
  const old = path.join(folder, source, "etc");
  fs.mkdirSync(old, { recursive: true });
  fs.writeFileSync(path.join(old, "conf"), "living");
  const was = listing(folder);
  const refused = restorer().run(await restic.task(record, { folder, confirm: "shop" }));
  await assert.rejects(refused, (error) => error instanceof KoboshiError && error.code === "KB8301");
  assert.equal(listing(folder), was);
  const result = await restorer().run(await restic.task(record, { folder, confirm: "shop-data" }));
  assert.equal(result.run.state, "done");
  assert.equal(fs.readFileSync(path.join(old, "conf"), "utf8"), "a=1\n");
  assert.equal(fs.readFileSync(path.join(result.movedTo ?? "", source, "etc/conf"), "utf8"), "living");
});

test("a second restore into the same target is refused, into another one it runs beside", async () => {
  const folder = path.join(restic.folder, "twice");
  const first = restorer().run(await restic.task(record, { folder, downBitsPerSecond: 200_000 }));
  await until("the first one began", async () => fs.existsSync(path.join(folder, ".koboshi-restoring/lock")));
  const second = restorer().run(await restic.task(record, { folder }));
  await assert.rejects(second, (error) => error instanceof KoboshiError && error.code === "KB8304");
  const other = path.join(restic.folder, "beside");
  const beside = await restorer().run(await restic.task(record, { folder: other }));
  assert.equal(beside.run.state, "done");
  assert.equal((await first).run.state, "done");
  assert.equal(listing(path.join(folder, source)), listing(path.join(other, source)));
});

test("a file that is not what the manifest says is never put into place", async () => {
  const folder = path.join(restic.folder, "wrong");
  const task = await restic.task(record, { folder });
  const manifest = (task.manifest ?? []).map((entry) =>
    entry.path.endsWith("/f7") ? { ...entry, sha256: "0".repeat(64) } : entry,
  );
  const result = await restorer().run({ ...task, manifest });
  assert.equal(result.run.state, "failed");
  assert.equal(result.troubles[0]?.code, "files-differ");
  assert.match(result.troubles[0]?.text ?? "", /many\/f7/);
  assert.equal(fs.existsSync(path.join(folder, source, "shop/many")), false);
  assert.equal(fs.readFileSync(path.join(folder, source, "etc/conf"), "utf8"), "a=1\n");
});

test("stopped once it ends cleanly, and goes on later with what is left", async () => {
  const folder = path.join(restic.folder, "stopped");
  const stop = new AbortController();
  const first = createRestorer({
    clock: createSystemClock(),
    keep: (run) => Promise.resolve(run.phases.length > 0 ? stop.abort() : undefined),
    onProgress: () => undefined,
    pace: { unitBytes: 1_000_000 },
  });
  const interrupted = await first.run(await restic.task(record, { folder, signal: stop.signal }));
  assert.equal(interrupted.run.state, "interrupted");
  assert.equal(interrupted.run.trouble?.code, "stopped");
  const result = await restorer().run(await restic.task(record, { folder }));
  assert.equal(result.run.state, "done");
  assert.ok(result.units.some(({ state }) => state === "skipped"));
  assert.equal(listing(path.join(folder, source)), listing(source));
});
