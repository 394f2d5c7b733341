import assert from "node:assert/strict";
import { test } from "node:test";
import { later, stampNow } from "../../src/kernel/clock.ts";
import type { RestoreRun } from "../../src/kernel/model/recovery.ts";
import { settleRestores } from "../../src/recover/desk/settle-restores.ts";
import { lastWork } from "../../src/recover/schedule/facts.ts";
import { timelineText } from "../../src/words/timeline.ts";
import { restoreAt } from "../doubles/backup-world.ts";
import { siteWith } from "../doubles/recover-plan.ts";
import { engines } from "./ledger/engines.ts";
import { withLedger } from "./ledger/suite.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

for (const engine of engines) {
  test(`${engine.name}: what a dead hub left as running is interrupted, with its event; what this one began goes on`, () =>
    withLedger(engine, async ({ ledger, clock }) => {
      const left = { state: "running", endedAt: null, phases: [] } as const;
      const now = stampNow(clock);
      const runs: readonly RestoreRun[] = [
        restoreAt(0, 1, { ...left, id: "restore", kind: "restore", startedAt: now }),
        restoreAt(0, 1, { ...left, id: "drill", startedAt: { ...later(now, 3_600_000), bootId: "before" } }),
        restoreAt(0, 1, { ...left, id: "own", kind: "restore", startedAt: later(now, 2) }),
        restoreAt(0, 1, { id: "done" }),
      ];
      for (const run of runs) await ledger.transaction((tx) => tx.putRestoreRun(run));
      const settled = await settleRestores({ ledger, clock, log }, later(now, 1));
      assert.deepEqual(
        settled.map(({ id }) => id),
        ["restore", "drill"],
      );
      for (const id of ["restore", "drill"]) {
        const run = await ledger.read.restoreRun(id);
        assert.deepEqual([run?.state, run?.trouble?.code, run?.endedAt], ["interrupted", "hub-ended", now]);
      }
      assert.deepEqual(
        (await ledger.read.unendedRestoreRuns()).map(({ id }) => id),
        ["own"],
      );
      const events = (await ledger.read.eventsAfter(0, 100)).filter(({ kind }) => kind.endsWith(".ended"));
      assert.deepEqual(
        events.map(({ kind, data }) => [kind, data["state"]]),
        [
          ["restore.ended", "interrupted"],
          ["drill.ended", "interrupted"],
        ],
      );
      const told = events.map((event) => timelineText(event, siteWith([]), "ja"));
      assert.deepEqual(told, [
        "koboshi が止まったため、復元が途中で打ち切られていました: shop-data",
        "koboshi が止まったため、復旧訓練が途中で打ち切られていました: shop-data",
      ]);
      assert.deepEqual(await settleRestores({ ledger, clock, log }, later(now, 1)), [], "once");
    }));
}

test("a drill that was cut off is no drill that was done: the one before it counts, and its turn is still to come", () => {
  const [cut, done] = [restoreAt(5e9, 1, { state: "interrupted" }), restoreAt(1e9, 1)];
  const now = { ...done.startedAt, atMs: 6e9, monotonicMs: 6e9 };
  const work = (restores: readonly RestoreRun[]): unknown =>
    lastWork({ runs: [], copies: [], restores }, now).drill ?? null;
  assert.deepEqual(work([cut, done]), done.endedAt);
  assert.equal(work([cut]), null);
});
