import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import type { Log } from "../../src/kernel/log.ts";
import type { CommitRecord } from "../../src/kernel/model/backup.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { prune, tidy } from "../../src/recover/retention/retention.ts";
import { changeBetween } from "../../src/recover/watch/restic-change.ts";
import { createRecoveryWatch } from "../../src/recover/watch/watch.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { createMemory } from "../doubles/recover-memory.ts";
import { copyOf, planOf, recordAt, siteWith, targetOf } from "../doubles/recover-plan.ts";
import { createResticBench } from "../doubles/recover-retention-restic.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const [hourMs, dayMs] = [3_600_000, 86_400_000];
const nowMs = Date.parse("2026-11-21T04:00:00Z");
const bench = await createResticBench();
after(() => bench.remove());

const files = Array.from({ length: 60 }, (_, index) => path.join(bench.source, `order-${index}.csv`));

async function commit(set: string, atMs: number): Promise<CommitRecord> {
  const totals = { bytes: 600_000, files: fs.readdirSync(bench.source).length, addedBytes: 0 };
  const time = new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
  return bench.commit({ time, record: recordAt(set, atMs, { totals }) });
}

test(
  "sixty percent of the files encrypted: the set is taken, older ones stay, a person is asked",
  { timeout: 120_000 },
  async () => {
    for (const [index, file] of files.entries()) fs.writeFileSync(file, `注文 ${index}, 単価 1,200 円\n`.repeat(200));
    const sets = [await commit("set-1", nowMs - 4 * dayMs), await commit("set-2", nowMs - 3 * dayMs)];
    fs.appendFileSync(files[0] ?? "", "one more\n");
    sets.push(await commit("set-3", nowMs - 2 * dayMs));
    for (const file of files.slice(0, 36)) fs.writeFileSync(file, randomBytes(8_000));
    sets.push(await commit("set-4", nowMs - hourMs));

    const maintainer = new Secret("m", "test");
    const keep = { hourly: 0, daily: 2, weekly: 0, monthly: 0, yearly: 0 };
    const plan = planOf({ keep, to: [targetOf({ maintainer })] });
    const clock = createFakeClock(nowMs);
    const memory = createMemory();
    const told: SignalChange[] = [];
    const watch = createRecoveryWatch({
      clock,
      log: silent,
      memory,
      site: () => siteWith([plan]),
      kept: async () => ({ runs: [], copies: [copyOf(sets)], restores: [] }),
      changeOf: (_plan, _place, { before, after: newest }) => changeBetween(bench.repository, before, newest),
      openSignals: [],
      take: async (changes) => void told.push(...changes),
    });
    await watch.readingEnded("shop-data");
    const found = told.find(({ signal }) => signal.facts["trouble"] === "encrypted");
    assert.equal(found?.signal.severity, "critical");
    assert.deepEqual(
      ["changedFiles", "beforeFiles", "sampledFiles", "highEntropyFiles", "set", "lastGoodSet"].map(
        (name) => found?.signal.facts[name],
      ),
      [36, 60, 20, 20, "set-4", "set-3"],
    );
    assert.deepEqual([...(await watch.pinned("shop-data", "office"))], ["set-3", "set-2", "set-1"]);

    const deps = { clock, log: silent, memory, pinned: watch.pinned };
    const job = { plan, place: "office", keeper: bench.keeper };
    const refused = await tidy(deps, { ...job, confirmedBy: "sato" });
    assert.deepEqual(
      refused.refusals.map(({ reason }) => reason),
      ["pinned"],
    );
    assert.equal((await prune(deps, job)).ok, false);
    assert.equal((await bench.snapshots()).length, 8);

    assert.equal(await watch.accept("shop-data", "office"), true);
    assert.ok(told.some(({ change, signal }) => change === "closed" && signal.facts["trouble"] === "encrypted"));
    const done = await tidy(deps, { ...job, confirmedBy: "sato" });
    assert.deepEqual([done.state, done.removedSets], ["done", ["set-2", "set-1"]]);
    assert.equal((await bench.snapshots()).length, 4);
    assert.deepEqual(await prune(deps, job), { ok: true, value: null });
  },
);
