import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { deskOf, hostStatus, readingOf } from "../../../test/doubles/host-readings.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { createUsualBook } from "./usual.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const secondMs = 1_000;

function unread(key: string, reason: "not-set-up" | "not-read-yet"): HostStatus {
  return hostStatus({ key, silence: { reason, text: "", since: { atMs: 0, monotonicMs: 0, bootId: "b" } } });
}

test("a machine is noted within seconds of its first reading, and then once an hour; one without access is left alone", async () => {
  const clock = createFakeClock();
  let hosts: readonly HostStatus[] = [unread("web1", "not-read-yet"), unread("web2", "not-set-up")];
  const writes: { key: string; atMs: number }[] = [];
  const beganMs = clock.monotonicMs();
  const book = createUsualBook({
    clock,
    log: silent,
    hosts: { hosts: () => hosts, ask: (key, questions) => deskOf(hosts).ask(key, questions) },
    isCalm: () => true,
    read: async () => null,
    write: async (key) => void writes.push({ key, atMs: clock.monotonicMs() - beganMs }),
  });
  book.start();
  await clock.advance(13 * secondMs);
  assert.deepEqual(writes, []);
  hosts = [hostStatus({ key: "web1", reading: readingOf(clock.nowMs()), silence: null }), unread("web2", "not-set-up")];
  await clock.advance(5 * secondMs);
  assert.deepEqual(writes, [{ key: "diagnosis.usual.web1", atMs: 15 * secondMs }]);
  await clock.advance(2 * 3_600_000);
  assert.equal(writes.length, 3);
  await book.stop();
});
