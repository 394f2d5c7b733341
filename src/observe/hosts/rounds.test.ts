import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { recordingLog } from "../../../test/doubles/scripted-probe.ts";
import { createRounds } from "./rounds.ts";

test("every host has its turn once a round, at its own phase, and no more than so many at a time", async () => {
  const clock = createFakeClock();
  const turns = new Map<string, number[]>();
  let [inside, most] = [0, 0];
  const rounds = createRounds({
    clock,
    log: recordingLog(),
    everyMs: 60_000,
    atOnce: 2,
    async look(host) {
      turns.set(host, [...(turns.get(host) ?? []), clock.monotonicMs()]);
      most = Math.max(most, ++inside);
      await new Promise<void>((resolve) => void clock.after(20_000, resolve));
      inside--;
    },
  });
  rounds.start();
  rounds.use(["a", "b", "c", "d"]);
  await clock.advance(600_000);
  assert.ok(most <= 2);
  for (const host of ["a", "b", "c", "d"]) assert.ok((turns.get(host)?.length ?? 0) >= 9, host);
  rounds.use(["a"]);
  const before = turns.get("b")?.length;
  await clock.advance(300_000);
  assert.equal(turns.get("b")?.length, before);
  rounds.stop();
});

test("a look that takes longer than a round is not overtaken by the next", async () => {
  const clock = createFakeClock();
  let inside = 0;
  const rounds = createRounds({
    clock,
    log: recordingLog(),
    everyMs: 1_000,
    atOnce: 16,
    async look() {
      assert.equal(++inside, 1);
      await new Promise<void>((resolve) => void clock.after(2_500, resolve));
      inside--;
    },
  });
  rounds.start();
  rounds.use(["a"]);
  await clock.advance(30_000);
  rounds.stop();
});
