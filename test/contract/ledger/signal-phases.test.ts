import assert from "node:assert/strict";
import { test } from "node:test";
import { later, stampNow } from "../../../src/kernel/clock.ts";
import type { Signal } from "../../../src/kernel/model/signal.ts";
import { engines } from "./engines.ts";
import * as sample from "./samples.ts";
import { withLedger, type Bench } from "./suite.ts";

const minuteMs = 60_000;

/** Stores a change of the signal with its event, as the keeper of the incidents does. */
async function keep(
  { ledger }: Bench,
  { change, signal, incidentId }: { change: "opened" | "changed" | "closed"; signal: Signal; incidentId: number },
): Promise<void> {
  await ledger.transaction(async (tx) => {
    if (change === "opened") await tx.insertSignal(signal, incidentId);
    else await tx.updateSignal(signal, incidentId);
    await tx.append({ kind: `signal.${change}`, actor: "koboshi", incidentId, data: { signal } });
  });
}

for (const engine of engines) {
  test(`${engine.name}: a signal that turned worse and better again is told by its stretches`, () =>
    withLedger(engine, async (bench) => {
      const { ledger, clock } = bench;
      const { id: incidentId } = await ledger.transaction((tx) => tx.insertIncident(sample.incident));
      const startedAt = later(stampNow(clock), -minuteMs);
      const opened: Signal = { ...sample.signal, kind: "degraded", startedAt, openedAt: stampNow(clock) };
      await keep(bench, { change: "opened", signal: opened, incidentId });
      await clock.advance(5 * minuteMs);
      const worse: Signal = { ...opened, kind: "down" };
      await keep(bench, { change: "changed", signal: worse, incidentId });
      const worseMs = clock.nowMs();
      await clock.advance(minuteMs);
      await keep(bench, { change: "changed", signal: { ...worse, failingFrom: ["here", "office"] }, incidentId });
      await clock.advance(10 * minuteMs);
      assert.deepEqual(
        (await ledger.read.signalPhases(0)).map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs]),
        [
          ["degraded", startedAt.atMs, worseMs],
          ["down", worseMs, null],
        ],
      );
      const closedAt = stampNow(clock);
      await keep(bench, { change: "closed", signal: { ...worse, closedAt }, incidentId });
      const phases = await ledger.read.signalPhases(closedAt.atMs - 1);
      assert.deepEqual(
        phases.map(({ kind, toMs, subject }) => [kind, toMs, subject]),
        [
          ["degraded", worseMs, "service:shop"],
          ["down", closedAt.atMs, "service:shop"],
        ],
      );
      assert.deepEqual(await ledger.read.signalPhases(closedAt.atMs), [], "what was over by then is left out");
    }));

  test(`${engine.name}: signals that are of no check stop no service`, () =>
    withLedger(engine, async ({ ledger }) => {
      await ledger.transaction((tx) => tx.insertSignal({ ...sample.signal, checkId: null, kind: "blind" }, null));
      assert.deepEqual(await ledger.read.signalPhases(0), []);
    }));
}
