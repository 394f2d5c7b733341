import assert from "node:assert/strict";
import { test } from "node:test";
import { later } from "../../../src/kernel/clock.ts";
import type { LedgerEvent } from "../../../src/kernel/event.ts";
import { engines } from "./engines.ts";
import * as sample from "./samples.ts";
import { withLedger } from "./suite.ts";

/** Every third piece of work fails. */
const fails = (nth: number): boolean => nth % 3 === 1;

const numbers = (events: readonly LedgerEvent[]): number[] => events.map(({ seq }) => seq);

for (const engine of engines) {
  test(`${engine.name}: state, events and outbox land together`, () =>
    withLedger(engine, async ({ ledger }) => {
      const opened = await ledger.transaction(async (tx) => {
        const incident = await tx.insertIncident(sample.incident);
        await tx.insertSignal(sample.signal, incident.id);
        await tx.enqueue(sample.delivery("d1", incident.id));
        await tx.append({ ...sample.event(incident.id), kind: "incident.opened" });
        return incident;
      });
      assert.deepEqual(await ledger.read.incident(opened.id), opened);
      assert.equal((await ledger.read.openSignals()).length, 1);
      assert.equal((await ledger.read.unsentDeliveries()).length, 1);
      assert.deepEqual(numbers(await ledger.read.timeline(opened.id)), [1]);
    }));

  test(`${engine.name}: a body that throws leaves nothing, and its numbers are used again`, () =>
    withLedger(engine, async ({ ledger }) => {
      const heard: number[] = [];
      ledger.onCommit((events) => heard.push(...numbers(events)));
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      const failing = ledger.transaction(async (tx) => {
        const { id } = await tx.insertIncident(sample.incident);
        await tx.append(sample.event(id));
        await tx.putSetting("theme", "dark");
        throw new Error("the mail could not be written");
      });
      await assert.rejects(failing, /could not be written/);
      assert.equal(await ledger.read.lastSeq(), 1);
      assert.deepEqual(await ledger.read.incidents({ limit: 10 }), []);
      assert.equal(await ledger.read.setting("theme"), null);
      const next = await ledger.transaction((tx) => tx.append(sample.event(null)));
      assert.equal(next.seq, 2);
      assert.deepEqual(heard, [1, 2]);
    }));

  test(`${engine.name}: reads outside see the last commit, reads inside what was written so far`, () =>
    withLedger(engine, async ({ ledger }) => {
      await ledger.transaction(async (tx) => {
        await tx.append(sample.event(null));
        await tx.putSetting("a", "1");
        assert.equal(await tx.lastSeq(), 1);
        assert.equal(await tx.setting("a"), "1");
        assert.equal(await ledger.read.lastSeq(), 0);
        assert.equal(await ledger.read.setting("a"), null);
      });
      assert.equal(await ledger.read.setting("a"), "1");
    }));

  test(`${engine.name}: many callers at once are served one after another, in order`, () =>
    withLedger(engine, async ({ ledger }) => {
      let running = 0;
      const one = (nth: number): Promise<number> =>
        ledger.transaction(async (tx) => {
          assert.equal(++running, 1);
          const count = Number((await tx.setting("count")) ?? 0);
          await new Promise((resolve) => setImmediate(resolve));
          await tx.putSetting("count", String(count + 1));
          const { seq } = await tx.append(sample.event(null, String(nth)));
          running--;
          return seq;
        });
      const seqs = await Promise.all(Array.from({ length: 50 }, (_, nth) => one(nth)));
      assert.deepEqual(
        seqs,
        Array.from({ length: 50 }, (_, nth) => nth + 1),
      );
      assert.equal(await ledger.read.setting("count"), "50");
    }));

  test(`${engine.name}: listeners hear after the commit, in order, whatever another listener does`, () =>
    withLedger(engine, async ({ ledger, complaints }) => {
      const heard: number[][] = [];
      const reads: Promise<number>[] = [];
      ledger.onCommit(() => {
        throw new Error("a listener's own fault");
      });
      const stop = ledger.onCommit((events) => {
        heard.push(numbers(events));
        reads.push(ledger.read.lastSeq());
      });
      await ledger.transaction(async (tx) => {
        await tx.append(sample.event(null));
        await tx.append(sample.event(null));
        assert.deepEqual(heard, []);
      });
      await ledger.transaction((tx) => tx.putSetting("a", "1"));
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      assert.deepEqual(heard, [[1, 2], [3]]);
      assert.deepEqual(await Promise.all(reads), [2, 3]);
      assert.equal(complaints.length, 2);
      stop();
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      assert.equal(heard.length, 2);
    }));

  test(`${engine.name}: a listener may open the next transaction`, () =>
    withLedger(engine, async ({ ledger }) => {
      const followUps: Promise<unknown>[] = [];
      const stop = ledger.onCommit(() => {
        stop();
        followUps.push(ledger.transaction((tx) => tx.append(sample.event(null))));
      });
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      await Promise.all(followUps);
      assert.equal(await ledger.read.lastSeq(), 2);
    }));

  test(`${engine.name}: a transaction inside a transaction is refused instead of waiting for itself`, () =>
    withLedger(engine, async ({ ledger }) => {
      const nested = ledger.transaction(() => ledger.transaction((tx) => tx.append(sample.event(null))));
      await assert.rejects(nested, /inside a transaction/);
      await ledger.transaction((tx) => tx.append(sample.event(null)));
      assert.equal(await ledger.read.lastSeq(), 1);
    }));

  test(`${engine.name}: a body that never ends is told of, since all others wait for it`, () =>
    withLedger(engine, async ({ ledger, clock, complaints }) => {
      let end: (() => void) | undefined;
      const stuck = ledger.transaction(
        () =>
          new Promise<void>((resolve) => {
            end = resolve;
          }),
      );
      await clock.advance(9_000);
      assert.deepEqual(complaints, []);
      await clock.advance(2_000);
      assert.equal(complaints.length, 1);
      end?.();
      await stuck;
    }));

  test(`${engine.name}: a transaction's handle writes nothing once its transaction is over`, () =>
    withLedger(engine, async ({ ledger }) => {
      const kept = await ledger.transaction(async (tx) => ({ tx }));
      await assert.rejects(kept.tx.append(sample.event(null)), /outside of its transaction/);
      await assert.rejects(kept.tx.putSetting("a", "1"), /outside of its transaction/);
      assert.equal(await ledger.read.lastSeq(), 0);
      assert.equal(await ledger.read.setting("a"), null);
    }));

  test(`${engine.name}: a closed ledger finishes what it took and takes nothing more`, () =>
    withLedger(engine, async ({ ledger }) => {
      const taken = ledger.transaction((tx) => tx.append(sample.event(null)));
      const closed = ledger.close();
      await assert.rejects(
        ledger.transaction((tx) => tx.append(sample.event(null))),
        /closed/,
      );
      assert.equal((await taken).seq, 1);
      await closed;
      await assert.rejects(ledger.read.lastSeq(), /closed/);
      await ledger.close();
    }));

  test(`${engine.name}: events carry both clocks of the moment they were appended`, () =>
    withLedger(engine, async ({ ledger, clock }) => {
      const first = await ledger.transaction((tx) => tx.append(sample.event(null)));
      await clock.advance(1500);
      clock.stepWall(-3 * 3_600_000);
      const second = await ledger.transaction((tx) => tx.append(sample.event(null)));
      const expected = later(first.at, 1500);
      assert.deepEqual(second.at, { ...expected, atMs: expected.atMs - 3 * 3_600_000 });
      assert.deepEqual(await ledger.read.eventsAfter(0, 10), [first, second]);
    }));
}

for (const engine of engines) {
  test(`${engine.name}: what waits together is committed together, and a piece that fails takes nothing else with it`, () =>
    withLedger(engine, async ({ ledger }) => {
      const heard: number[] = [];
      ledger.onCommit((events) => heard.push(events.length));
      const piece = async (nth: number): Promise<void> => {
        await ledger.transaction(async (tx) => {
          await tx.putSetting(`piece-${nth}`, "here");
          await tx.append(sample.event(null));
          if (fails(nth)) throw new Error(`piece ${nth} fails`);
        });
      };
      const all = Array.from({ length: 9 }, (_, nth) => nth);
      const results = await Promise.allSettled(all.map(piece));
      assert.deepEqual(
        all.filter((nth) => results[nth]?.status === "rejected"),
        all.filter(fails),
      );
      for (const nth of all) {
        assert.equal(await ledger.read.setting(`piece-${nth}`), fails(nth) ? null : "here", `piece ${nth}`);
      }
      assert.deepEqual(numbers(await ledger.read.eventsAfter(0, 100)), [1, 2, 3, 4, 5, 6]);
      assert.equal(
        heard.reduce((sum, count) => sum + count, 0),
        6,
      );
      assert.ok(heard.length < 6, `${heard.length} commits for 6 pieces`);
    }));
}
