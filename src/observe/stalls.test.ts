import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../kernel/clock.ts";
import { createStalls } from "./stalls.ts";

/** A clock whose timers run only when the process can: `pass` lets time go by with nothing running until its end. */
function clockOfBusyProcess(): Clock & { pass(ms: number): void; waiting(): number } {
  let nowMs = 5_000;
  const timers = new Set<{ atMs: number; run: () => void }>();
  return {
    bootId: "boot-1",
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    pass(ms) {
      nowMs += ms;
      for (const timer of timers) {
        if (timer.atMs > nowMs) continue;
        timers.delete(timer);
        timer.run();
      }
    },
    waiting: () => timers.size,
  };
}

test("time in which beats come as they should is no stall, and nobody watched leaves no timer", () => {
  const clock = clockOfBusyProcess();
  const ended = createStalls(clock).watch();
  for (let nth = 0; nth < 20; nth++) clock.pass(60);
  assert.equal(ended(), 0);
  assert.equal(clock.waiting(), 0);
});

test("a stall counts for those who watched, from when they began", () => {
  const clock = clockOfBusyProcess();
  const stalls = createStalls(clock);
  const first = stalls.watch();
  clock.pass(50);
  clock.pass(450); // due after 50 of them
  const second = stalls.watch();
  clock.pass(50);
  assert.equal(second(), 0);
  assert.equal(first(), 400);
});

test("who ends before the late beat came is told of the stall as well", () => {
  const clock = clockOfBusyProcess();
  const stalls = createStalls({ ...clock, after: () => ({ cancel() {} }) });
  const ended = stalls.watch();
  clock.pass(350);
  assert.equal(ended(), 300);
});
