import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { ok } from "../kernel/result.ts";
import { phases, runAttempt, stop, type Attempt, type Stop } from "./attempt.ts";

function attemptOf(look: (attempt: Attempt) => Promise<Stop | null>, timeoutMs = 1_000) {
  const clock = createFakeClock();
  const controller = new AbortController();
  const running = runAttempt({ clock, timeoutMs, signal: controller.signal }, look);
  return { clock, controller, running };
}

test("a phase that takes longer than its limit stops there, and what it began is given up once", async () => {
  let givenUp = 0;
  const { clock, running } = attemptOf(async (attempt) => {
    const found = await attempt.phase(phases.dns, () => () => void givenUp++);
    return found.ok ? null : found.error;
  }, 20_000);
  await clock.advance(phases.dns.limitMs);
  const { outcome, layer, error, timings } = await running;
  assert.deepEqual(
    [outcome, layer, error?.code, timings],
    ["down", "dns", "timeout", { dnsMs: 5_000, totalMs: 5_000 }],
  );
  assert.equal(givenUp, 1);
});

test("the attempt's own end cuts a phase short", async () => {
  const { clock, running } = attemptOf(async (attempt) => {
    await attempt.phase(phases.connect, (settle) => {
      const timer = attempt.clock.after(700, () => settle(ok(null)));
      return () => timer.cancel();
    });
    const answered = await attempt.phase(phases.firstByte, () => () => undefined);
    return answered.ok ? null : answered.error;
  });
  await clock.advance(1_000);
  assert.deepEqual((await running).timings, { connectMs: 700, firstByteMs: 300, totalMs: 1_000 });
});

test("phases of one name add up, and what settles twice counts once", async () => {
  const { clock, running } = attemptOf(async (attempt) => {
    for (let hop = 0; hop < 3; hop++) {
      await attempt.phase(phases.connect, (settle) => {
        attempt.clock.after(10, () => {
          settle(ok(null));
          settle(stop("connect", "refused", "too late"));
        });
        return () => undefined;
      });
    }
    return null;
  });
  await clock.advance(100);
  const { outcome, timings } = await running;
  assert.deepEqual([outcome, timings], ["up", { connectMs: 30, totalMs: 30 }]);
});

test("everything opened is closed at the end, newest first, also when looking fails by a fault of ours", async () => {
  const closed: string[] = [];
  const { running } = attemptOf((attempt) => {
    attempt.own({ destroy: () => closed.push("connection") });
    attempt.own({ destroy: () => closed.push("tls") });
    throw new TypeError("a bug");
  });
  const { outcome, error } = await running;
  assert.deepEqual([outcome, error], ["unknown", { code: "koboshi-fault", text: "a bug" }]);
  assert.deepEqual(closed, ["tls", "connection"]);
});

test("called off, it ends at once and does not count", async () => {
  const { controller, running } = attemptOf(async (attempt) => {
    const found = await attempt.phase(phases.tls, () => () => undefined);
    return found.ok ? null : found.error;
  });
  controller.abort();
  const { outcome, layer, error } = await running;
  assert.deepEqual([outcome, layer, error?.code], ["unknown", "tls", "aborted"]);
});
