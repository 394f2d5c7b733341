import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import * as sample from "../contract/ledger/samples.ts";
import { open, refusal, start, withFolder } from "./ledger-programs/bench.ts";

const unshare = process.getuid?.() === 0 ? ["unshare", "-m"] : ["unshare", "-Urm"];

const mode = (file: string): string => (fs.statSync(file).mode & 0o777).toString(8);

test("a missing folder is made for its owner alone, and so is every file in it", () =>
  withFolder(async (root) => {
    const folder = path.join(root, "deeper", "資料 'x' #1?");
    const before = process.umask(0);
    try {
      const { ledger } = await open(folder);
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      assert.equal(mode(folder), "700");
      const names = fs.readdirSync(folder).sort();
      assert.deepEqual(names, [
        "ledger.backup",
        "ledger.lock",
        "ledger.sqlite",
        "ledger.sqlite-shm",
        "ledger.sqlite-wal",
      ]);
      for (const name of names) assert.equal(mode(path.join(folder, name)), "600", name);
      await ledger.close();
    } finally {
      process.umask(before);
    }
  }));

test("a folder that cannot be written is refused with the reason", () =>
  withFolder(async (folder) => {
    fs.mkdirSync(folder);
    const bind = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"`;
    const { lines, ended } = start("hold", [folder], [...unshare, "sh", "-c", bind, folder]);
    const line: unknown = (await lines.next()).value;
    assert.match(String(line), /^KB2005 \d+ .*EROFS/, (await ended).errors);
    assert.deepEqual(fs.readdirSync(folder), []);
  }));

test("a file where the folder should be is refused with the reason", () =>
  withFolder(async (folder) => {
    fs.writeFileSync(folder, "");
    const { code, facts } = await refusal(open(folder));
    assert.equal(code, "KB2005");
    assert.match(String(facts["reason"]), /EEXIST|ENOTDIR/);
  }));

test("another program holding the file for a moment delays a write, and loses none", () =>
  withFolder(async (folder) => {
    const { ledger } = await open(folder);
    const file = path.join(folder, "ledger.sqlite");
    const holding = start("borrow", [file, "700"]);
    assert.equal((await holding.lines.next()).value, "held");
    // the clock's own timers keep no process alive
    const alive = setInterval(() => undefined, 60_000);
    const { seq } = await ledger.transaction((tx) => tx.append(sample.event(null)));
    clearInterval(alive);
    assert.equal(seq, 1);
    assert.equal((await holding.ended).code, 0);
    await ledger.close();
  }));
