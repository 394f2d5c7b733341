import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { createWindowBook } from "../../test/doubles/no-windows.ts";
import { earlyFindings, earlyWindow } from "../../test/doubles/window-story.ts";
import { createRechecks } from "./window-rechecks.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

test("a look that takes long goes on behind the answer, and is not begun twice", async () => {
  const clock = createFakeClock();
  const book = createWindowBook(clock);
  book.windows.set(1, earlyWindow);
  book.findings.set(1, earlyFindings);
  const { promise, resolve } = held();
  book.slow = promise;
  const rechecks = createRechecks({ windows: book.desk, clock, log });
  const both = [rechecks.begin(1), rechecks.begin(1)];
  assert.ok(rechecks.isRunning(1));
  await clock.advance(16_000);
  for (const answer of await Promise.all(both)) assert.deepEqual(answer, { ok: true, value: null });
  assert.ok(rechecks.isRunning(1));
  resolve();
  const ended = await rechecks.begin(1);
  assert.equal(ended.ok && ended.value?.length, earlyFindings.length);
  assert.ok(!rechecks.isRunning(1));
  assert.deepEqual(book.asked, ["check 1"]);
});

test("a refusal is told, and leaves nothing running", async () => {
  const clock = createFakeClock();
  const rechecks = createRechecks({ windows: createWindowBook(clock).desk, clock, log });
  const refused = await rechecks.begin(7);
  assert.equal(!refused.ok && refused.error.code, "KB1002");
  assert.ok(!rechecks.isRunning(7));
});

function held(): { readonly promise: Promise<void>; resolve(): void } {
  const waiting: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => void waiting.push(resolve));
  return { promise, resolve: () => waiting.forEach((resolve) => resolve()) };
}
