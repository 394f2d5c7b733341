import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { loadCatalogue } from "../../src/diagnose/catalogue/load.ts";
import { leastToFit } from "../../src/diagnose/engine/calibrate.ts";
import { evidenceKinds } from "../../src/diagnose/evidence/index.ts";
import { createFitting, type Fitting } from "../../src/diagnose/learned/fitting.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { Log } from "../../src/kernel/log.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { seenAs } from "../doubles/diagnosis-seen.ts";
import { partGraph } from "../doubles/diagnosis-town.ts";

const log: Log = { debug() {}, info() {}, warn: (text) => assert.fail(text), error: (text) => assert.fail(text) };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-fit-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test("confirmed cases fit the temperature, which is there after a restart and goes with the cases", async () => {
  const loaded = loadCatalogue({ evidence: evidenceKinds, userFolder: null });
  assert.ok(loaded.ok);
  const clock = createSystemClock();
  const ledger = await openLedger({ folder, clock, log });
  const graph = partGraph([
    ["host:web1", "host", ""],
    ["service:app", "app", "host:web1"],
  ]);
  const fitting = (): Fitting => createFitting({ clock, log, ledger, catalogue: loaded.value, graph: () => graph });
  const seen = ["hs.disk host:web1 full", "vp.http service:app c500 a"].map((one) => seenAs(one));
  const cause = { id: "disk-full", component: "host:web1" } as const;
  const confirmed = { cause, seen, at: stampNow(clock), actor: "token:cli", trust: 1, note: "" } as const;
  const ids: number[] = [];
  try {
    const first = fitting();
    await first.start();
    for (let incidentId = 1; incidentId <= leastToFit; incidentId++) {
      ids.push(await ledger.transaction((tx) => tx.insertCase({ ...confirmed, incidentId })));
    }
    assert.equal(first.fit(), null);
    await first.look();
    assert.deepEqual(first.fit(), { temperature: 0.8, cases: leastToFit });
    await first.stop();
    const second = fitting();
    await second.start();
    assert.deepEqual(second.fit(), { temperature: 0.8, cases: leastToFit }, "kept over a restart");
    await ledger.transaction((tx) => tx.markCase(ids[0] ?? 0, true));
    await second.look();
    assert.equal(second.fit(), null, "one case taken back leaves too few");
    await second.stop();
  } finally {
    await ledger.close();
  }
});
