import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { openSpool, SpoolFull, type Spool, type SpoolDeps } from "./spool.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

async function withFolder(
  body: (folder: string, open: (change?: Partial<SpoolDeps>) => Spool) => Promise<void>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-spool-"));
  const clock = createFakeClock();
  try {
    await body(folder, (change) => openSpool({ folder, clock, log, segmentBytes: 1_000, ...change }));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const record = (nth: number) => ({
  source: "web1:/var/log/app.log",
  receivedAtMs: nth,
  meta: { position: nth },
  body: Buffer.from(`line ${nth}\n`),
});

async function all(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  for (let seq = spool.drainedSeq(); ;) {
    const records = await spool.read(seq, 200);
    const last = records.at(-1);
    if (last === undefined) return texts;
    texts.push(...records.map(({ body }) => body.toString().trim()));
    seq = last.nextSeq;
  }
}

test("what was accepted is given out in order, over segments and a restart without a close", () =>
  withFolder(async (_, open) => {
    const first = open();
    await Promise.all(Array.from({ length: 50 }, (_unused, nth) => first.append(record(nth))));
    for (let nth = 50; nth < 60; nth++) await first.append(record(nth));
    const expected = Array.from({ length: 60 }, (_unused, nth) => `line ${nth}`);
    assert.deepEqual(await all(first), expected);
    const again = open();
    assert.deepEqual(await all(again), expected);
    assert.deepEqual(again.metaOf("web1:/var/log/app.log"), { position: 59 });
    await again.append(record(60));
    assert.equal((await all(again)).at(-1), "line 60");
    await Promise.all([first.close(), again.close()]);
  }));

test("drained segments go, and where their sources stood is still known", () =>
  withFolder(async (folder, open) => {
    const spool = open();
    for (let nth = 0; nth < 40; nth++) await spool.append(record(nth));
    const records = await spool.read(spool.drainedSeq(), 100_000);
    let seq = records.at(-1)?.nextSeq ?? 0;
    for (let more = await spool.read(seq, 100_000); more.length > 0; more = await spool.read(seq, 100_000))
      seq = more.at(-1)?.nextSeq ?? seq;
    spool.drained(seq);
    assert.equal(spool.state().backlogBytes, 0);
    await spool.close();
    const again = open();
    assert.deepEqual(again.metaOf("web1:/var/log/app.log"), { position: 39 });
    assert.deepEqual(await all(again), []);
    await again.append(record(40));
    const [next] = await again.read(again.drainedSeq(), 1_000);
    assert.ok((next?.seq ?? 0) >= seq, "numbers only rise");
    await again.close();
    assert.ok(fs.readdirSync(folder).filter((name) => name.endsWith(".spool")).length <= 2);
  }));

test("a record torn by a kill was never accepted: it is cut off, and nothing before it is lost", () =>
  withFolder(async (folder, open) => {
    const spool = open();
    for (let nth = 0; nth < 3; nth++) await spool.append(record(nth));
    await spool.close();
    const name = fs.readdirSync(folder).find((one) => one.endsWith(".spool")) ?? "";
    fs.appendFileSync(path.join(folder, name), Buffer.from([90, 0, 0, 0, 1, 2, 3]));
    const again = open();
    assert.deepEqual(await all(again), ["line 0", "line 1", "line 2"]);
    await again.append(record(3));
    assert.equal((await all(again)).at(-1), "line 3");
    await again.close();
  }));

test("a full spool refuses what is new and keeps what it has", () =>
  withFolder(async (_, open) => {
    const spool = open({ mostBytes: 300 });
    await assert.rejects(async () => {
      for (let nth = 0; nth < 10; nth++) await spool.append(record(nth));
    }, SpoolFull);
    const kept = await all(spool);
    assert.equal(kept[0], "line 0");
    const [first] = await spool.read(spool.drainedSeq(), 10);
    spool.drained(first?.nextSeq ?? 0);
    await spool.append(record(10));
    assert.equal((await all(spool)).at(-1), "line 10");
    await spool.close();
  }));
