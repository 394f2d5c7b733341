import assert from "node:assert/strict";
import { test } from "node:test";
import { later, stampNow } from "../kernel/clock.ts";
import type { Delivery } from "../kernel/model/notice.ts";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { isTooOld, nextDueMs, retryWaitMs, startable } from "./outbox-plan.ts";

const clock = createFakeClock();

function waiting(id: string, given: Partial<Delivery> = {}): Delivery {
  const at = stampNow(clock);
  return {
    id,
    incidentId: 1,
    kind: "opened",
    channel: "mail",
    recipient: "yamada",
    state: "pending",
    attempts: 0,
    createdAt: at,
    dueAt: at,
    sentAt: null,
    lastError: null,
    snapshot: {},
    ...given,
  };
}

const notYet = { dueAt: later(stampNow(clock), 60_000) };
const ids = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ id }) => id);

test("one at a time and in order for each recipient of a channel, all channels at once", () => {
  const unsent = [
    waiting("a1"),
    waiting("a2"),
    waiting("b1", { recipient: "sato" }),
    waiting("c1", { channel: "hook", recipient: "*" }),
  ];
  assert.deepEqual(ids(startable(unsent, [], clock)), ["a1", "b1", "c1"]);
  assert.deepEqual(ids(startable(unsent.slice(1), [waiting("a1")], clock)), ["b1", "c1"]);
});

test("a notice waiting for its next attempt keeps back its own incident's, not another's", () => {
  const unsent = [waiting("a1", notYet), waiting("a2"), waiting("other", { incidentId: 2 })];
  assert.deepEqual(ids(startable(unsent, [], clock)), ["other"]);
});

test("a held notice keeps nothing back: what is critical goes out at night", () => {
  const unsent = [waiting("held", { ...notYet, state: "held" }), waiting("critical")];
  assert.deepEqual(ids(startable(unsent, [], clock)), ["critical"]);
});

test("a channel carries four at once", () => {
  const unsent = Array.from({ length: 6 }, (_, nth) => waiting(`n${nth}`, { recipient: `p${nth}` }));
  assert.deepEqual(ids(startable(unsent, [], clock)), ["n0", "n1", "n2", "n3"]);
});

test("waits double from 2 s to 10 min, spread by the id alone, and are never shorter than asked", () => {
  const error = { reason: "server", retryable: true, text: "" } as const;
  const wait = (attempts: number, id = "x"): number => retryWaitMs({ id, attempts }, error);
  for (const [attempts, aboutMs] of [
    [1, 2_000],
    [2, 4_000],
    [5, 32_000],
    [12, 600_000],
    [400, 600_000],
  ] as const) {
    assert.ok(Math.abs(wait(attempts) - aboutMs) <= aboutMs * 0.2, `${attempts}: ${wait(attempts)}`);
  }
  assert.equal(wait(3), wait(3));
  assert.notEqual(wait(3), wait(3, "y"));
  assert.equal(retryWaitMs({ id: "x", attempts: 1 }, { ...error, retryAfterMs: 90_000 }), 90_000);
  assert.equal(retryWaitMs({ id: "x", attempts: 1 }, { ...error, retryAfterMs: 1e12 }), 3_600_000);
});

test("due moments come from the monotonic clock: a wall clock stepped by 3 h moves nothing", () => {
  const unsent = [waiting("a", notYet)];
  for (const step of [-3, 3, 3, -3]) {
    clock.stepWall(step * 3_600_000);
    assert.equal(nextDueMs(unsent, clock), 60_000);
    assert.deepEqual(startable(unsent, [], clock), []);
    assert.equal(isTooOld(clock, unsent[0] as Delivery), false);
  }
});
