import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { CommitRecord } from "../../src/kernel/model/backup.ts";
import { startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";
import { fillFolders, restoreCommand, sumOf, writePlan } from "./recover-restore-fixture.ts";

let restic: PlainRestic;
let source: string;
let records: readonly CommitRecord[];
let known: readonly string[];

before(async () => {
  restic = await startPlainRestic();
  source = path.join(restic.folder, "srv");
  fillFolders(source, 2, 400_000);
  const old = await restic.commit("shop-data", { paths: [source] });
  fs.writeFileSync(path.join(source, "part0/new"), "since then");
  const newer = await restic.commit("shop-data", { paths: [source] });
  // dated in the future, as a clock that jumped or an intruder would write it: never the newest
  const future = { set: "01kzzzzzzzzz", snapshotAt: "2099-01-01T00:00:00Z", finishedAt: "2099-01-01T00:00:00Z" };
  records = [old, newer, await restic.commit("shop-data", { paths: [path.join(source, "part1")], change: future })];
  known = ["--repo", restic.repo, "--password-file", restic.passwordFile];
});
after(() => restic.end());

test("a bare machine with the repository and the password: what is there is listed, newest first", async () => {
  const ended = await restoreCommand([...known, "--list", "--plain", "--config", "/nowhere/koboshi.yml"]).ended;
  assert.equal(ended.code, 0, ended.stderr);
  const sets = ended.stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  assert.deepEqual(
    sets.map(([set, plan]) => [set, plan]),
    [records[1], records[0]].map((record) => [record?.set, "shop-data"]),
  );
});

test("and it comes back from there, without a file, a hub or a ledger", async () => {
  const folder = path.join(restic.folder, "bare");
  const ended = await restoreCommand([...known, "--folder", folder, "--yes", "--json"]).ended;
  assert.equal(ended.code, 0, ended.stderr);
  const said = JSON.parse(ended.stdout) as { type: string; ok: boolean; compared: { files: number } };
  assert.deepEqual([said.type, said.ok], ["result", true]);
  assert.ok(said.compared.files > 0);
  assert.equal(sumOf(path.join(folder, source)), sumOf(source));
  assert.match(ended.stderr, /This will happen: the copy of .* is restored to localhost:/);
});

test("an older set by its id, in Japanese, and only one path of it", async () => {
  const folder = path.join(restic.folder, "older");
  const only = path.join(source, "part0");
  const words = [...known, "--at", records[0]?.set ?? "", "--only", only, "--folder", folder, "--yes", "--lang", "ja"];
  const ended = await restoreCommand(words).ended;
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stderr, /これから行うこと: .*の控え.*に復元します。\n上書き: 0 ファイル/);
  assert.match(ended.stdout, /復元が終わりました.*\n照合: ファイル 4 件のハッシュ値/);
  assert.deepEqual(fs.readdirSync(path.join(folder, source)), ["part0"]);
  assert.equal(fs.existsSync(path.join(folder, only, "new")), false);
});

test("refusals come before any effect, each with its exit code", async () => {
  const folder = path.join(restic.folder, "refused");
  const wrong = path.join(restic.folder, "wrong");
  fs.writeFileSync(wrong, "not it\n", { mode: 0o600 });
  const [noYes, password, noSet, relative] = await Promise.all([
    restoreCommand([...known, "--folder", folder, "--no-input"]).ended,
    restoreCommand(["--repo", restic.repo, "--password-file", wrong, "--folder", folder, "--yes"]).ended,
    restoreCommand([...known, "--folder", folder, "--at", "2001-01-01", "--yes"]).ended,
    restoreCommand([...known, "--folder", "here", "--yes"]).ended,
  ]);
  assert.deepEqual([noYes?.code, password?.code, noSet?.code, relative?.code], [77, 77, 5, 64]);
  assert.match(noYes?.stderr ?? "", /KB8311/);
  assert.match(password?.stderr ?? "", /KB8309/);
  assert.match(noSet?.stderr ?? "", /KB8302/);
  assert.equal(fs.existsSync(folder), false);
});

test("a key that was lost with its machine does not keep the copy of another one away", async () => {
  const file = writePlan(restic, { paths: [source] });
  const lost = `web1: { address: 127.0.0.1 }, gone: { address: 192.0.2.1, keys: { act: "\${file:/nowhere/gone.key}" } }`;
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("web1: { address: 127.0.0.1 }", lost));
  const folder = path.join(restic.folder, "despite-lost-key");
  const ended = await restoreCommand(["shop-data", "--config", file, "--folder", folder, "--yes"]).ended;
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stderr, /No running koboshi could be asked/);
  assert.equal(fs.existsSync(path.join(folder, source, "part0/new")), true);
});
