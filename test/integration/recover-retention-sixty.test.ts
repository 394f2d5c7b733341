import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Log } from "../../src/kernel/log.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { inventoryOf } from "../../src/recover/retention/inventory.ts";
import { planRetention } from "../../src/recover/retention/judge.ts";
import { tidy } from "../../src/recover/retention/retention.ts";
import { rulesOf } from "../../src/recover/retention/rules.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { createMemory } from "../doubles/recover-memory.ts";
import { planOf, recordAt, targetOf } from "../doubles/recover-plan.ts";
import { createResticBench } from "../doubles/recover-retention-restic.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const nowMs = Date.parse("2026-11-21T18:00:00Z");
const bench = await createResticBench();
after(() => bench.remove());

/** Sixty days back from now, most of them once at 3:21 in Tokyo, some of them twice and some from a writer in UTC. */
const times = Array.from({ length: 60 }, (_, day) => {
  const atMs = Date.parse("2026-11-21T03:21:00+09:00") - (day - (day % 9 === 4 ? 0.5 : 0)) * 86_400_000;
  return { atMs, zone: day % 7 === 3 ? "UTC" : "Asia/Tokyo" };
});

/** As restic takes it: without a zone, on the writer's wall. */
function wall(atMs: number, zone: string): string {
  return new Date(atMs + (zone === "UTC" ? 0 : 9 * 3_600_000)).toISOString().slice(0, 19).replace("T", " ");
}

test(
  "what goes of sixty real sets is what restic's own rules say, and no more than that goes",
  { timeout: 120_000 },
  async () => {
    const waiting = times.map(({ atMs, zone }, index) => ({
      zone,
      time: wall(atMs, zone),
      record: recordAt(`set-${String(index).padStart(2, "0")}`, atMs, { parts: [] }),
    }));
    const write = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await bench.commit(next);
    };
    await Promise.all([write(), write(), write()]);

    const snapshots = await bench.snapshots();
    assert.equal(snapshots.length, 60);
    const records = await bench.keeper.records("shop-data");
    assert.ok(records.ok);
    const inventory = inventoryOf("shop-data", snapshots, records.value);
    for (const keep of [
      { hourly: 0, daily: 14, weekly: 8, monthly: 12, yearly: 0 },
      { hourly: 48, daily: 0, weekly: 3, monthly: 1, yearly: 1 },
      { hourly: 0, daily: 7, weekly: 0, monthly: 2, yearly: 0 },
    ]) {
      const rules = rulesOf(keep);
      const { going } = planRetention(inventory, rules, nowMs);
      const theirs = await bench.keeper.dryRun(["koboshi", "plan=shop-data", "part=commit"], rules);
      assert.ok(theirs.ok);
      assert.ok(going.length > 0);
      assert.deepEqual(going.flatMap(({ commits }) => commits).toSorted(), theirs.value.toSorted());
    }

    const plan = planOf({
      keep: { hourly: 0, daily: 14, weekly: 8, monthly: 12, yearly: 0 },
      to: [targetOf({ maintainer: new Secret("m", "test") })],
      loseAtMostMs: 26 * 3_600_000,
    });
    const clock = createFakeClock(nowMs);
    const deps = { clock, log: silent, memory: createMemory(), pinned: async () => new Set<string>() };
    const job = { plan, place: "office", keeper: bench.keeper };
    const first = await tidy(deps, job);
    assert.deepEqual([first.state, first.refusals.map(({ reason }) => reason)], ["refused", ["too-many"]]);
    assert.equal((await bench.snapshots()).length, 60);

    const done = await tidy(deps, { ...job, confirmedBy: "sato" });
    assert.equal(done.state, "done");
    const stay = done.sets.filter(({ units }) => units.length > 0).length;
    assert.equal(done.removedSets.length, 60 - stay);
    assert.equal((await bench.snapshots()).length, stay);
    const checked = await bench.keeper.check();
    assert.ok(checked.ok);
  },
);
