import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";
import { until } from "../doubles/hub-process.ts";
import { fillFolders, restoreCommand, sumOf, writePlan } from "./recover-restore-fixture.ts";

let restic: PlainRestic;
let source: string;

before(async () => {
  restic = await startPlainRestic();
  source = path.join(restic.folder, "srv");
  fillFolders(source, 3, 12_000_000);
  await restic.commit("shop-data", { paths: [source] });
});
after(() => restic.end());

const marks = (folder: string): readonly string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /^[^/]+\/[^/]+\/[0-9a-f]{16}\.done$|^[^/]+\/[0-9a-f]{16}\.done$/.test(name));

test("killed -9 in the middle: what is in place is right, done units are not fetched again, the rest comes", async () => {
  const folder = path.join(restic.folder, "target");
  const config = writePlan(restic, { paths: [source], down: "12Mbit" });
  const words = ["shop-data", "--config", config, "--folder", folder, "--yes", "--json"];
  const first = restoreCommand(words, { UNIT_BYTES: "4000000" });
  const state = path.join(folder, ".koboshi-restoring");
  await until("one unit done, the next one coming", async () => fs.existsSync(state) && marks(state).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  first.child.kill("SIGKILL");
  await first.ended;
  const placed = path.join(folder, source);
  const was = fs.readdirSync(placed);
  assert.equal(was.length, 1);
  for (const part of was) assert.equal(sumOf(path.join(placed, part)), sumOf(path.join(source, part)));
  const inode = fs.statSync(path.join(placed, was[0] ?? "", "f0")).ino;
  const again = await restoreCommand(words, { UNIT_BYTES: "4000000" }).ended;
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /What an earlier try brought back \(4\.0 MB\) is kept/);
  assert.equal(sumOf(placed), sumOf(source));
  assert.equal(fs.statSync(path.join(placed, was[0] ?? "", "f0")).ino, inode, "the unit that was done was not touched");
  assert.equal(fs.existsSync(state), false);
});

test("Ctrl-C once ends cleanly, says how to go on, and exits 130", async () => {
  const folder = path.join(restic.folder, "stopped");
  const config = writePlan(restic, { paths: [source], down: "12Mbit" });
  const command = restoreCommand(["shop-data", "--config", config, "--folder", folder, "--yes"], {
    UNIT_BYTES: "4000000",
  });
  await until("it began", async () => command.stderr().includes("%"));
  command.child.kill("SIGINT");
  const ended = await command.ended;
  assert.equal(ended.code, 130);
  assert.match(ended.stdout, /to go on: koboshi backup restore shop-data --config=\S+ --folder=\S+ --yes/);
});
