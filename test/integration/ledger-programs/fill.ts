// Runs inside a private mount namespace whose argv[2] is a small disk of its own. Ends with 0 when all holds.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as sample from "../../contract/ledger/samples.ts";
import { open, refusal } from "./bench.ts";

const disk = process.argv[2] ?? "";
const folder = path.join(disk, "data");
const ballast = path.join(disk, "ballast");
const line = sample.event(null, "監視を続けています".repeat(20));

/** Fills the disk but for `freeBytes`, to the last byte when 0. */
function fill(freeBytes: number): void {
  fs.rmSync(ballast, { force: true });
  const { bavail, bsize } = fs.statfsSync(disk);
  fs.writeFileSync(ballast, Buffer.alloc(bavail * bsize - freeBytes));
}

async function spaceRunsOut(): Promise<void> {
  const { ledger } = await open(folder);
  await ledger.transaction((tx) => tx.insertIncident(sample.incident));
  fill(200_000);
  let acknowledged = 0;
  const appendMany = async (): Promise<void> => {
    for (;;) {
      acknowledged = await ledger.transaction(async (tx) => {
        let seq = 0;
        for (let nth = 0; nth < 20; nth++) seq = (await tx.append(line)).seq;
        return seq;
      });
    }
  };
  const refused = await refusal(appendMany());
  assert.equal(refused.code, "KB2003");
  assert.equal(refused.facts["folder"], folder);
  assert.ok(acknowledged > 0);
  assert.equal(await ledger.read.lastSeq(), acknowledged);

  fill(0);
  const wholesale = ledger.transaction(async (tx) => {
    const { id } = await tx.insertIncident(sample.incident);
    await tx.enqueue(sample.delivery("lost", id));
    for (let nth = 0; nth < 2000; nth++) await tx.append(line);
  });
  assert.equal((await refusal(wholesale)).code, "KB2003");
  // a body that carries on over the failure gets no half of its work kept
  const stubborn = ledger.transaction(async (tx) => {
    await tx.putSetting("before", "1");
    for (let nth = 0; nth < 2000; nth++) await tx.append(line).catch(() => undefined);
    await tx.putSetting("after", "1").catch(() => undefined);
  });
  assert.equal((await refusal(stubborn)).code, "KB2003");
  assert.equal(await ledger.read.lastSeq(), acknowledged);
  assert.equal(await ledger.read.setting("before"), null);
  assert.equal(await ledger.read.setting("after"), null);
  assert.equal((await ledger.read.incidents({ limit: 9 })).length, 1);
  assert.equal(await ledger.read.delivery("lost"), null);

  fs.rmSync(ballast);
  const next = await ledger.transaction((tx) => tx.append(line));
  assert.equal(next.seq, acknowledged + 1);
  fill(0);
  await ledger.close();
  await fullAtStart(next.seq);
}

/** A start on a full disk either works or says so; space makes it work again, with everything there. */
async function fullAtStart(lastSeq: number): Promise<void> {
  const started = await open(folder).catch((thrown: unknown) => thrown);
  if (started instanceof Error) assert.equal((await refusal(Promise.reject(started))).code, "KB2003");
  else await (started as Awaited<ReturnType<typeof open>>).ledger.close();
  process.stdout.write(started instanceof Error ? "refused at start\n" : "started on a full disk\n");
  fs.rmSync(ballast);
  const { ledger } = await open(folder);
  const events = await ledger.read.eventsAfter(0, 10_000);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: lastSeq }, (_, nth) => nth + 1),
  );
  await ledger.close();
}

await spaceRunsOut();
const fresh = path.join(disk, "fresh");
fill(0);
assert.equal((await refusal(open(fresh))).code, "KB2003");
fs.rmSync(ballast);
await (await open(fresh)).ledger.close();
