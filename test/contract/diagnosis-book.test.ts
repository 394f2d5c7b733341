import assert from "node:assert/strict";
import { test } from "node:test";
import { createDiagnosisBook } from "../../src/diagnose/book.ts";
import { sleep, stampNow } from "../../src/kernel/clock.ts";
import { diskFull } from "../doubles/diagnosed.ts";
import { seenAs } from "../doubles/diagnosis-seen.ts";
import { engines } from "./ledger/engines.ts";
import * as sample from "./ledger/samples.ts";
import { withLedger, type Bench } from "./ledger/suite.ts";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** @returns its number */
async function openIncident({ ledger, clock }: Bench): Promise<number> {
  const startedAt = stampNow(clock);
  const { id } = await ledger.transaction((tx) =>
    tx.insertIncident({ ...sample.incident, state: "investigating", startedAt, resolvedAt: null, resolvedBy: null }),
  );
  return id;
}

/** How often an incident is looked at within the first minutes, by what each look found of its machine. */
async function looksWithin(minutes: number, bench: Bench, ssh: string): Promise<number> {
  const { ledger, clock } = bench;
  let looks = 0;
  const incidentId = await openIncident(bench);
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

/** Seconds from the end of a look to the next one, at an incident that grew meanwhile. */
async function restAfter(lookMs: number, bench: Bench): Promise<number> {
  const { ledger, clock } = bench;
  const began: number[] = [];
  const incidentId = await openIncident(bench);
  const book = createDiagnosisBook({
    clock,
    log,
    ledger,
    async course(_incident, { signal }) {
      began.push(clock.monotonicMs());
      await sleep(clock, lookMs, signal);
      return { ...diskFull(clock, incidentId), stoppedBecause: "sure" };
    },
  });
  await book.start();
  for (let goneMs = 0; goneMs < 90_000; goneMs += 1_000) {
    await clock.advance(1_000);
    await ledger.transaction((tx) =>
      tx.append({ kind: "incident.updated", actor: "koboshi", incidentId, data: { checks: ["shop"] } }),
    );
  }
  await book.stop();
  const [first = 0, second = 0] = began;
  return Math.round((second - first - lookMs) / 1_000);
}

for (const engine of engines) {
  for (const [lookMs, restSeconds] of [
    [2_000, 5],
    [9_000, 9],
    [29_000, 15],
  ] as const)
    test(`${engine.name}: who grows is looked at again ${restSeconds} s after a look that took ${lookMs / 1_000} s`, () =>
      withLedger(engine, async (bench) => {
        assert.equal(await restAfter(lookMs, bench), restSeconds);
      }));

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
