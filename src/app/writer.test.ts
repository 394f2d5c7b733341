import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import type { Signal, SignalChange } from "../kernel/model/signal.ts";
import { createWriter } from "./writer.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function changed(id: string, change: SignalChange["change"]): SignalChange {
  return { change, signal: { id } as Signal };
}

test("ends that come while one is written wait for each other; a beginning waits for nothing and takes them along", async () => {
  const clock = createFakeClock();
  const beganMs = clock.monotonicMs();
  const batches: [atMs: number, ids: readonly string[]][] = [];
  const writer = createWriter({
    clock,
    log: silent,
    undecided: () => false,
    async keep(changes) {
      batches.push([clock.monotonicMs() - beganMs, changes.map(({ signal: { id } }) => id)]);
      await new Promise<void>((resolve) => clock.after(100, resolve));
    },
  });
  void writer.add([changed("a", "closed")]);
  await clock.advance(50);
  void writer.add([changed("b", "closed")]);
  await clock.advance(150);
  void writer.add([changed("c", "closed")]);
  await clock.advance(400);
  assert.deepEqual(batches, [
    [0, ["a"]],
    [500, ["b", "c"]],
  ]);
  void writer.add([changed("d", "closed")]);
  await clock.advance(100);
  void writer.add([changed("e", "opened")]);
  await clock.advance(50);
  assert.deepEqual(batches[2]?.[1], ["d", "e"]);
  assert.ok((batches[2]?.[0] ?? Infinity) <= 750, "the beginning is not held back");
  await clock.advance(1_000);
  await writer.stop();
});
