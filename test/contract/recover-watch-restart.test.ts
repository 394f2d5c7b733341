import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createLog } from "../../src/app/log.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import { createLedgerMemory } from "../../src/recover/schedule/memory.ts";
import { createRecoveryWatch, type RecoveryWatch } from "../../src/recover/watch/watch.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { copyOf, planOf, recordAt, siteWith } from "../doubles/recover-plan.ts";

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const log = createLog("silent");

async function watchOn(ledger: Ledger, clock: FakeClock, told: SignalChange[]): Promise<RecoveryWatch> {
  const nowMs = clock.nowMs();
  const sets = [0, 1, 2, 3, 4].map((day) =>
    recordAt(`set-${day}`, nowMs - hourMs - day * dayMs, {
      totals: { bytes: day === 0 ? 500_000 : 1_000_000, files: 1_000, addedBytes: 0 },
    }),
  );
  const trouble = { code: "unreachable", text: "connection refused" };
  return createRecoveryWatch({
    clock,
    log,
    site: () => siteWith([planOf({ at: null })]),
    memory: createLedgerMemory(ledger),
    kept: async () => ({ runs: [], copies: [copyOf(sets, { trouble })], restores: [] }),
    changeOf: async () => null,
    openSignals: await ledger.read.openSignals(),
    async take(changes) {
      told.push(...changes);
      await ledger.transaction(async (tx) => {
        for (const { change, signal } of changes)
          if (change === "opened") await tx.insertSignal(signal, null);
          else await tx.updateSignal(signal, null);
      });
    },
  });
}

test("what was suspected and what could not be read outlive a restart, without being told twice", async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-watch-"));
  const clock = createFakeClock();
  const first = await openLedger({ folder, clock, log });
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const told: SignalChange[] = [];
  const before = await watchOn(first, clock, told);
  await before.readingEnded("shop-data");
  await before.readingEnded("shop-data");
  const troubles = told.map(({ change, signal }) => `${change} ${String(signal.facts["trouble"])}`);
  assert.deepEqual(troubles, ["opened shrunk", "opened unreadable"]);
  const until = Date.now() + 5_000;
  while ((await first.read.openSignals()).length < 2 && Date.now() < until) await clock.advance(10);
  await first.close();

  const again = await openLedger({ folder, clock, log });
  const later: SignalChange[] = [];
  const after = await watchOn(again, clock, later);
  after.start();
  await clock.advance(1_000);
  await after.readingEnded("shop-data");
  after.stop();
  assert.deepEqual(later, []);
  assert.deepEqual([...(await after.pinned("shop-data", "office"))], ["set-1", "set-2", "set-3", "set-4"]);
  await again.close();
});
