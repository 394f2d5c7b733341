import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import Libsql from "libsql";
import { migrations } from "../../src/storage/ledger/migrations/index.ts";
import * as sample from "../contract/ledger/samples.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { clockAhead, open, refusal, withFolder } from "./ledger-programs/bench.ts";

const dayMs = 24 * 60 * 60 * 1000;

interface Paths {
  readonly folder: string;
  readonly ledger: string;
  readonly backup: string;
}

/** A folder with a ledger of a few hundred events, of which a copy of a day later holds all. */
async function withUsedLedger(body: (paths: Paths) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await append(folder, 300, 0);
    await (await open(folder, clockAhead(dayMs + 1000))).ledger.close();
    await body({ folder, ledger: path.join(folder, "ledger.sqlite"), backup: path.join(folder, "ledger.backup") });
  });
}

async function append(folder: string, count: number, aheadMs: number): Promise<void> {
  const { ledger } = await open(folder, clockAhead(aheadMs));
  await ledger.transaction(async (tx) => {
    for (let nth = 0; nth < count; nth++) await tx.append(sample.event(null, `記録 ${nth} ${"・".repeat(100)}`));
  });
  await ledger.close();
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = fs.openSync(file, "r+");
  fs.writeSync(handle, bytes, 0, bytes.length, at);
  fs.closeSync(handle);
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  "its header is overwritten": (file) => overwrite(file, 0, Buffer.from("This was a ledger once.")),
  "pages in its middle are overwritten": (file) => overwrite(file, 12 * 4096, Buffer.alloc(8 * 4096, 0xa5)),
  "it lost its second half": (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)),
  "it was emptied": (file) => fs.truncateSync(file, 0),
  "it is a text file": (file) => fs.writeFileSync(file, "お知らせ\n".repeat(5000)),
};

for (const [what, damage] of Object.entries(damages)) {
  test(`a ledger is refused with the way to its copy and left as it is when ${what}`, () =>
    withUsedLedger(async ({ folder, ledger, backup }) => {
      damage(ledger);
      const before = fs.readFileSync(ledger);
      const { code, facts } = await refusal(open(folder, clockAhead(dayMs + 3 * 3_600_000)));
      assert.equal(code, "KB2002");
      const { file, damage: told, ...copy } = facts;
      assert.equal(file, ledger);
      assert.ok(String(told).length > 5, String(told));
      assert.deepEqual(copy, { backup, backupAgeHours: 3 });
      assert.deepEqual(fs.readFileSync(ledger), before);

      fs.renameSync(ledger, `${ledger}.damaged`);
      fs.copyFileSync(backup, ledger);
      const restored = await open(folder, clockAhead(dayMs + 3 * 3_600_000));
      assert.equal(await restored.ledger.read.lastSeq(), 300);
      await restored.ledger.transaction((tx) => tx.append(sample.event(null)));
      await restored.ledger.close();
    }));
}

test("a copy put back is not mixed with the changes the damaged file left beside it", () =>
  withUsedLedger(async ({ folder, ledger, backup }) => {
    const { ledger: opened } = await open(folder, clockAhead(dayMs + 2000));
    await opened.transaction((tx) => tx.append(sample.event(null)));
    const wal = fs.readFileSync(`${ledger}-wal`);
    assert.ok(wal.length > 0);
    await opened.close();
    fs.rmSync(ledger);
    fs.copyFileSync(backup, ledger);
    fs.writeFileSync(`${ledger}-wal`, wal);
    const restored = await open(folder, clockAhead(dayMs + 3000));
    assert.equal(await restored.ledger.read.lastSeq(), 300);
    assert.match(restored.complaints[0]?.message ?? "", /copy put back/);
    assert.ok(fs.readdirSync(folder).some((name) => name.startsWith("ledger.sqlite-wal.aside-")));
    await restored.ledger.close();
  }));

function eventsIn(file: string): unknown {
  return new Libsql(file).prepare("SELECT count(*) AS n FROM events").all();
}

test("the copy is renewed once a day at most, and only by a whole ledger", () =>
  withFolder(async (folder) => {
    const backup = path.join(folder, "ledger.backup");
    await append(folder, 10, 0);
    assert.deepEqual(eventsIn(backup), [{ n: 0 }]);
    await append(folder, 10, dayMs / 2);
    assert.deepEqual(eventsIn(backup), [{ n: 0 }]);
    await append(folder, 10, dayMs + 1000);
    assert.deepEqual(eventsIn(backup), [{ n: 20 }]);
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.includes("part")),
      [],
    );
    assert.equal(fs.statSync(backup).mode & 0o777, 0o600);
  }));

test("a hub that runs on renews the copy every day", () =>
  withFolder(async (folder) => {
    const clock = createFakeClock();
    const { ledger, complaints } = await open(folder, clock);
    for (let day = 1; day <= 3; day++) {
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      await clock.advance(dayMs);
      assert.deepEqual(eventsIn(path.join(folder, "ledger.backup")), [{ n: day }]);
    }
    assert.deepEqual(complaints, []);
    await ledger.close();
  }));

test("a ledger that is gone is begun anew, says so, and the copy of the old one is kept", () =>
  withUsedLedger(async ({ folder, ledger, backup }) => {
    fs.rmSync(ledger);
    const { ledger: opened, complaints } = await open(folder, clockAhead(2 * dayMs));
    assert.equal(await opened.read.lastSeq(), 0);
    assert.match(complaints[0]?.message ?? "", /gone/);
    const kept = String(complaints[0]?.facts["keptFile"]);
    assert.ok(kept.startsWith(backup) && fs.statSync(kept).size > 50_000);
    await opened.close();
  }));

test("a ledger of a newer koboshi is refused and left as it is", () =>
  withUsedLedger(async ({ folder, ledger }) => {
    const other = new Libsql(ledger);
    other.exec("INSERT INTO migrations VALUES (99, 'of-tomorrow', 0)");
    other.close();
    const { code, facts } = await refusal(open(folder));
    assert.equal(code, "KB2004");
    assert.deepEqual(facts, { file: ledger, found: 99, known: migrations.length });
  }));

test("damage met while running is a refusal, not a crash", () =>
  withUsedLedger(async ({ folder, ledger }) => {
    const { ledger: opened } = await open(folder);
    overwrite(ledger, 4096, Buffer.alloc(fs.statSync(ledger).size - 4096, 0xa5));
    assert.equal((await refusal(opened.read.eventsAfter(0, 1000))).code, "KB2002");
    await opened.close();
  }));
