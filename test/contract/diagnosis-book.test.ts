import assert from "node:assert/strict";
import { test } from "node:test";
import { createDiagnosisBook } from "../../src/diagnose/book.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { diskFull } from "../doubles/diagnosed.ts";
import { seenAs } from "../doubles/diagnosis-seen.ts";
import { engines } from "./ledger/engines.ts";
import * as sample from "./ledger/samples.ts";
import { withLedger, type Bench } from "./ledger/suite.ts";

/** How often an incident is looked at within the first minutes, by what each look found of its machine. */
async function looksWithin(minutes: number, { ledger, clock }: Bench, ssh: string): Promise<number> {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const at = stampNow(clock);
  let looks = 0;
  const { id: incidentId } = await ledger.transaction((tx) =>
    tx.insertIncident({
      ...sample.incident,
      state: "investigating",
      startedAt: at,
      resolvedAt: null,
      resolvedBy: null,
    }),
  );
  const book = createDiagnosisBook({
    clock,
    log,
    ledger,
    async course() {
      looks += 1;
      const seen = [seenAs(`hs.ssh host:web1 ${ssh}`)];
      return { ...diskFull(clock, incidentId), seen, stoppedBecause: "sure" };
    },
  });
  await book.start();
  for (let gone = 0; gone < minutes * 60; gone += 5) await clock.advance(5_000);
  await book.stop();
  return looks;
}

for (const engine of engines) {
  test(`${engine.name}: who was judged without a word of its machine is looked at again, also when all seems clear`, () =>
    withLedger(engine, async (bench) => {
      assert.equal(await looksWithin(3, bench, "timeout"), 3);
    }));

  for (const ssh of ["ok", "authfail"])
    test(`${engine.name}: what is clear is left alone; a machine that says ${ssh} is not silent`, () =>
      withLedger(engine, async (bench) => {
        assert.equal(await looksWithin(3, bench, ssh), 1);
      }));
}
