import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";
import { until } from "../doubles/hub-process.ts";
import { fillFolders, restoreCommand, sumOf, writePlan } from "./recover-restore-fixture.ts";

let restic: PlainRestic;
let source: string;
let small: string;

before(async () => {
  restic = await startPlainRestic();
  source = path.join(restic.folder, "srv");
  small = path.join(restic.folder, "small");
  fillFolders(source, 3, 12_000_000);
  await restic.commit("shop-data", { paths: [source] });
  fs.mkdirSync(small);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", small]);
});
after(async () => {
  execFileSync("umount", ["-l", small]);
  await restic.end();
});

test("too small a target is told before anything is written", async () => {
  const config = writePlan(restic, { paths: [source] });
  const living = path.join(small, "living");
  fs.writeFileSync(living, Buffer.alloc(15_000_000, 1));
  const ended = await restoreCommand(["shop-data", "--config", config, "--folder", small, "--yes"]).ended;
  assert.equal(ended.code, 1, ended.stderr);
  assert.match(ended.stderr, /KB8306: There is not enough room on \S+: 13 MB needed, \d+ MB free/);
  assert.deepEqual(fs.readdirSync(small), ["living"]);
});

test("full at sixty percent: it stops, what is there stays, and with room it goes on", async () => {
  const config = writePlan(restic, { paths: [source], down: "16Mbit" });
  fs.writeFileSync(path.join(small, "living"), Buffer.alloc(7_000_000, 1));
  const words = ["shop-data", "--config", config, "--folder", small, "--yes"];
  const first = restoreCommand(words, { UNIT_BYTES: "4000000" });
  const placed = path.join(small, source);
  await until(
    "a unit is in place",
    async () => fs.existsSync(path.join(placed)) && fs.readdirSync(placed).length === 1,
  );
  // someone else's data fill what was free
  const { bavail, bsize } = fs.statfsSync(small);
  fs.writeFileSync(path.join(small, "log"), Buffer.alloc(bavail * bsize - 2_500_000, 2));
  const ended = await first.ended;
  assert.equal(ended.code, 1, ended.stderr);
  assert.match(ended.stdout, /the target ran out of room/);
  assert.equal(fs.readFileSync(path.join(small, "living")).equals(Buffer.alloc(7_000_000, 1)), true);
  for (const part of fs.readdirSync(placed))
    assert.equal(sumOf(path.join(placed, part)), sumOf(path.join(source, part)));
  fs.rmSync(path.join(small, "log"));
  const again = await restoreCommand(words, { UNIT_BYTES: "4000000" }).ended;
  assert.equal(again.code, 0, again.stderr);
  assert.equal(sumOf(placed), sumOf(source));
});
